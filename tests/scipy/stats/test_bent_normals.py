"""Normal and exponential distributions, bent beside differences of SciPy's own."""

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
    "skewnorm": (1.4,),
    "powernorm": (1.8,),
    "exponnorm": (0.8,),
    "foldnorm": (0.9,),
    "rice": (0.9,),
    "johnsonsb": (0.3, 1.2),
    "johnsonsu": (0.3, 1.2),
    "gennorm": (1.7,),
    "halfgennorm": (1.7,),
    "laplace_asymmetric": (1.5,),
    "dgamma": (2.4,),
    "dweibull": (2.2,),
    "genlogistic": (1.7,),
    "halflogistic": (),
    "hypsecant": (),
    "loggamma": (1.8,),
    "skewcauchy": (0.3,),
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


def test_middles():
    for f in (stats.gennorm, stats.dgamma, stats.dweibull):
        assert grad(lambda x, f=f: f.cdf(x, 2.5))(0.0) == f.pdf(0.0, 2.5)
    assert diff(lambda x: stats.gennorm.logpdf(x, 2.0))(0.0) == 0
    assert grad(lambda a: stats.skewnorm.logpdf(0.5, a))(0.0) == pytest.approx(
        np.sqrt(2 / np.pi) / 2
    )


def test_the_end_of_johnsons_bounded_distribution():
    for x in (0.0, 1.0):
        assert grad(lambda x: stats.johnsonsb.pdf(x, 0.3, 1.2))(x) == 0
        plain = scipy.stats.johnsonsb.logpdf(x, 0.3, 1.2)
        assert stats.johnsonsb.logpdf(x, 0.3, 1.2) == plain == -np.inf
