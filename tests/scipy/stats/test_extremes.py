"""Distributions of extremes and of lifetimes beside differences of SciPy's own."""

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
    "genextreme": (0.2,),
    "genpareto": (0.3,),
    "lomax": (2.2,),
    "weibull_max": (1.7,),
    "invweibull": (2.3,),
    "exponweib": (1.4, 1.7),
    "gompertz": (0.8,),
    "moyal": (),
    "fatiguelife": (0.7,),
    "invgauss": (0.8,),
    "wald": (),
    "levy": (),
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


@pytest.mark.parametrize("name", ["genextreme", "genpareto"])
@pytest.mark.parametrize("c", [-0.4, -1e-3, 1e-9, 0.0, 0.019, 0.3])
def test_small_and_negative_shapes(name, c):
    mirror, original = getattr(stats, name), getattr(scipy.stats, name)
    x = np.array([0.1, 0.5, 0.9])
    wanted = original.logpdf(x, c)
    h = 1e-3
    for method in ("logpdf", "cdf"):
        f, plain = getattr(mirror, method), getattr(original, method)
        np.testing.assert_allclose(f(x, c), plain(x, c), rtol=1e-13)
        slopes = diff(lambda c, f=f: f(x, c))(c)
        if abs(c) > 4 * h or c == 0:  # SciPy's own values are rough beside 0
            wide = (plain(x, c + 2 * h) - plain(x, c - 2 * h)) / 4
            near = (plain(x, c + h) - plain(x, c - h)) / 2
            wanted = (4 * near - wide) / (3 * h)
            np.testing.assert_allclose(slopes, wanted, 1e-8)
        assert np.all(np.isfinite(diff(diff(lambda c, f=f: f(x, c)))(c)))


def test_shape_zero_in_all_orders():
    """Gumbel's distribution: log f = u − e^u + c (½ u² (1 − eᵘ) ...) about c = 0."""
    z = 0.7
    slope = grad(lambda c: stats.genextreme.logpdf(z, c))(0.0)
    # −log(1 − c z)/c... = z + c z²/2 + …, so d/dc of (1 − c) t − eᵗ at t = −z.
    np.testing.assert_allclose(slope, z - z * z / 2 * (1 - np.exp(-z)), rtol=1e-14)
    slope = grad(lambda c: stats.genpareto.logpdf(z, c))(0.0)
    np.testing.assert_allclose(slope, z * z / 2 - z, rtol=1e-14)
