"""Cube roots and lengths without branches, for doubles, where there is no libmvec."""

from __future__ import annotations

import math

from diffops.kernels.own_functions import Own
from diffops.kernels.registers import Register, polynomial

#: u ** (−1/3) for 1 ≤ u ≤ 2: fitted at Chebyshev points.
_INVERSE_ROOT = (
    1.6662787377309156,
    -1.1623973573078166,
    0.6846527077322325,
    -0.21636185469244387,
    0.02778280101858424,
)
#: The inverse cube roots of 2 and of 4.
_OF_TWO, _OF_FOUR = 0.7937005259840998, 0.6299605249474366
_NORMAL, _LIFT = 2.2250738585072014e-308, 54
#: Whole numbers below are the last bits of what they are added to.
_BITS = 2.0**52
_ROUNDING = 1.5 * 2.0**52
#: Above and below, lengths are scaled by powers of two.
_LARGE, _SMALL, _SCALE = 2.0**500, 2.0**-450, 2.0**600
_FINITE = 1.7976931348623157e308


def cube_root(x: Register) -> Register:
    """Return the real cube root of x.

    A polynomial gives that of 1 / |x|, which one step of Newton's method with the next
    term of its series refines; another corrects the product of both.
    """
    a = abs(x)
    tiny = a.less_than(_NORMAL)
    u = tiny.chosen(a * 2.0**_LIFT, a)
    exponent = u.bits().whole("lshr", 52)
    above = exponent.whole("or", 0x4330000000000000).number() - (_BITS + 1023.0)
    rounded = (above - 1.0).times_plus(1 / 3, _ROUNDING)
    third = rounded - _ROUNDING
    left = third.times_plus(-3.0, above)  # 0, 1 or 2
    one = u.bits().whole("sub", exponent.whole("shl", 52))
    m = one.whole("add", 1023 << 52).number()
    two, four = left.greater_than(0.5), left.greater_than(1.5)
    u = m * two.chosen(four.chosen(4.0, 2.0), 1.0)
    r = polynomial(m, _INVERSE_ROOT)
    r = r * two.chosen(four.chosen(_OF_FOUR, _OF_TWO), 1.0)
    h = -(u * r) * r
    h = h.times_plus(r, 1.0)
    r = (r * h).times_plus(h.times_plus(2 / 9, 1 / 3), r)
    y = u * r * r
    square = y * y
    rest = y.times_plus(y, -square)
    missing = (-square).times_plus(y, u) - rest * y
    y = y + missing * (r * r * (1 / 3))
    k = rounded.bits().whole("add", 1023).whole("shl", 52)
    y = y * k.number() * tiny.chosen(2.0 ** -(_LIFT // 3), 1.0)
    ordinary = a.greater_than(0.0).chosen(y, x + x)
    return a.less_than(math.inf).chosen(ordinary, x + x).with_sign_of(x)


def length(x: Register, y: Register) -> Register:
    """Return the root of x² + y², infinite if one of both is."""
    a, b = abs(x), abs(y)
    more = a.greater_than(b)
    a, b = more.chosen(a, b), more.chosen(b, a)
    large, small = a.greater_than(_LARGE), a.less_than(_SMALL)
    scale = large.chosen(1 / _SCALE, small.chosen(_SCALE, 1.0))
    back = large.chosen(_SCALE, small.chosen(1 / _SCALE, 1.0))
    a, b = a * scale, b * scale
    root = a.times_plus(a, b * b).root() * back
    for part in (x, y):
        endless = abs(part).greater_than(_FINITE)
        root = endless.chosen(math.inf, root)
    return root


OTHERS: dict[str, Own] = {"cbrt": (cube_root, None), "hypot": (length, None)}
