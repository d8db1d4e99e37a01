"""Cotangents and tangents take the shapes and dtypes of what they belong to."""

import numpy as np
import pytest
from truth import check, sampler

from diffops import diff, grad, jvp, vjp
from diffops.rules._fitting import (
    evaluate,
    fit,
    is_extended,
    likeness,
    log_of,
    spread,
    strong_product,
)

INF, NAN = np.inf, np.nan
array = sampler(11)
#: The shape of an argument, and a shape that it is broadcast to.
BROADCASTS = [
    ((), ()),
    ((), (2, 3)),
    ((), (0,)),
    ((1,), (3,)),
    ((1,), (0,)),
    ((0,), (0,)),
    ((3,), (2, 3)),
    ((3,), (0, 3)),
    ((1, 1), (2, 1)),
    ((2, 1), (2, 3)),
    ((2, 1), (2, 0)),
    ((1, 0), (3, 0)),
    ((1, 3), (4, 2, 3)),
    ((2, 1, 3), (5, 2, 4, 3)),
    ((1, 1), (4, 0, 1)),
]


@pytest.mark.parametrize(("shape", "wide"), BROADCASTS)
def test_fit_is_the_transpose_of_broadcasting(shape, wide):
    x, g = array(shape), array(wide)
    found = fit(g, likeness(x))
    assert np.shape(found) == shape
    assert np.vdot(found, x) == pytest.approx(np.vdot(g, np.broadcast_to(x, wide)))
    for axes in np.ndindex(*shape):  # entry by entry, against the definition
        unit = np.zeros(shape)
        unit[axes] = 1
        wanted = np.sum(g * np.broadcast_to(unit, wide))
        assert found[axes] == pytest.approx(wanted)


@pytest.mark.parametrize(("shape", "wide"), BROADCASTS)
def test_spread_broadcasts_and_casts(shape, wide):
    x = array(shape)
    found = spread(x, np.zeros(wide, np.complex64))
    assert found.dtype == np.complex64
    np.testing.assert_array_equal(found, np.broadcast_to(x, wide).astype(np.complex64))


@pytest.mark.parametrize(
    ("cotangent", "value", "wanted"),
    [
        (np.array([1.5, 2.5]), np.float32([0, 0]), np.float32([1.5, 2.5])),
        (np.float32([1.5]), np.zeros(1), np.array([1.5])),
        (np.array([1 + 2j, 3j]), np.zeros(2), np.array([1.0, 0.0])),
        (np.array([1 + 2j, 3j]), np.zeros(2, np.float32), np.float32([1, 0])),
        (np.array([1.5, 2.5]), np.zeros(2, complex), np.array([1.5 + 0j, 2.5])),
        (np.array([1 + 2j]), np.zeros(1, np.complex64), np.complex64([1 + 2j])),
        (np.float32([[1, 2], [3, 4]]), np.float64(0), np.float64(10)),
        (np.array([1 + 2j, 3]), np.float32(0), np.float32(4)),
        (np.array([1.0, 2.0]), np.array(0.5), np.array(3.0)),
        (2.5, np.complex64(0), np.complex64(2.5)),
        (2.5, 1j, np.complex128(2.5)),
        (np.array([1 + 2j, 3]), 1j, np.complex128(4 + 2j)),
        (1 + 2j, 0.5, 1.0),
        (np.float32(1.5), 0.5, np.float32(1.5)),
        (1.5, 0.5, 1.5),
    ],
)
def test_fit_casts_to_the_dtype_of_the_argument(cotangent, value, wanted):
    found = fit(cotangent, likeness(value))
    assert np.shape(found) == np.shape(wanted)
    assert np.result_type(found) == np.result_type(wanted)
    np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize(("shape", "wide"), BROADCASTS)
def test_broadcasting_in_programs(shape, wide):
    check(lambda a, b: a * b, array(shape), array(wide))
    check(lambda a, b: np.arctan2(a, b), array(shape), array(wide) + 5)


@pytest.mark.parametrize(
    ("g", "d", "wanted"),
    [
        (0.0, INF, 0.0),
        (-0.0, NAN, 0.0),
        (0.0, 3.0, 0.0),
        (2.0, INF, INF),
        (2.0, NAN, NAN),
        (NAN, INF, NAN),
        (NAN, 0.0, NAN),
        (1e200, 1e200, INF),
        (1e-200, 1e-200, 0.0),
        ([0.0, 0.0, 2.0, 0.0], [INF, 3.0, -INF, NAN], [0.0, 0.0, -INF, 0.0]),
        ([[0.0], [1.0]], [INF, 2.0], [[0.0, 0.0], [INF, 2.0]]),
        (0.0, [INF, 2.0], [0.0, 0.0]),
        ([0.0, 1.0], -INF, [0.0, -INF]),
        (np.zeros(0), np.zeros(0), np.zeros(0)),
        ([0j, 2.0], [INF, 1j], [0, 2j]),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_strong_product(g, d, wanted):
    convert = np.asarray if np.ndim(g) or np.ndim(d) else float
    found = strong_product(convert(g), convert(d))
    np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("D", [diff, grad])
def test_a_cotangent_that_happens_to_vanish_keeps_its_derivative(D):
    """Trap A: where d is finite, a zero cotangent is a value like any other."""
    d = 0.75
    assert D(lambda g: strong_product(g, d))(0.0) == d
    assert D(D(lambda g: strong_product(g * g, d)))(0.0) == 2 * d
    # f(x) = (√x − 1)²: f′ = 1 − 1/√x vanishes at 1, but f″ = x^(−3/2) / 2 does not
    root = D(lambda x: (np.sqrt(x) - 1) ** 2)
    assert root(1.0) == 0.0
    assert D(root)(1.0) == 0.5
    assert D(D(root))(1.0) == -0.75


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "pair", [(0.0, INF), (0.0, NAN), (np.zeros(2), np.full(2, INF))]
)
def test_a_strong_zero_has_the_derivative_zero(pair):
    ones = tuple(map(np.ones_like, pair))
    np.testing.assert_array_equal(jvp(strong_product, pair, ones)[1], 0 * ones[0])
    found = vjp(strong_product, *pair)[1](ones[0])
    np.testing.assert_array_equal(found, 0 * np.stack(ones))
    assert grad(diff(lambda t: strong_product(t * t, 3 + 0 * t)))(0.0) == 6.0


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_zeros_are_strong_for_each_tangent_alone():
    """ForwardDiff issue 774: one zero direction must not silence its neighbours."""
    x, directions = np.zeros(2), [(0.0, 1.0), (1.0, 0.0), (0.0, 0.0), (1.0, 2.0)]
    for v in directions:
        wanted = [INF if part else 0.0 for part in v]
        found = jvp(np.sqrt, (x,), (np.array(v),))[1]
        np.testing.assert_array_equal(found, wanted)
        found = vjp(np.sqrt, x)[1](np.array(v))[0]
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("D", [diff, grad])
@pytest.mark.parametrize(
    ("f", "truth"),
    [
        (lambda x: np.log1p(np.exp(x)), 1.0),
        (lambda x: np.log(np.cosh(x)), 1.0),
        (lambda x: np.log(np.sinh(x)), 1.0),
        (lambda x: 1 / np.exp(-np.exp(x)), INF),
        (lambda x: np.exp(x) * np.exp(-x), 0.0),
    ],
)
def test_an_overflow_is_never_a_silent_zero(D, f, truth):
    """Trap B: where a value overflows, NaN is honest, and 0 only if it is right."""
    found = D(f)(800.0)
    assert np.isnan(found) or found == truth
    found = grad(lambda x: np.sum(f(x)))(np.full(2, 800.0))
    assert np.all(np.isnan(found) | (found == truth))


@pytest.mark.parametrize("zero", [0.0, 0])
def test_partials_of_numbers_divide_by_zero_as_numpy_does(zero):
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert evaluate(lambda y, x: 1 / x, 0.0, (zero,)) == INF
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert evaluate(lambda y, x: (x + 1e200) ** 2, 0.0, (zero,)) == INF
    assert evaluate(3, 0.0, (zero,)) == 3


def test_extended_precision():
    extended = np.longdouble(2)
    assert is_extended(extended)
    assert is_extended(np.ones(2, np.clongdouble))
    assert not is_extended(2.0)
    assert not is_extended(np.float64(2))
    assert log_of(2, extended) == np.log(extended)
    assert type(log_of(2, 1.0)) is float
