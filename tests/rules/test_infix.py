"""Python's operators, where no inline path takes them: values and derivatives."""

import operator

import numpy as np
import pytest
from truth import check

from diffops import diff, grad, jvp, vjp
from diffops.primitive import table

BINARY = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
]
UNARY = [operator.neg, operator.pos, abs]
NUMBERS = [0.73, np.float64(0.73), np.float32(0.73), np.longdouble("0.73")]
OTHERS = [2, 0.5, -1.5, np.float64(1.7), np.float32(0.3), np.int64(3), True]


def same(found, wanted):
    assert type(found) is type(wanted)
    assert found == wanted or (np.isnan(found) and np.isnan(wanted))


@pytest.mark.parametrize("x", NUMBERS, ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("operate", BINARY)
def test_results_are_those_of_python(operate, x):
    """To the type and the last bit, on either side, under one level and under two.

    A negative number to a broken power is complex to Python, and NaN to NumPy.
    """
    for other in OTHERS:
        for f in (
            lambda x, other=other: operate(x, other),
            lambda x, other=other: operate(other, x),
        ):
            with np.errstate(invalid="ignore"):
                same(vjp(f, x)[0], f(x))
                same(jvp(f, (x,), (1.0,))[0], f(x))
                same(vjp(lambda y, f=f: jvp(f, (y,), (1.0,))[0], x)[0], f(x))


@pytest.mark.parametrize("x", NUMBERS, ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("operate", UNARY)
def test_signs_are_those_of_python(operate, x):
    for point in (x, -x):
        same(vjp(operate, point)[0], operate(point))
        same(jvp(operate, (point,), (1.0,))[0], operate(point))


@pytest.mark.parametrize("operate", UNARY)
def test_derivatives_of_signs(operate):
    check(operate, np.array([0.4, -1.7, 2.6]))


@pytest.mark.parametrize("operate", [f for f in BINARY if f is not operator.floordiv])
def test_derivatives_with_broadcasting(operate):
    """Shapes that differ leave the inline paths; so do arrays of other dtypes."""
    x = np.array([[0.4], [1.7]])
    check(lambda x: operate(x, np.array([1.3, 2.2, 0.7])), x)
    check(lambda x: operate(np.array([1.3, 2.2, 0.7]), x), x)
    check(lambda x: operate(x, np.array([1, 2, 3])), x)
    check(lambda x: operate(x, x[0]), x)


def test_numbers_that_python_refuses_are_infinite_as_in_numpy():
    with np.errstate(all="ignore"):
        assert vjp(lambda x: 1 / x, 0.0)[0] == np.inf
        assert grad(lambda x: 1 / x)(0.0) == -np.inf
        assert vjp(lambda x: x**-1, 0.0)[0] == np.inf
        assert vjp(lambda x: x**2 * 1e200, 1e200)[0] == np.inf
        assert vjp(lambda x: 10.0**x, 400.0)[0] == np.inf
        assert np.isnan(vjp(lambda x: x % 0.0, 1.0)[0])


def test_whole_parts_are_plain():
    seen = []
    grad(lambda x: (seen.append((x // 0.3, 2 // x, divmod(x, 0.3)[0])), x)[1])(0.73)
    assert seen == [(2.0, 2.0, 2.0)]
    assert all(type(part) is float for part in seen[0])
    assert diff(lambda x: divmod(x, 0.3)[1] * x)(0.73) == pytest.approx(0.73 + 0.13)


def test_the_table_holds_an_entry_for_each():
    for operate in (*BINARY, *UNARY):
        assert operate in table


def test_dtypes_of_python_floats_yield():
    single = np.ones(3, np.float32)
    for f in (
        lambda x: abs(x) * single,
        lambda x: x**0.5 * single,
        lambda x: single / x**-1,
        lambda x: single * (x % 0.3) + x // 0.3,
        lambda x: single * (+x) * (x > 0.1),
    ):
        for y in (vjp(f, 0.73)[0], jvp(f, (0.73,), (1.0,))[0], f(0.73)):
            assert y.dtype == np.float32
        y, pullback = vjp(f, np.float64(0.73))
        assert y.dtype == np.float64
        assert type(pullback(np.ones(3))[0]) is np.float64
