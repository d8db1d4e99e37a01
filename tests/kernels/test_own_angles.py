"""Angles of our own: quadrants, symmetries, scales. Their accuracy: tests of jit."""

import math

import numpy as np
import pytest
from own_bodies import of_numbers

from diffops.kernels import own_angles

ARCTAN = of_numbers(own_angles.arctangent)
ARCTAN2 = of_numbers(own_angles.arctangent_of, 2)


def test_an_arctangent_is_odd_and_keeps_small_arguments():
    for x in (5e-324, 1e-310, 1e-200, 3e-17):
        assert ARCTAN(x) == x
    for x in np.linspace(0.0, 30.0, 97):
        assert ARCTAN(-x) == -ARCTAN(x)
    assert np.signbit(ARCTAN(-0.0))


def test_corners_of_the_plane():
    for k, (x, y) in enumerate([(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0.0)]):
        assert ARCTAN2(y, x) == k * math.pi / 4
        assert ARCTAN2(-float(y), x) == -k * math.pi / 4


@pytest.mark.parametrize("scale", [2.0**-1070, 2.0**-1000, 2.0**900, 2.0**1020])
def test_only_the_ratio_counts(scale):
    for y, x in [(3.0, 4.0), (5.0, -2.0), (-7.0, 1.0), (-1.0, -9.0)]:
        assert ARCTAN2(y * scale, x * scale) == ARCTAN2(y, x)


def test_it_is_the_arctangent_of_the_quotient():
    for x in 2.0 ** np.arange(-500, 500, 7):
        assert ARCTAN(x) == ARCTAN2(x, 1.0) == ARCTAN2(1.0, 1 / x)
