"""Powers of 2, and logarithms of base 2 and 10, without branches, for doubles."""

from __future__ import annotations

import math

from diffops.kernels.own_constants import CONSTANTS
from diffops.kernels.own_functions import Own, _plus, _two_to
from diffops.kernels.own_logarithms import (
    _LIFT,
    _LOGARITHM,
    _NORMAL,
    _parted,
    _within,
)
from diffops.kernels.registers import Register, polynomial

#: Beyond, the powers are 0 and infinite.
_LEAST, _LARGEST = -1080.0, 1025.0
#: 1 / log 2 and 1 / log 10, and log 2 / log 10, of which the first part has 32 zeros at
#: its end.
_TO_TWO = (1.4426950408889634, 2.0355273740931033e-17)
_TO_TEN = (0.4342944819032518, 1.098319650216765e-17)
_TWO_IN_TEN = (0.30102992057800293, 7.508597826552624e-08)


def power_of_two(x: Register) -> Register:
    """Return 2 ** x, from 0 to infinity."""
    known = CONSTANTS["double"]
    least = x.less_than(_LEAST).chosen(_LEAST, x)
    within = least.greater_than(_LARGEST).chosen(_LARGEST, least)
    rounded = within + known.rounding
    part = within - (rounded - known.rounding)  # exact
    high, low = known.log_2
    r = part * high
    tail = part.times_plus(low, part.times_plus(high, -r))
    bend = (r * r).times_plus(
        polynomial(r, known.exponential), r.times_plus(tail, tail)
    )
    k = rounded.bits().whole("shl", 12).whole("ashr", 12)
    half = k.whole("ashr", 1)
    return _plus(1.0, r, bend) * _two_to(half) * _two_to(k.whole("sub", half))


def _logarithm(
    x: Register, factor: tuple[float, float], step: tuple[float, float]
) -> Register:
    """Return a factor times log x, given its product with log 2, both as sums."""
    tiny = x.less_than(_NORMAL)
    k, f = _parted(tiny.chosen(x * 2.0**_LIFT, x))
    k = k - tiny.chosen(float(_LIFT), 0.0)
    s = f / (f + 2.0)
    z = s * s
    half = f * f * 0.5
    lost = (f * 0.5).times_plus(f, -half)
    high = f - half
    bent = s * (half + z * polynomial(z, _LOGARITHM))
    low = bent - lost + ((f - high) - half)
    first = high * factor[0]
    rest = high.times_plus(factor[0], -first)
    rest = high.times_plus(factor[1], low.times_plus(factor[0], rest))
    y = _plus(k * step[0], first, k.times_plus(step[1], rest))
    y = x.less_than(math.inf).chosen(y, x)
    return _within(x, 0.0, y)


def logarithm_of_two(x: Register) -> Register:
    """Return the logarithm of base 2."""
    return _logarithm(x, _TO_TWO, (1.0, 0.0))


def logarithm_of_ten(x: Register) -> Register:
    """Return the logarithm of base 10."""
    return _logarithm(x, _TO_TEN, _TWO_IN_TEN)


OTHERS: dict[str, Own] = {
    "exp2": (power_of_two, None),
    "log2": (logarithm_of_two, None),
    "log10": (logarithm_of_ten, None),
}
