"""The beta function and binomials, where digammas nearly cancel or are infinite."""

import mpmath as mp
import numpy as np
from multiprecision import agree
from scipy import special

from diffops import grad, hessian
from diffops.rules.special_beta import digamma_gap


def test_beta():
    agree(special.beta, mp.beta, (0.5, 3.0), (1e6, 1.0), (-1.5, 0.7), (3.2, -1.7))
    agree(
        special.betaln,
        lambda a, b: mp.log(abs(mp.beta(a, b))),
        (0.5, 3.0),
        (1e6, 1.0),
        (1e6, 2e6),
        (50.0, 60.0),
    )


def test_small_arguments_beside_others():
    """Here the difference of digammas is tiny."""
    for a, b in ((2.0, 1e-9), (1e8, 1e-3)):
        with mp.workdps(40):
            wanted = mp.digamma(mp.mpf(a) + mp.mpf(b)) - mp.digamma(a)
        np.testing.assert_allclose(digamma_gap(a, b), float(wanted), rtol=1e-13)
    with mp.workdps(40):
        wanted = float(mp.diff(lambda a: mp.log(mp.beta(a, mp.mpf(1e-9))), 2))
    np.testing.assert_allclose(
        grad(lambda a: special.betaln(a, 1e-9))(2.0), wanted, rtol=1e-13
    )


def test_pochhammer():
    points = (0.5, 3.0), (2.5, 0.5), (10.0, -2.5), (1e6, 1.5), (-2.5, 2.0)
    agree(special.poch, mp.rf, *points)


def test_binomials():
    points = (5.0, 2.0), (5.5, 2.5), (10.2, 3.0), (100.0, 50.0)
    agree(special.binom, mp.binomial, *points)


def test_zeros_where_a_digamma_is_infinite():
    agree(special.beta, mp.beta, (1.5, -2.5), (-0.5, -0.5))
    agree(special.poch, mp.rf, (0.0, 2.0))
    agree(special.binom, mp.binomial, (3.0, 5.0), (2.0, 3.0))


def test_a_polynomial_among_binomials():
    """C(n, 2) = n (n − 1) / 2, at every n."""
    bend = hessian(lambda n: np.sum(special.binom(n, 2.0)))(np.array([4.0, 7.5]))
    np.testing.assert_allclose(bend, np.eye(2), rtol=1e-11, atol=1e-11)
