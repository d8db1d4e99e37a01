"""Correlation, regression and distances of samples beside differences of SciPy's."""

import numpy as np
import pytest
import scipy.stats
from mirrored import compare
from orders import check_batch, check_orders, drawing
from truth import check

from diffops import NoDerivativeError, grad, jvp
from diffops.scipy import stats

array = drawing(89)
X, Y = array(6), array(6)
SIDES = ["two-sided", "less", "greater"]


@pytest.mark.parametrize("side", SIDES)
def test_correlation(side):
    def f(module):
        def run(x, y):
            result = module.pearsonr(x, y, alternative=side)
            return result.statistic, result.pvalue

        return run

    compare(f(stats), f(scipy.stats), X, Y)
    check_orders(f(stats), X, Y)


def test_correlation_along_an_axis():
    x, y = array((2, 5, 3)), array((2, 5, 3))
    f = lambda x, y: tuple(stats.pearsonr(x, y, axis=1))  # noqa: E731
    compare(f, lambda x, y: tuple(scipy.stats.pearsonr(x, y, axis=1)), x, y, order=1)
    check(lambda x: stats.pearsonr(x, y, axis=None).statistic, x)
    check_batch(lambda x: stats.pearsonr(x, Y).statistic, X)
    with pytest.raises(NoDerivativeError, match="method"):
        grad(lambda x: stats.pearsonr(x, Y, method=1)[0])(X)
    with pytest.raises(ValueError, match="alternative"):
        grad(lambda x: stats.pearsonr(x, Y, alternative="odd")[0])(X)


@pytest.mark.parametrize("side", SIDES)
def test_regression(side):
    def f(module):
        def run(x, y):
            found = module.linregress(x, y, side)
            return (*found, found.intercept_stderr)

        return run

    compare(f(stats), f(scipy.stats), X, Y, bound=1e-11)
    check_orders(f(stats), X, Y)
    check_batch(f(stats), X, Y)


@pytest.mark.parametrize("name", ["wasserstein_distance", "energy_distance"])
def test_distances(name):
    mirror, original = getattr(stats, name), getattr(scipy.stats, name)
    u, v = X, array(4)
    compare(mirror, original, u, v)
    compare(mirror, original, u, v, np.arange(1.0, 7.0), np.arange(1.0, 5.0))
    compare(
        lambda u, w: mirror(u, v, None, w),
        lambda u, w: original(u, v, None, w),
        u,
        np.arange(1.0, 5.0),
    )
    check_orders(mirror, u, v)


def test_samples_that_coincide():
    u = np.array([0.0, 1.0])
    y, slope = jvp(stats.wasserstein_distance, (u, u), (np.ones(2), np.zeros(2)))
    assert (y, slope) == (0, 0)
