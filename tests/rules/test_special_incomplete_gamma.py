"""The incomplete gamma functions over many orders of magnitude, in both arguments."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree, compare, slope
from scipy import special

from diffops import diff, grad
from diffops.rules.special_incomplete_gamma import (
    gamma_density,
    gamma_weight,
    log_less_digamma,
    stirling_error,
)

POINTS = (
    (0.5, 0.3),
    (0.5, 2.0),
    (2.0, 5.0),
    (1e-3, 1e-5),
    (1e-3, 0.5),
    (1e-3, 3.0),
    (1.0, 0.999),
    (20.0, 3.0),
    (20.0, 21.0),
    (0.3, 30.0),
    (5.0, 1e-10),
    (0.5, 1e-30),
    (1000.0, 1010.0),
)


def lower(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def upper(a, x):
    return mp.gammainc(a, x, mp.inf, regularized=True)


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_both_tails_in_both_arguments(point):
    """The derivatives of the smaller tail, so that the truth has all its digits."""
    a, x = point
    f, truth = (special.gammainc, lower) if x < a else (special.gammaincc, upper)
    with mp.workdps(40):
        exact = mp.mpf(a), mp.mpf(x)
        for numbers in ([0], [1], [0, 0], [0, 1], [1, 1]):
            derivative = f
            for number in numbers:
                derivative = slope(derivative, number)
            compare(derivative(a, x), truth, exact, numbers, 1e-12)


def test_one_tail_is_what_the_other_is_not():
    for a, x in POINTS:
        for i in (0, 1):
            first = slope(special.gammainc, i, grad)(a, x)
            assert slope(special.gammaincc, i, grad)(a, x) == -first


def test_inverses():
    def inverse(tail, f):
        def solve(a, p):
            return mp.findroot(lambda x: tail(a, x) - p, float(f(float(a), float(p))))

        return solve

    points = (0.5, 0.3), (3.0, 0.9), (20.0, 0.01)
    for f, tail in ((special.gammaincinv, lower), (special.gammainccinv, upper)):
        agree(f, inverse(tail, f), *points, first=1e-11, second=1e-9)


def test_the_ends_of_the_axis():
    def distribution(a):
        return lambda x: special.gammainc(a, x)

    assert diff(distribution(1.0))(0.0) == 1
    assert diff(diff(distribution(1.0)))(0.0) == -1
    assert diff(diff(distribution(2.0)))(0.0) == 1
    assert diff(distribution(0.5))(0.0) == np.inf
    assert diff(distribution(3.0))(0.0) == diff(distribution(3.0))(np.inf) == 0
    for x in (0.0, np.inf):
        assert grad(lambda a, x=x: special.gammainc(a, x))(2.0) == 0
    assert grad(lambda a: special.gammaincinv(a, 0.0))(2.0) == 0
    assert np.isnan(grad(lambda a: special.gammainc(a, np.nan))(2.0))


def test_the_density():
    agree(
        gamma_weight,
        lambda a, x: x**a * mp.exp(-x) / mp.gamma(a),
        (0.5, 1e-20),
        (3.0, 4.0),
        (1e6, 1.001e6),
        digits=40,
        first=1e-11,
        second=1e-9,
    )
    assert gamma_density(1.0, 0.0) == 1
    assert gamma_density(2.0, np.inf) == gamma_density(2.0, 0.0) == 0


def test_what_is_left_of_stirlings_formula():
    for a in (1e-3, 0.7, 11.9, 12.1, 1e5):
        with mp.workdps(40):
            x = mp.mpf(a)
            formula = (x - 0.5) * mp.log(x) - x + mp.log(2 * mp.pi) / 2
            error = float(mp.loggamma(x) - formula)
            gap = float(mp.log(x) - mp.digamma(x))
        np.testing.assert_allclose(stirling_error(a), error, rtol=1e-13, atol=3e-15)
        np.testing.assert_allclose(log_less_digamma(a), gap, rtol=1e-13, atol=3e-15)
