"""Medians, quantiles and percentiles, with respect to the entries and to q."""

import numpy as np
import pytest
from truth import check, check_single

from diffops import diff, grad, jacobian, jvp

CUBE = np.random.default_rng(0).permutation(np.linspace(-1.3, 1.6, 12)).reshape(2, 3, 2)
AXES = [
    {},
    {"axis": 0},
    {"axis": -2, "keepdims": True},
    {"axis": (0, 2)},
    {"axis": (2, 1), "keepdims": True},
    {"keepdims": True},
]
METHODS = [
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "median_unbiased",
    "normal_unbiased",
    "lower",
    "higher",
    "midpoint",
    "nearest",
]
Q = np.array([0.1, 0.43, 0.9])


@pytest.mark.parametrize("options", AXES, ids=str)
@pytest.mark.parametrize(
    "function",
    [
        np.median,
        np.nanmedian,
        lambda x, **options: np.quantile(x, 0.37, **options),
        lambda x, **options: np.quantile(x, [0.0, 0.8, 1.0], **options),
        lambda x, **options: np.percentile(x, [[10, 35], [50, 90]], **options),
        lambda x, **options: np.nanpercentile(x, [20, 100.0], **options),
    ],
)
def test_axes(function, options):
    check(lambda x: function(x, **options) ** 2, CUBE)


@pytest.mark.parametrize("method", METHODS)
def test_methods(method):
    check(lambda x: np.quantile(x, [0.1, 0.43, 0.9], axis=1, method=method), CUBE)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_median_of_few(n):
    check(lambda x: np.median(x) ** 2, CUBE.ravel()[:n])


def test_single_precision():
    for f in (np.median, np.nanmedian, lambda x: np.quantile(x, 0.3, axis=0)):
        check_single(f, CUBE)
    check_single(lambda x: np.percentile(x, 30), CUBE)


def test_with_respect_to_q():
    x = CUBE[:, :, 0]
    for f in (np.quantile, np.nanquantile):
        check(lambda q, f=f: f(x, q) ** 2, 0.37)
        check(lambda q, f=f: f(x, q, axis=1) ** 2, np.array([0.2, 0.7]))
    check(lambda p: np.percentile(x, p), 41.0)
    check(lambda z: np.quantile(z[1:], z[0]), np.array([0.3, 1.2, 0.1, 2.0]))
    assert diff(lambda q: np.quantile(np.array([1.0, 2.0, 5.0]), q))(1.0) == 6.0


def test_nan():
    x = np.array([[3.0, np.nan, 1.0], [1.0, 2.0, 4.0]])
    for f in (lambda x: np.median(x, axis=1), lambda x: np.quantile(x, 0.5, axis=1)):
        y, _ = jvp(f, (x,), (np.ones((2, 3)),))
        np.testing.assert_array_equal(y, [np.nan, 2.0])
        np.testing.assert_array_equal(jacobian(f)(x)[1], [[0, 0, 0], [0, 1, 0]])
    for f in (
        lambda x: np.nanmedian(x, axis=1),
        lambda x: np.nanquantile(x, 0.5, axis=1),
    ):
        y, _ = jvp(f, (x,), (np.ones((2, 3)),))
        np.testing.assert_array_equal(y, [2.0, 2.0])
        np.testing.assert_array_equal(jacobian(f)(x)[0], [[0.5, 0, 0.5], [0, 0, 0]])


@pytest.mark.parametrize("method", METHODS)
def test_methods_that_skip_nan(method):
    x = CUBE.copy()
    x[0, 1, 0] = x[1, :, 1] = np.nan

    def f(y):
        return np.nanquantile(
            np.where(np.isnan(x), x, y), Q, axis=(0, 2), method=method
        )

    check(f, CUBE)
    plain = np.nanquantile(x, Q, axis=(0, 2), method=method)
    np.testing.assert_allclose(jvp(f, (CUBE,), (CUBE,))[0], plain, rtol=1e-14)


@pytest.mark.parametrize("n", range(1, 7))
@pytest.mark.parametrize("method", METHODS)
def test_values_at_every_place_are_numpys(method, n):
    """Also where q falls on an entry, or just between two."""
    x, q = np.arange(float(n)) ** 2, np.linspace(0, 1, 4 * n + 1)
    for f in (np.quantile, np.nanquantile):
        y, _ = jvp(lambda x, f=f: f(x, q, method=method), (x,), (x,))
        np.testing.assert_allclose(y, f(x, q, method=method), rtol=1e-14)


@pytest.mark.parametrize("method", METHODS)
def test_methods_with_respect_to_q(method):
    for f in (np.quantile, np.nanquantile):
        check(lambda q, f=f: f(CUBE, q, axis=1, method=method), Q)
    # Beyond the first and the last entry, quantiles stay what they are there.
    ends = np.array([0.05, 0.95])
    check(lambda q: np.quantile(CUBE, q, axis=1, method=method), ends)


def test_slope_at_the_ends_is_that_inside():
    x = np.array([1.0, 2.0, 5.0])
    assert diff(lambda q: np.quantile(x, q))(0.0) == 2.0
    assert diff(lambda q: np.quantile(x, q))(1.0) == 6.0


WEIGHTS = np.random.default_rng(1).uniform(0.0, 2.0, CUBE.shape)
WEIGHTS[0, 0, 0] = WEIGHTS[1, 2, 1] = 0.0


@pytest.mark.parametrize("options", AXES[:5], ids=str)
@pytest.mark.parametrize("f", [np.quantile, np.nanquantile])
def test_weights(f, options):
    options = {"weights": WEIGHTS, "method": "inverted_cdf", **options}
    check(lambda x: f(x, [0.0, 0.3, 0.77, 1.0], **options) ** 2, CUBE)


def test_weights_along_one_axis():
    options = {"axis": 1, "weights": [0.0, 2.0, 1.0], "method": "inverted_cdf"}
    check(lambda x: np.percentile(x, [0.0, 50.0, 90.0], **options) ** 2, CUBE)
    slopes = grad(lambda w: np.quantile(CUBE, 0.4, weights=w, method="inverted_cdf"))
    np.testing.assert_array_equal(slopes(WEIGHTS), np.zeros(CUBE.shape))


def test_weights_where_entries_are_nan():
    x = CUBE.copy()
    x[0, 1, 0] = np.nan

    def f(y):
        entries = np.where(np.isnan(x), x, y)
        return np.nanquantile(entries, 0.4, weights=WEIGHTS, method="inverted_cdf")

    check(f, CUBE)


def test_infinite_entries():
    x = np.array([1.0, 2.0, np.inf])
    for f in (
        lambda x: np.quantile(x, 0.5, method="lower"),
        lambda x: np.nanmedian(x[1:]),
    ):
        assert jvp(f, (x,), (x,))[0] == f(x)
    slopes = grad(lambda x: np.quantile(x, 0.5, method="higher"))(x)
    np.testing.assert_array_equal(slopes, [0, 1, 0])


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: np.quantile(x, 1.5), "range"),
        (lambda x: np.quantile(x, x[1] + 1), "range"),
        (lambda x: np.quantile(x, 0.5, method="best"), "not a valid method"),
        (lambda x: np.quantile(x, 0.5, weights=x), "inverted_cdf"),
        (
            lambda x: np.quantile(x, 0.5, weights=-x, method="inverted_cdf"),
            "non-negative",
        ),
        (
            lambda x: np.quantile(x, 0.5, weights=0 * x, method="inverted_cdf"),
            "NaN, inf or",
        ),
    ],
)
def test_errors_are_numpys(f, message):
    for function in (f, grad(f)):
        with (
            pytest.raises(ValueError, match=message),
            np.errstate(invalid="ignore"),
        ):
            function(np.array([0.1, 0.2, 0.3]))


def test_complex_entries_have_no_order():
    with pytest.raises(TypeError, match="real"):
        grad(lambda x: np.real(np.quantile(1j * x, 0.5)))(np.ones(3))
