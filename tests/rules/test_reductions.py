"""Sums, products, extrema and means: axes, options, special points, higher orders."""

import numpy as np
import pytest
from truth import check, check_single

from diffops import NoDerivativeError, grad, hessian, jacobian, jvp

RNG = np.random.default_rng(0)
MATRIX = RNG.permutation(np.linspace(-1.9, 2.1, 6)).reshape(2, 3)
CUBE = RNG.permutation(np.linspace(0.4, 1.7, 12)).reshape(2, 3, 2)
MASK = np.array([True, False, True])
HOLEY = np.where(np.arange(6).reshape(2, 3) % 4 == 1, np.nan, MATRIX)

AXES = [
    {},
    {"axis": 0},
    {"axis": -1, "keepdims": True},
    {"axis": (0, 2)},
    {"axis": (-1, 1), "keepdims": True},
    {"keepdims": True},
    {"axis": ()},
    {"axis": (0, 1, 2)},
]
FUNCTIONS = [np.sum, np.mean, np.prod, np.max, np.min, np.amax, np.amin, np.ptp]
BLIND = [np.nansum, np.nanmean, np.nanprod, np.nanmax, np.nanmin]


@pytest.mark.parametrize("options", AXES, ids=str)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_axes(function, options):
    check(lambda x: np.sin(function(x * x, **options)), CUBE)


@pytest.mark.parametrize("function", [*FUNCTIONS, *BLIND])
def test_single_precision_and_numbers(function):
    check_single(function, MATRIX)
    check_single(lambda x: function(x, axis=0), MATRIX)
    check(lambda x: function(x) ** 2, 1.3)
    check(lambda x: function(np.reshape(x, ())) ** 2, np.array([1.3]))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.sum(1),
        lambda x: x.sum(0, keepdims=True),
        lambda x: x.mean(1),
        lambda x: x.max(-1),
        lambda x: x.min((0, 1)),
        lambda x: x.prod(axis=1),
        lambda x: np.sum(x, 1, None, None, True),
        lambda x: np.add.reduce(x),
        lambda x: np.multiply.reduce(x, axis=1, keepdims=True),
        lambda x: np.maximum.reduce(x, 1),
        lambda x: np.minimum.reduce(x, axis=None),
        lambda x: np.sum(x, axis=np.int64(1)),
    ],
)
def test_call_forms(f):
    check(f, MATRIX)


@pytest.mark.parametrize("function", [np.sum, np.prod])
@pytest.mark.parametrize(
    "options",
    [
        {"initial": 2.0},
        {"where": MASK},
        {"where": MASK, "axis": 1, "initial": 0.3},
        {"where": ~MASK, "keepdims": True},
        {"dtype": np.float64, "axis": 0},
    ],
    ids=str,
)
def test_options_of_sums(function, options):
    check(lambda x: function(x, **options) ** 2, MATRIX)


@pytest.mark.parametrize("function", [np.max, np.min])
@pytest.mark.parametrize(
    "options",
    [
        {"initial": 0.1},
        {"where": MASK, "initial": 0.1, "axis": 1},
        {"where": MASK, "initial": 9.0},
        {"where": ~MASK, "initial": -9.0, "axis": 0},
    ],
    ids=str,
)
def test_options_of_extrema(function, options):
    check(lambda x: function(x, **options) ** 2, MATRIX)


def test_mask_without_start_is_refused_as_by_numpy():
    with pytest.raises(ValueError, match="initial"):
        grad(lambda x: np.max(x, where=x > 0))(MATRIX)


@pytest.mark.parametrize(
    "options", [{"where": MASK}, {"where": MASK, "axis": 1}], ids=str
)
def test_masked_mean(options):
    check(lambda x: np.mean(x, **options) ** 2, MATRIX)
    check_single(lambda x: np.mean(x, **options), MATRIX)


def test_initial_value_may_be_tracked():
    check(
        lambda x: np.sum(x[1:], initial=x[0]) * np.prod(x[1:], initial=x[0]), CUBE[0, 0]
    )
    check(lambda x: np.max(x[1:], initial=x[0]) ** 2, np.array([3.0, 1.0, 2.0]))


@pytest.mark.parametrize(
    "options", [{}, {"axis": 0}, {"axis": 1, "keepdims": True}], ids=str
)
@pytest.mark.parametrize("function", BLIND)
def test_nan_is_left_out(function, options):
    def f(x):
        return np.sin(function(np.where(np.isnan(HOLEY), np.nan, x), **options))

    check(f, MATRIX)
    g = grad(lambda x: np.sum(np.sin(function(x, **options))))(HOLEY)
    assert np.all(g[np.isnan(HOLEY)] == 0)
    assert np.all(np.isfinite(g))


def test_nan_alone():
    x = np.array([[np.nan, np.nan], [1.0, 2.0]])
    y, change = jvp(lambda x: np.nanmax(x, axis=1), (x,), (np.ones((2, 2)),))
    np.testing.assert_array_equal(y, [np.nan, 2.0])
    assert change[1] == 1.0


@pytest.mark.parametrize("function", [np.max, np.min])
def test_ties_share_evenly(function):
    sign = 1 if function is np.max else -1
    x = sign * np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
    rows = jacobian(lambda x: function(x, axis=1))(x)
    np.testing.assert_allclose(rows[0], [[0, 0.5, 0.5], [0, 0, 0]])
    np.testing.assert_allclose(rows[1], [[0, 0, 0], [1 / 3] * 3])
    _, change = jvp(
        lambda x: function(x, axis=1), (x,), (np.arange(6.0).reshape(2, 3),)
    )
    np.testing.assert_allclose(change, [1.5, 4.0])
    share = np.array([0.0, 0.5, 0.5])
    np.testing.assert_allclose(
        hessian(lambda x: function(x) ** 2)(x[0]), 2 * np.outer(share, share)
    )


def test_nan_in_an_extremum_takes_the_derivative():
    x = np.array([1.0, np.nan, 2.0])
    np.testing.assert_array_equal(grad(np.max)(x), [0, 1, 0])


@pytest.mark.parametrize(
    ("x", "gradient"),
    [
        ([2.0, 0.0, 3.0], [0, 6, 0]),
        ([2.0, 0.0, 0.0], [0, 0, 0]),
        ([0.0, 0.0, 0.0], [0, 0, 0]),
    ],
)
def test_product_at_zeros(x, gradient):
    a, b, c = x
    for mode in ("forward", "reverse"):
        np.testing.assert_array_equal(
            jacobian(np.prod, mode=mode)(np.array(x)), gradient
        )
        np.testing.assert_array_equal(
            hessian(np.prod, mode=mode)(np.array(x)), [[0, c, b], [c, 0, a], [b, a, 0]]
        )


def test_product_of_rows_at_zeros():
    x = CUBE.copy()
    x[0, 1] = x[1, 0, 0] = x[1, 2, 0] = 0.0
    check(lambda x: np.prod(x, axis=1), x)
    check(lambda x: np.prod(x, axis=(0, 2)), x)


COMPLEX = np.array([[1 + 2j, 0.5 - 1j], [-0.3 + 0.4j, 2.0 + 0j]])


@pytest.mark.parametrize("function", [np.sum, np.mean, np.prod, np.max, np.nanmean])
def test_complex(function):
    check(lambda z: function(z * z, axis=0), COMPLEX)


@pytest.mark.parametrize("function", [np.sum, np.prod, np.nansum])
@pytest.mark.parametrize("options", [{}, {"axis": 0}, {"axis": 1}], ids=str)
def test_empty(function, options):
    x = np.zeros((0, 3))
    y, change = jvp(lambda x: function(x, **options), (x,), (x,))
    np.testing.assert_array_equal(y, function(x, **options))
    np.testing.assert_array_equal(change, np.zeros(np.shape(y)))
    g = grad(lambda x: np.sum(function(x, **options)))(x)
    assert g.shape == (0, 3)


def test_empty_extremum_is_its_start():
    x = np.zeros((0, 2))
    y, _ = jvp(lambda x: np.max(x, axis=0, initial=1.5), (x,), (x,))
    np.testing.assert_array_equal(y, [1.5, 1.5])
    with pytest.raises(ValueError, match="zero-size"):
        grad(np.max)(np.zeros(0))


def test_half_precision_means_do_not_overflow():
    x = np.full(8, 6e4, dtype=np.float16)
    y, change = jvp(np.mean, (x,), (np.ones_like(x),))
    assert y == np.mean(x) and y.dtype == change.dtype == np.float16
    assert grad(np.mean)(x).dtype == np.float16


def test_tracked_options_are_refused():
    with pytest.raises(NoDerivativeError, match="axis"):
        grad(lambda x: np.sum(MATRIX * x, axis=x))(1.0)
