"""Powers of our own: what is exact, and identities. Their accuracy: tests of jit."""

import numpy as np
import pytest
from own_bodies import of_numbers

from diffops.kernels import own_powers

POW = of_numbers(own_powers.power_of, 2)
LOGARITHM = [of_numbers(lambda x, i=i: own_powers._logarithm(x)[i]) for i in (0, 1)]


def test_a_logarithm_in_two_parts():
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workprec(200):
        for x in np.geomspace(1e-307, 1e308, 199).tolist():
            found = sum(mpmath.mpf(part(x)) for part in LOGARITHM)
            assert abs(found / mpmath.log(x) - 1) < 2.0**-65


def test_whole_powers_are_exact():
    for x in range(1, 20):
        for n in range(13):
            assert POW(float(x), float(n)) == x**n
    for n in range(-1074, 1024):
        assert POW(2.0, float(n)) == 2.0**n


def test_no_change():
    for x in (1e-300, 0.3, 7.0, 1.7976931348623157e308):
        assert POW(x, 1.0) == x
        assert POW(x, 0.0) == POW(x, -5e-324) == 1.0
        assert POW(1.0, x) == 1.0


def test_the_ends():
    assert POW(2.0, 1024.0) == POW(0.5, -1e11) == np.inf
    assert POW(2.0, -1076.0) == POW(0.5, 1e11) == 0.0


def test_what_is_left_to_libm():
    usual = of_numbers(
        lambda x, y: own_powers._is_usual(x, y).chosen(1.0, 0.0).times_plus(1.0, 0.0), 2
    )
    tiny = np.nextafter(2.0**-1022, 0)
    for x in (0.0, -0.0, -2.0, tiny, np.inf, -np.inf, np.nan):
        assert usual(x, 2.5) == 0.0
    for y in (1e12, -1e12, np.inf, np.nan):
        assert usual(2.0, y) == 0.0
    assert usual(2.0**-1022, -1e11) == usual(1.7976931348623157e308, 0.0) == 1.0
