"""Logarithms, tangents and what exponentials lack of 1, without branches, for doubles.

They take the place of libmvec's functions where a system has none: `OTHERS` has them as
`own_functions.OWN` has its own, which eager mode computes with.
"""

from __future__ import annotations

import math

from diffops.kernels.own_functions import (
    Own,
    _halved,
    _is_angle,
    _plus,
    _quadrant,
    _sum,
    _two_to,
)
from diffops.kernels.registers import Register, polynomial

#: log 2, of which the first part has 32 zeros at its end.
_LOG_2 = (0.6931467056274414, 4.7493250390316726e-07)
#: (2 atanh(s) / s − 2) / s² in s², for s = f / (2 + f) and √½ ≤ 1 + f ≤ √2: fitted at
#: Chebyshev points.
_LOGARITHM = (
    0.666666666666667,
    0.39999999999886615,
    0.28571428631764334,
    0.2222221019926421,
    0.18182956608063458,
    0.15329500754204178,
    0.14643628601909797,
)
#: The bits of the root of one half, and the smallest normal number.
_ROOT_BITS = 0x3FE6A09E667F3BCD
_NORMAL, _LIFT = 2.2250738585072014e-308, 54
#: Between, 1 + x is between the roots of 1/2 and 2.
_NEAR = (-0.29, 0.41)
#: exp x − 1 is −1 below, to the last bit; tanh x is 1 beyond half of it.
_LEAST, _LARGEST = -60.0, 710.0


def _parted(u: Register) -> tuple[Register, Register]:
    """Return k as a number and f with u = 2ᵏ (1 + f), near 1; u is normal."""
    k = u.bits().whole("sub", _ROOT_BITS).whole("ashr", 52)
    f = u.bits().whole("sub", k.whole("shl", 52)).number() - 1.0
    body = u.body
    return body.value(f"sitofp {body.whole} {k.name} to {body.real}"), f


def _of_sum(k: Register, f: Register, rest: Register | None = None) -> Register:
    """Return k log 2 + log(1 + f), and add a small rest."""
    high, low = _LOG_2
    s = f / (f + 2.0)
    z = s * s
    half = f * f * 0.5
    bent = s * (half + z * polynomial(z, _LOGARITHM))
    small = k.times_plus(low, bent if rest is None else bent + rest)
    return k * high - ((half - small) - f)


def logarithm(x: Register) -> Register:
    """Return log x: of 0 −∞, of less NaN."""
    tiny = x.less_than(_NORMAL)
    k, f = _parted(tiny.chosen(x * 2.0**_LIFT, x))
    y = _of_sum(k - tiny.chosen(float(_LIFT), 0.0), f)
    y = x.less_than(math.inf).chosen(y, x)
    return _within(x, 0.0, y)


def _within(x: Register, least: float, y: Register) -> Register:
    """Return y, but −∞ of the least argument, and NaN of smaller ones."""
    below = x.less_than(least).chosen(math.nan, -math.inf)
    return x.greater_than(least).chosen(y, (x * 0.0) + below)


def logarithm_beside_one(x: Register) -> Register:
    """Return log(1 + x), to the last digits of a small x."""
    u, lost = _sum(x, _number(x, 1.0))
    k, f = _parted(u)
    rest = lost / u
    low, high = _NEAR
    near = x.greater_than(low).chosen(x.less_than(high).chosen(1.0, 0.0), 0.0)
    is_near = near.greater_than(0.5)
    none = _number(x, 0.0)
    y = _of_sum(
        is_near.chosen(none, k), is_near.chosen(x, f), is_near.chosen(none, rest)
    )
    y = x.less_than(math.inf).chosen(y, x).with_sign_of(x)
    return _within(x, -1.0, y)


def _number(x: Register, value: float) -> Register:
    """Return a constant as a register."""
    body = x.body
    return body.value(f"fadd {body.real} {body.written(value)}, {body.written(-0.0)}")


def exponential_less_one(x: Register) -> Register:
    """Return exp(x) − 1, to the last digits of a small x."""
    least = x.less_than(_LEAST).chosen(_LEAST, x)
    beyond = least.greater_than(_LARGEST)
    bits, r, bend = _halved(beyond.chosen(_LARGEST, least))
    k = bits.whole("shl", 12).whole("ashr", 12)
    half = k.whole("ashr", 1)
    rest = k.whole("sub", half)
    opposite = _two_to(_negative(half)) * _two_to(_negative(rest))
    y = _plus(-opposite + 1.0, r, bend) * _two_to(half) * _two_to(rest)
    return y.with_sign_of(x)


def _negative(k: Register) -> Register:
    return k.whole("xor", -1).whole("add", 1)


def hyperbolic_tangent(x: Register) -> Register:
    """Return tanh x = t / (t + 2), where t = exp(2|x|) − 1."""
    twice = abs(x) * 2.0
    t = exponential_less_one(twice.greater_than(50.0).chosen(50.0, twice))
    return (t / (t + 2.0)).with_sign_of(x)


def tangent(x: Register) -> Register:
    """Return tan x."""
    quadrant, sine, cosine = _quadrant(x)
    odd = quadrant.is_odd()
    y = odd.chosen(-cosine, sine) / odd.chosen(sine, cosine)
    sign = x.bits().whole("and", -(2**63))
    return y.bits().whole("xor", sign).number()


OTHERS: dict[str, Own] = {
    "log": (logarithm, None),
    "log1p": (logarithm_beside_one, None),
    "expm1": (exponential_less_one, None),
    "tanh": (hyperbolic_tangent, None),
    "tan": (tangent, _is_angle),
}
