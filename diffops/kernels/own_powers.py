"""Powers of positive numbers without branches, for doubles, where there is no libmvec.

The exponential of y log x needs its argument to 10 bits more than a double has, so the
logarithm is computed as a sum of two numbers. Other bases than positive normal numbers
are left to libm, and so are very large exponents.
"""

from __future__ import annotations

import math

from diffops.kernels.own_functions import Own, _halved, _plus, _two_to
from diffops.kernels.own_logarithms import _LOG_2, _number, _parted
from diffops.kernels.registers import Register, polynomial

#: 2/3, and (2 atanh(s) / s − 2 − 2/3 s²) / s⁴ in s², for s as in the logarithm: fitted
#: at Chebyshev points.
_TWO_THIRDS = (0.6666666666666666, 3.700743415417188e-17)
_LOGARITHM = (
    0.4,
    0.28571428571429364,
    0.22222222221656232,
    0.18181818335314404,
    0.15384594970895457,
    0.13334804238225345,
    0.11706248540922386,
    0.11723051028097753,
)
#: The largest number that is not normal, and what exponents are below.
_TINY, _LARGE = 2.225073858507201e-308, 2.0**38
#: Powers are 0 below, and infinite above.
_LEAST, _LARGEST = -746.0, 712.0


def _logarithm(x: Register) -> tuple[Register, Register]:
    """Return log x as the sum of two numbers."""
    k, f = _parted(x)
    d = f + 2.0
    inverse = _number(d, 1.0) / d
    s = f * inverse
    lost = (-s).times_plus(d, f) - s * (f - (d - 2.0))
    s_rest = lost * inverse
    z = s * s
    z_rest = s.times_plus(s, -z) + s * s_rest * 2.0
    bent = z * polynomial(z, _LOGARITHM)
    a = bent + _TWO_THIRDS[0]
    a_rest = bent - (a - _TWO_THIRDS[0]) + _TWO_THIRDS[1]
    b = z * a
    b_rest = z.times_plus(a, -b) + z.times_plus(a_rest, z_rest * a)
    c = s * b
    c_rest = s.times_plus(b, -c) + s.times_plus(b_rest, s_rest * b)
    twice = s * 2.0
    first = twice + c
    rest = (c - (first - twice)) + s_rest.times_plus(2.0, c_rest)
    whole = k * _LOG_2[0]  # exact
    total = whole + first
    return total, (first - (total - whole)) + k.times_plus(_LOG_2[1], rest)


def power_of(x: Register, y: Register) -> Register:
    """Return x to the power of y."""
    high, low = _logarithm(x)
    product = y * high
    rest = y.times_plus(low, y.times_plus(high, -product))
    total = product + rest
    rest = rest - (total - product)
    least = total.less_than(_LEAST).chosen(_LEAST, total)
    bits, r, bend = _halved(least.greater_than(_LARGEST).chosen(_LARGEST, least))
    k = bits.whole("shl", 12).whole("ashr", 12)
    half = k.whole("ashr", 1)
    value = _plus(1.0, r, bend + rest.times_plus(r + bend, rest))
    return value * _two_to(half) * _two_to(k.whole("sub", half))


def _is_usual(x: Register, y: Register) -> Register:
    """Tell whether x is positive, normal and finite, and y not too large."""
    base = x.less_than(math.inf).chosen(x, 0.0)
    return abs(y).less_than(_LARGE).chosen(base, 0.0).greater_than(_TINY)


OTHERS: dict[str, Own] = {"pow": (power_of, _is_usual)}
