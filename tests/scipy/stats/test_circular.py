"""The von Mises distribution on the circle."""

import numpy as np
import pytest
import scipy.stats
from distributions import (
    check_all_orders,
    check_density,
    check_outside,
    check_quantiles,
)
from orders import check_orders

from diffops import NoDerivativeError, grad
from diffops.scipy import stats


def test_density():
    x, kappa = np.array([-2.0, 0.3, 4.0]), np.float64(1.7)
    check_orders(stats.vonmises.logpdf, x, kappa)
    ratio = scipy.special.i1(kappa) / scipy.special.i0(kappa)
    slope = grad(lambda k: np.sum(stats.vonmises.logpdf(x, k)))(kappa)
    np.testing.assert_allclose(slope, np.sum(np.cos(x)) - 3 * ratio)


def test_a_uniform_one():
    assert grad(lambda k: stats.vonmises.logpdf(1.0, k))(0.0) == pytest.approx(
        np.cos(1)
    )


def test_distribution_function():
    x = np.array([-2.0, 0.3])
    check_orders(lambda x: stats.vonmises.cdf(x, 1.7), x)
    with pytest.raises(NoDerivativeError, match="kappa"):
        grad(lambda k: stats.vonmises.cdf(0.5, k))(1.0)


@pytest.mark.parametrize(
    "checked", [check_density, check_quantiles, check_outside, check_all_orders]
)
@pytest.mark.parametrize("c", [0.3, 0.4, 0.6])
def test_cauchy_wrapped_around(checked, c):
    checked("wrapcauchy", (c,))
