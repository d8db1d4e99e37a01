"""Medians, quantiles and percentiles, with respect to the entries and to q."""

import numpy as np
import pytest
from truth import check, check_single

from diffops import NoDerivativeError, diff, grad, jacobian, jvp

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


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.quantile(x, 0.5, method="inverted_cdf", weights=np.ones(3)),
        lambda x: np.nanquantile(x, 0.5, method="lower"),
        lambda x: np.quantile(x, x[0], method="weibull"),
    ],
)
def test_refusals(f):
    with pytest.raises(NoDerivativeError):
        grad(f)(np.array([0.1, 0.2, 0.3]))
    with pytest.raises(ValueError, match="range"):
        grad(lambda x: np.quantile(x, 1.5))(np.ones(3))
