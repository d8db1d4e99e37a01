"""The gamma function and its kin, at poles, to the left of 0 and in the plane."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree, parts
from scipy import special

from diffops import diff, grad
from diffops.rules.special_gamma import slope_of_rgamma

POINTS = (-7.3, -0.5, 1e-8, 0.3, 1.4, 2.0, 30.0, 150.0)


def test_gamma():
    agree(special.gamma, mp.gamma, *POINTS)
    agree(special.gammaln, lambda x: mp.log(abs(mp.gamma(x))), *POINTS, 1e10)
    agree(special.loggamma, mp.loggamma, *POINTS[2:])
    agree(special.digamma, mp.digamma, *POINTS, 1e6)


def test_the_inverse_of_gamma_is_smooth_at_its_zeros():
    agree(special.rgamma, mp.rgamma, *POINTS, 0.0, -1.0, -3.0, 0.4999)
    assert slope_of_rgamma(-2.0) == pytest.approx(2, rel=1e-15)


@pytest.mark.parametrize("height", [0.01, 1.0, 40.0])
@pytest.mark.parametrize("name", ["gamma", "loggamma", "digamma", "rgamma"])
def test_in_the_plane(name, height):
    f, truth = getattr(special, name), getattr(mp, name)
    for part, twin in parts(
        lambda x: f(x + 1j * height), lambda x: truth(x + 1j * mp.mpf(height))
    ):
        agree(part, twin, -3.3, -0.2, 1.3, 5.0)


def test_zeta_in_both_arguments():
    points = (1.01, 0.5), (1.5, 3.0), (2.0, 1.0), (4.0, 1e-3), (30.0, 2.0), (3.0, 100.0)
    agree(special.zeta, mp.zeta, *points)
    agree(lambda q: special.zeta(2.0, q), lambda q: mp.zeta(2, q), -1.5, -0.3)


def test_riemanns_zeta_right_and_left():
    points = (-20.3, -8.0, -2.0, -0.5, -0.01, 0.0, 0.5, 0.9, 1.1, 8.0, 40.0)
    agree(special.zeta, mp.zeta, *points)
    agree(special.zetac, mp.zeta, *points)
    for f, truth in parts(lambda s: special.zeta(s + 2j), lambda s: mp.zeta(s + 2j)):
        agree(f, truth, -3.3, 0.5, 2.0)


def test_poles_are_infinite_or_undefined_but_never_finite():
    assert grad(special.gamma)(0.0) == -np.inf
    assert not np.isfinite(grad(special.gammaln)(0.0))
    assert not np.isfinite(grad(special.digamma)(-1.0))
    x = np.array([0.0, 2.0])
    slopes = grad(lambda x: np.sum(np.where(x > 0, special.gammaln(x), 0.0)))(x)
    np.testing.assert_array_equal(slopes, [0, special.digamma(2.0)])


def test_signs_are_constant():
    assert grad(lambda x: special.gammasgn(x) * x)(-0.5) == -1
    assert diff(lambda x: special.round(x) * x)(1.6) == 2
