"""The normal distribution from one tail to the other."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree
from scipy import special

from diffops import diff, grad
from diffops.rules.special_normal import normal_density


def quantile(p):
    return mp.sqrt(2) * mp.erfinv(2 * p - 1)


def log_integral(x):
    return mp.log(mp.erfc(-x / mp.sqrt(2)) / 2)


def owen(h, a):
    def density(t):
        return mp.exp(-h * h * (1 + t * t) / 2) / (1 + t * t)

    return mp.quad(density, [0, a]) / (2 * mp.pi)


def test_integral_and_quantile():
    agree(special.ndtr, mp.ncdf, -30.0, -3.0, 0.0, 2.0)
    agree(special.ndtri, quantile, 1e-5, 0.1, 0.5, 0.99)
    assert normal_density(0.5) == pytest.approx(float(mp.npdf(0.5)), rel=1e-14)


def test_the_logarithm_far_out_in_both_tails():
    agree(special.log_ndtr, log_integral, -1e4, -300.0, -30.0, -3.0, 0.0, digits=60)
    agree(special.log_ndtr, log_integral, 2.0, 10.0, 30.0, digits=420)
    agree(
        special.ndtri_exp,
        lambda t: -mp.sqrt(2) * mp.erfinv(1 - 2 * mp.exp(t)),
        -20.0,
        -3.0,
        -0.1,
        -1e-5,
        digits=60,
    )


def test_infinity():
    assert diff(special.ndtr)(np.inf) == diff(diff(special.ndtr))(np.inf) == 0
    assert diff(special.log_ndtr)(-np.inf) == np.inf
    assert diff(diff(special.log_ndtr))(-np.inf) == -1
    assert diff(special.log_ndtr)(60.0) == diff(diff(special.log_ndtr))(np.inf) == 0
    assert diff(special.ndtri)(0.0) == diff(special.ndtri)(1.0) == np.inf


def test_a_weight_of_zero_stays_zero_where_the_quantile_is_infinite():
    weights = np.array([0.0, 2.0])

    def f(p):
        return np.sum(np.where(weights > 0, special.ndtri(p), 0.0))

    slopes = grad(f)(np.array([0.0, 0.5]))
    np.testing.assert_allclose(slopes, [0, np.sqrt(2 * np.pi)], rtol=1e-14)


def test_complex_arguments():
    for name in ("ndtr", "log_ndtr"):
        f = getattr(special, name)
        across = diff(lambda x, f=f: f(x + 0.4j))(0.3)
        upward = diff(lambda y, f=f: f(0.3 + 1j * y))(0.4)
        np.testing.assert_allclose(upward, 1j * across, rtol=1e-12)


def test_owens_function():
    agree(special.owens_t, owen, (0.3, 0.7), (2.0, -1.5), (-1.0, 3.0), digits=20)


def test_parameters_from_a_quantile():
    agree(special.nrdtrimn, lambda p, s, x: x - s * quantile(p), (0.2, 1.5, 0.3))
    agree(special.nrdtrisd, lambda m, p, x: (x - m) / quantile(p), (-0.5, 0.8, 1.3))
