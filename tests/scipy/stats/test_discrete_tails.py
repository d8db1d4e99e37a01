"""Closed forms; the tests of discrete distributions check these too."""

import numpy as np
import pytest
import scipy.special

from diffops import grad
from diffops.scipy import stats


def test_scores():
    np.testing.assert_allclose(
        grad(lambda a: stats.zipf.logpmf(1, a))(2.0),
        0.9375482543158438 / scipy.special.zeta(2.0),
    )
    slope = grad(lambda p: stats.logser.logpmf(3, p))(0.4)
    np.testing.assert_allclose(slope, 3 / 0.4 + 1 / (0.6 * np.log(0.6)))
    slope = grad(lambda t: stats.planck.logpmf(2, t))(0.7)
    np.testing.assert_allclose(slope, 1 / np.expm1(0.7) - 2)
    slope = grad(lambda t: stats.yulesimon.pmf(1, t))(1.8)  # α / (α + 1)
    np.testing.assert_allclose(slope, 1 / 2.8**2)


@pytest.mark.parametrize("name", ["zipf", "logser", "planck", "yulesimon"])
def test_parameters_without_a_distribution(name):
    assert np.isnan(grad(lambda t: getattr(stats, name).pmf(2, t))(-1.0))
