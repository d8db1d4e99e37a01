"""Constants of both types are those of mathematics."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from diffops.kernels.own_constants import CONSTANTS

DTYPES = {"double": np.float64, "float": np.float32}


@pytest.mark.parametrize("real", DTYPES)
def test_sums_are_precise_and_of_their_type(real):
    known, dtype = CONSTANTS[real], DTYPES[real]
    bits = np.finfo(dtype).nmant + 1
    with mpmath.workprec(400):
        for parts, true in ((known.half_pi, mpmath.pi / 2), (known.log_2, mpmath.ln2)):
            total = sum(map(mpmath.mpf, parts))
            assert abs(total - true) < mpmath.mpf(2) ** (1 - bits * len(parts))
    numbers = (*known.half_pi, *known.log_2, *known.sine, *known.exponential)
    assert all(float(dtype(x)) == x for x in (*numbers, *known.cosine))
    assert Fraction(known.rounding) == Fraction(3, 2) * 2**known.mantissa


@pytest.mark.parametrize("real", DTYPES)
def test_layout_and_limits(real):
    known, info = CONSTANTS[real], np.finfo(DTYPES[real])
    assert (known.mantissa, known.bias) == (info.nmant, info.maxexp - 1)
    assert known.mantissa + known.rest == info.bits
    assert known.largest_power > math.log(float(info.max))
    assert known.least_power < math.log(float(info.smallest_subnormal)) - math.log(2)


@pytest.mark.parametrize("real", DTYPES)
def test_polynomials(real):
    known, eps = CONSTANTS[real], np.finfo(DTYPES[real]).eps
    r = np.linspace(-math.pi / 4, math.pi / 4, 101).astype(np.longdouble)
    r = r[r != 0]
    z = r * r
    sine = r + r * z * np.polynomial.polynomial.polyval(z, known.sine)
    cosine = 1 - z / 2 + z * z * np.polynomial.polynomial.polyval(z, known.cosine)
    assert np.max(np.abs(sine / np.sin(r) - 1)) < eps / 4
    assert np.max(np.abs(cosine / np.cos(r) - 1)) < eps / 4
    r = r * (math.log(2) * 2 / math.pi)
    power = 1 + r + r * r * np.polynomial.polynomial.polyval(r, known.exponential)
    assert np.max(np.abs(power / np.exp(r) - 1)) < eps / 4
