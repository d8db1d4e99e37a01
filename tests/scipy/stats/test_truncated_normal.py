"""The normal distribution between two points: derivatives in its ends."""

import numpy as np
import pytest
from truth import check

from diffops import grad
from diffops.scipy import stats


@pytest.mark.parametrize(
    ("a", "b"), [(-0.5, 2.0), (1.0, 3.0), (-4.0, -1.0), (-2.0, 0.5)]
)
@pytest.mark.parametrize("method", ["logpdf", "pdf", "cdf", "sf", "logsf"])
def test_points_and_ends(method, a, b):
    x = np.array([a + 0.3 * (b - a), a + 0.8 * (b - a)])
    check(getattr(stats.truncnorm, method), x, a, b)


def test_at_the_ends():
    """The slope of F is the density, also where F is 0 and 1."""
    mass = stats.norm.cdf(2.0) - stats.norm.cdf(-1.0)
    for x in (-1.0, 2.0):
        slope = grad(lambda x: stats.truncnorm.cdf(x, -1.0, 2.0))(x)
        np.testing.assert_allclose(slope, stats.norm.pdf(x) / mass)
        slope = grad(lambda x: stats.truncnorm.sf(x, -1.0, 2.0))(x)
        np.testing.assert_allclose(slope, -stats.norm.pdf(x) / mass)


def test_ends_at_infinity_may_be_constants():
    for ends in ((-np.inf, 1.0), (-1.0, np.inf), (3.0, np.inf), (-np.inf, -3.0)):
        i = int(np.isfinite(ends[1]))

        def f(t, i=i, ends=ends):
            full = list(ends)
            full[i] = t
            return stats.truncnorm.logpdf(ends[i] + 1 - 2 * i, *full)

        check(lambda t, f=f: f(t), ends[i])
