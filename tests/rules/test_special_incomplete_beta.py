"""The incomplete beta functions over many orders of magnitude, in all arguments."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree, compare, slope
from scipy import special

from diffops import diff, grad
from diffops.rules.special_incomplete_beta import beta_density, beta_weight

POINTS = (
    (0.5, 0.5, 0.3),
    (2.0, 3.0, 0.1),
    (2.0, 3.0, 0.99),
    (1e-3, 5.0, 0.01),
    (1e-3, 5.0, 0.2),
    (1e-3, 1e-3, 0.7),
    (1e-3, 0.5, 1e-8),
    (0.3, 50.0, 0.001),
    (50.0, 0.3, 0.999),
    (50.0, 60.0, 0.4),
    (50.0, 60.0, 0.5),
    (200.0, 3.0, 0.999),
    (5.0, 1e-3, 0.7),
    (1e5, 0.5, 0.99999),
)


def lower(a, b, x):
    return x**a * mp.hyp2f1(a, 1 - b, a + 1, x) / (a * mp.beta(a, b))


def upper(a, b, x):
    return lower(b, a, 1 - x)


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_both_tails_in_all_arguments(point):
    a, b, x = point
    left = x * (a + b) < a
    f, truth = (special.betainc, lower) if left else (special.betaincc, upper)
    with mp.workdps(40):
        exact = tuple(map(mp.mpf, point))
        for numbers in ([0], [1], [2], [0, 0], [0, 1], [1, 1], [0, 2], [2, 2]):
            derivative = f
            for number in numbers:
                derivative = slope(derivative, number)
            compare(derivative(*point), truth, exact, numbers, 1e-11)


def test_inverses():
    def inverse(tail, f):
        def solve(a, b, p):
            start = float(f(float(a), float(b), float(p)))
            return mp.findroot(lambda x: tail(a, b, x) - p, start)

        return solve

    points = (0.5, 2.0, 0.3), (3.0, 0.7, 0.9)
    for f, tail in ((special.betaincinv, lower), (special.betainccinv, upper)):
        agree(f, inverse(tail, f), *points, first=1e-10, second=1e-8)


def test_the_ends_of_the_interval():
    def distribution(a, b):
        return diff(lambda x: special.betainc(a, b, x))

    assert distribution(1.0, 3.0)(0.0) == pytest.approx(3)
    assert distribution(3.0, 1.0)(1.0) == pytest.approx(3)
    assert distribution(0.5, 1.0)(0.0) == np.inf
    assert distribution(2.0, 2.0)(0.0) == distribution(2.0, 2.0)(1.0) == 0
    for x in (0.0, 1.0):
        assert grad(lambda a, x=x: special.betainc(a, 2.0, x))(2.0) == 0
    assert np.isnan(grad(lambda a: special.betainc(a, 2.0, np.nan))(2.0))


def test_the_density():
    def density(a, b, x):
        return x ** (a - 1) * (1 - x) ** (b - 1) / mp.beta(a, b)

    points = (0.5, 3.0, 0.2), (2.0, 2.0, 0.9), (1e4, 2e4, 0.334)
    agree(beta_density, density, *points, digits=40, first=1e-11, second=1e-9)
    assert beta_weight(2.0, 3.0, 0.5, 0.5) == pytest.approx(0.375, rel=1e-15)
