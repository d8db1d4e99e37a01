"""Cube roots and lengths of our own: what is exact. Their accuracy: tests of jit."""

import math

import numpy as np
import pytest
from own_bodies import of_numbers

from diffops.kernels import own_roots

CBRT = of_numbers(own_roots.cube_root)
HYPOT = of_numbers(own_roots.length, 2)


def test_roots_of_cubes():
    for n in range(-300, 301):
        assert CBRT(float(n**3)) == n
    for k in range(-358, 342):
        assert CBRT(8.0**k) == 2.0**k


def test_roots_at_the_ends():
    assert CBRT(5e-324) == pytest.approx(2.0 ** (-1074 / 3), rel=1e-15)
    assert CBRT(math.inf) == math.inf
    assert CBRT(-math.inf) == -math.inf
    assert math.isnan(CBRT(math.nan))
    assert np.signbit(CBRT(-0.0))


@pytest.mark.parametrize("scale", [2.0**-1074, 2.0**-540, 1.0, 2.0**520, 2.0**1010])
def test_lengths_of_triples(scale):
    for a, b, c in [(3, 4, 5), (5, 12, 13), (20, 21, 29), (0, 7, 7)]:
        assert HYPOT(a * scale, -b * scale) == c * scale
        assert HYPOT(-b * scale, a * scale) == c * scale


def test_an_endless_side_outdoes_nan():
    assert HYPOT(math.nan, -math.inf) == math.inf
    assert HYPOT(math.inf, math.nan) == math.inf
    assert math.isnan(HYPOT(math.nan, 1.0))
    assert HYPOT(1.5e308, 1.5e308) == math.inf
