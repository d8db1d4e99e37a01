"""Angles without branches, for doubles, where a system has no libmvec."""

from __future__ import annotations

import math

from diffops.kernels.own_functions import Own, _sum
from diffops.kernels.own_logarithms import _number
from diffops.kernels.registers import Register, polynomial

#: (arctan t − t) / t³ in t², for |t| ≤ tan(π/8): fitted at Chebyshev points.
_ARCTANGENT = (
    -0.3333333333333333,
    0.19999999999999804,
    -0.14285714285659828,
    0.11111111105155447,
    -0.09090908753500877,
    0.07692296375032143,
    -0.06666424885738255,
    0.05878928997834775,
    -0.05230454270650244,
    0.04551593220626549,
    -0.034570561981427744,
    0.016285756855221028,
)
#: π, as the sum of two numbers.
_PI = (math.pi, 1.2246467991473532e-16)
#: The tangents of π/8 and 3π/8.
_LOW, _HIGH = 0.41421356237309503, 2.414213562373095
#: Above and below, both numbers are scaled by powers of two.
_LARGE, _SMALL = 2.0**1020, 2.0**-960
_FINITE = 1.7976931348623157e308


def arctangent(x: Register) -> Register:
    """Return arctan x."""
    return arctangent_of(x, _number(x, 1.0))


def arctangent_of(y: Register, x: Register) -> Register:
    """Return the angle of the point (x, y), from −π to π.

    The angle of (|x|, |y|) is 0, π/4 or π/2 and the arctangent of a quotient, of which
    what its rounding loses is carried along.
    """
    a, b = _finite(abs(y), abs(x))
    low, high = a.less_than(b * _LOW), a.greater_than(b * _HIGH)
    (difference, n_rest), (total, d_rest) = _sum(a, -b), _sum(a, b)
    n = low.chosen(a, high.chosen(-b, difference))
    d = low.chosen(b, high.chosen(a, total))
    turns = low.chosen(0.0, high.chosen(0.5, 0.25))
    inverse = _number(d, 1.0) / d
    t = n * inverse
    rest = low.chosen(0.0, high.chosen(0.0, n_rest - t * d_rest))
    lost = rest + (-t).times_plus(d, n)
    z = t * t
    bent = t * z * polynomial(z, _ARCTANGENT)
    small = lost * inverse + bent
    # Of a negative x it is π less that.
    back = _number(x, 1.0).with_sign_of(x)
    turns = back.less_than(0.0).chosen(-turns + 1.0, turns)
    base, t, small = turns * _PI[0], t * back, small * back
    first = base + t
    angle = first + ((t - (first - base)) + turns.times_plus(_PI[1], small))
    unordered = y.is_unordered(x)
    return unordered.chosen(y + x, angle).with_sign_of(y)


def _finite(a: Register, b: Register) -> tuple[Register, Register]:
    """Return two numbers of which a / b is the same, neither 0 / 0 nor too large."""
    largest = a.greater_than(b).chosen(a, b)
    endless = largest.greater_than(_FINITE)
    a, b = _ended(endless, a), _ended(endless, b)
    large, small = largest.greater_than(_LARGE), largest.less_than(_SMALL)
    scale = large.chosen(2.0**-4, small.chosen(2.0**100, 1.0))
    a, b = a * scale, b * scale
    return a, largest.greater_than(0.0).chosen(b, 1.0)


def _ended(endless: Register, x: Register) -> Register:
    """Return 1 for what is infinite and 0 for the rest, if one of both is infinite."""
    one = x.greater_than(_FINITE).chosen(1.0, 0.0)
    return endless.chosen(one, x)


OTHERS: dict[str, Own] = {"atan": (arctangent, None), "atan2": (arctangent_of, None)}
