"""Taylor mode on numbers: the inline path of their arithmetic."""

from __future__ import annotations

import operator

import numpy as np
import pytest
from elementwise import assert_accurate, on_numbers

from diffops import jvp, taylor
from diffops.modes.jet import Jets
from diffops.modes.jet_values import PythonJet, ScalarJet


@on_numbers
def test_numbers_of_every_kind(f, slope, x):
    """The slope in closed form, differentiated, gives what follows the slope."""
    value, first, second, third = taylor(f, x, 3)
    assert_accurate(value, f(x), x)
    assert np.result_type(value) == np.result_type(f(x))
    assert_accurate(first, slope(x), x)
    _, bend = jvp(slope, (x,), (1.0,))
    assert_accurate(second, bend / 2, x, ulps=300)
    _, turn = jvp(lambda x: jvp(slope, (x,), (1.0,))[1], (x,), (1.0,))
    assert_accurate(third, turn / 6, x, ulps=3000)


FOUR = [operator.add, operator.sub, operator.mul, operator.truediv]
OTHERS = [3, -2.5, np.float64(0.7), np.int64(3), np.float32(0.5), np.array([1.0, -4.0])]


def series_of(operate, a, b):
    """Return four coefficients of a result, by the arithmetic of polynomials."""
    a, b = (np.pad(np.asarray(x, float), (0, 4))[:4] for x in (a, b))
    if operate in (operator.add, operator.sub):
        return operate(a, b)
    if operate is operator.mul:
        return np.convolve(a, b)[:4]
    y = []
    for k in range(4):
        y.append((a[k] - sum(b[j] * y[k - j] for j in range(1, k + 1))) / b[0])
    return y


@pytest.mark.parametrize("operate", FOUR)
@pytest.mark.parametrize("other", OTHERS, ids=repr)
@pytest.mark.parametrize("x", [0.3, np.float64(0.3)], ids=["float", "float64"])
def test_operations_with_constants(operate, other, x):
    """On y = x² + x, from both sides."""
    found = taylor(lambda x: operate(x * x + x, other), x, 3)
    reflected = taylor(lambda x: operate(other, x * x + x), x, 3)
    plain = operate(x * x + x, other)
    y = [x * x + x, 2 * x + 1, 1]
    for i, c in enumerate(np.ravel(other)):
        for coefficients, wanted in (
            (found, series_of(operate, y, [c])),
            (reflected, series_of(operate, [c], y)),
        ):
            assert {np.result_type(c) for c in coefficients} == {np.result_type(plain)}
            np.testing.assert_allclose(
                [np.ravel(c)[i] for c in coefficients],
                wanted,
                rtol=20 * np.finfo(np.result_type(plain)).eps,
            )


def test_values_are_those_of_the_plain_program():
    """To the last bit, and to the sign of zero."""

    def f(x):
        y = [x * -0.0, -x * 0.0 + 0.0, x - 0.3, 0.3 - x, x / 7, 7 / x, x * x, np.exp(x)]
        return [*y, np.sin(y[-1]) / (1 + y[6]), x**3, x**0.5, 2**x]

    for x in (0.3, np.float64(0.3)):
        for value, plain in zip(taylor(f, x, 3)[0], f(x), strict=True):
            assert type(value) is type(plain)
            assert value == plain
            assert np.signbit(value) == np.signbit(plain)


def test_which_kind_of_number_wins():
    level = Jets(2)
    python, double = level.jet(0.5, 1.0), level.jet(np.float64(0.5), 1.0)
    for operate in FOUR:
        assert type(operate(python, python)) is PythonJet
        assert type(operate(python, 2)) is PythonJet
        assert type(operate(2.0, python)) is PythonJet
        assert type(operate(python, double)) is ScalarJet
        assert type(operate(double, python)) is ScalarJet
        assert type(operate(python, np.float64(2))) is ScalarJet
        assert type(operate(double, 2)) is ScalarJet
    assert type(np.sin(python)) is ScalarJet
    assert type(-python) is PythonJet


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_division_by_zero():
    found = taylor(lambda x: 1 / x, np.float64(0), 3)
    np.testing.assert_array_equal(found, [np.inf, -np.inf, np.inf, -np.inf])
    found = taylor(lambda x: (x * x + 1) / x, np.float64(0), 2)
    assert found[0] == np.inf
    assert not np.any(np.isfinite(found[1:]))
    found = taylor(lambda x: x / 0, 1.0, 2)
    np.testing.assert_array_equal(found[:2], np.inf)


def test_large_whole_numbers():
    found = taylor(lambda x: x * 10**200, 2.0, 2)
    np.testing.assert_array_equal(found, [2e200, 1e200, 0])
    with pytest.raises(OverflowError):
        taylor(lambda x: x * 10**400, 2.0, 2)


def test_numbers_of_several_levels():
    def f(x):
        return taylor(lambda y: x * y / (x + y) - y * (x - 1), x, 2)

    for k, c in enumerate(taylor(lambda x: f(x)[2], 0.5, 3)):
        # Half the second derivative of x y / (x + y) in y, at y = x: −1 / (8 x)
        wanted = -((-1) ** k) / (8 * 0.5 ** (k + 1))
        assert c == pytest.approx(wanted, rel=1e-14)


def test_ended_levels_are_constants():
    level = Jets(2)
    x = level.jet(np.float64(3), 1.0)
    level.end()
    assert x * x == 9.0
    assert np.sin(x) == np.sin(3.0)
    assert -x == -3.0
    assert 2 / x == 2 / 3
