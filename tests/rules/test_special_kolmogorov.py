"""Kolmogorov's and Smirnov's distributions against their series."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree
from scipy import special

from diffops import NoDerivativeError, diff, grad


def kolmogorov(x):
    terms = ((-1) ** (k - 1) * mp.exp(-2 * k * k * x * x) for k in range(1, 60))
    return 2 * mp.fsum(terms)


def smirnov(n):
    def f(d):
        places = (mp.mpf(j) / n for j in range(n + 1))
        return d * mp.fsum(
            mp.binomial(n, j) * (d + x) ** (j - 1) * (1 - d - x) ** (n - j)
            for j, x in enumerate(places)
            if d + x < 1
        )

    return f


def test_kolmogorovs_distribution():
    agree(special.kolmogorov, kolmogorov, 0.3, 0.99, 1.01, 2.0, 5.0, digits=60)
    assert diff(special.kolmogorov)(0.0) == diff(special.kolmogorov)(0.03) == 0
    assert np.isnan(diff(special.kolmogorov)(np.nan))


def test_its_inverse():
    def solve(p):
        return mp.findroot(
            lambda x: kolmogorov(x) - p, float(special.kolmogi(float(p)))
        )

    agree(special.kolmogi, solve, 0.4, 0.9, digits=40, second=1e-9)


@pytest.mark.parametrize("n", [3, 10, 100])
def test_smirnovs_distribution(n):
    agree(lambda d: special.smirnov(n, d), smirnov(n), 0.013, 0.31, digits=40)


def test_its_inverse_too():
    def solve(p):
        start = float(special.smirnovi(5, float(p)))
        return mp.findroot(lambda d: smirnov(5)(d) - p, start)

    agree(lambda p: special.smirnovi(5, p), solve, 0.3, digits=40, second=1e-9)


def test_several_sizes_at_once_and_the_ends():
    n = np.array([1, 4])
    slopes = diff(lambda d: special.smirnov(n, d))(0.0)
    np.testing.assert_allclose(slopes, [-1, -1], rtol=1e-14)
    assert diff(lambda d: special.smirnov(3, d))(1.0) == 0


def test_too_many_terms_are_refused():
    with pytest.raises(NoDerivativeError, match="n ≤ 10000"):
        grad(lambda d: special.smirnov(20_000, d))(0.01)
