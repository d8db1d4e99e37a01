"""Distributions that fall as powers do beside differences of SciPy's own."""

import numpy as np
import pytest
import scipy.stats
from distributions import (
    check_all_orders,
    check_density,
    check_outside,
    check_quantiles,
)

from diffops import diff, grad
from diffops.scipy import stats

SHAPES = {
    "maxwell": (),
    "chi": (2.5,),
    "nakagami": (1.6,),
    "gengamma": (1.4, 1.7),
    "powerlaw": (1.8,),
    "loguniform": (0.4, 2.5),
    "reciprocal": (0.4, 2.5),
    "fisk": (2.5,),
    "burr": (2.1, 1.4),
    "burr12": (2.1, 1.4),
    "mielke": (1.7, 2.1),
    "betaprime": (2.2, 3.1),
    "loglaplace": (2.4,),
    "truncpareto": (1.5, 4.0),
    "truncexpon": (2.2,),
    "bradford": (1.3,),
    "kappa3": (1.7,),
    "arcsine": (),
    "semicircular": (),
    "triang": (0.45,),
}
each = pytest.mark.parametrize(("name", "shapes"), SHAPES.items())


@each
def test_points_and_parameters(name, shapes):
    check_density(name, shapes)


@each
def test_quantiles(name, shapes):
    check_quantiles(name, shapes)


@each
def test_beyond_the_support(name, shapes):
    check_outside(name, shapes)


@each
def test_all_orders(name, shapes):
    check_all_orders(name, shapes)


def test_negative_exponents():
    f = lambda x, c: stats.gengamma.cdf(x, 1.3, c)  # noqa: E731
    plain = lambda x, c: scipy.stats.gengamma.cdf(x, 1.3, c)  # noqa: E731
    h = 1e-5
    wanted = (plain(0.8, -1.2 + h) - plain(0.8, -1.2 - h)) / (2 * h)
    np.testing.assert_allclose(grad(lambda c: f(0.8, c))(-1.2), wanted, rtol=1e-8)


def test_sides_of_a_triangle():
    assert grad(lambda x: stats.triang.pdf(x, 0.5))(0.25) == 4
    assert grad(lambda x: stats.triang.pdf(x, 0.5))(0.75) == -4
    assert grad(lambda x: stats.triang.pdf(x, 0.0))(0.5) == -2
    assert grad(lambda x: stats.triang.cdf(x, 1.0))(0.5) == 1
    assert diff(lambda x: stats.maxwell.pdf(x))(0.0) == 0
