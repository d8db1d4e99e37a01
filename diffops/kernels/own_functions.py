"""Sine, cosine and exponentials without branches, so that LLVM vectorises them.

An argument is reduced to an interval around 0, where a polynomial that was fitted at
Chebyshev points approximates the function. Arguments that a function does not fit (its
second entry tells which it does) are left to libm. Sine and cosine reduce alike, so
LLVM computes both for little more than the price of one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from diffops.kernels.registers import Body, Register, polynomial

#: Adding it to a number rounds that to a whole one, which its last bits then hold.
_ROUNDING = 1.5 * 2.0**52

#: π/2 and log 2, as sums of doubles.
_HALF_PI = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33)
_LOG_2 = (0.6931471805599453, 2.3190468138462996e-17)

#: (sin r − r) / r³ and (cos r − 1 + r²/2) / r⁴ in r², for |r| ≤ π/4.
_SINE = (
    -0.16666666666666666,
    0.008333333333330925,
    -0.00019841269836722418,
    2.755731608381636e-06,
    -2.5051127944014188e-08,
    1.5917848524808262e-10,
)
_COSINE = (
    0.041666666666666664,
    -0.0013888888888887382,
    2.480158729874307e-05,
    -2.7557317260008837e-07,
    2.0876143827993133e-09,
    -1.1382456778061306e-11,
)
#: (exp r − 1 − r) / r² for |r| ≤ log(2) / 2.
_EXPONENTIAL = (
    0.5,
    0.1666666666666667,
    0.04166666666666667,
    0.008333333333326084,
    0.0013888888888883711,
    0.0001984126987500228,
    2.480158732567746e-05,
    2.755725517000089e-06,
    2.755727347871858e-07,
    2.5105312729622103e-08,
    2.09147553258932e-09,
)

#: Beyond, the last digits of the multiple of π/2 would be felt.
_LARGEST_ANGLE = 1e6


def _quadrant(x: Register) -> tuple[Register, Register, Register]:
    """Return which quadrant |x| is in, and sine and cosine of what is beyond it."""
    a = abs(x)
    rounded = a.times_plus(1 / _HALF_PI[0], _ROUNDING)
    n = -(rounded - _ROUNDING)
    high, middle, low = _HALF_PI
    first = n.times_plus(high, a)  # exact
    second = n * middle
    r, lost = _sum(first, second)
    tail = lost + n.times_plus(low, n.times_plus(middle, -second))
    z = r * r
    half = z * 0.5
    bend = r * z * polynomial(z, _SINE)
    sine = r + tail.times_plus(-half + 1.0, bend)
    top = -half + 1.0
    rest = (-top + 1.0) - half
    cosine = top + (rest + (z * z).times_plus(polynomial(z, _COSINE), -(r * tail)))
    return rounded.bits(), sine, cosine


def _sum(a: Register, b: Register) -> tuple[Register, Register]:
    """Return the sum of two numbers, and what was rounded off."""
    total = a + b
    from_b = total - a
    return total, (a - (total - from_b)) + (b - from_b)


def _turned(value: Register, sign: Register) -> Register:
    """Change the sign of a double if the second bit of an integer is set."""
    return value.bits().whole("xor", sign.whole("and", 2).whole("shl", 62)).double()


def _odd(quadrant: Register) -> Register:
    return quadrant.body.value(f"trunc i64 {quadrant.name} to i1")


def sine(x: Register) -> Register:
    """Return sin x."""
    quadrant, sine, cosine = _quadrant(x)
    value = _turned(_odd(quadrant).chosen(cosine, sine), quadrant)
    return value.bits().whole("xor", _sign(x)).double()


def _sign(x: Register) -> Register:
    return x.bits().whole("and", -(2**63))


def cosine(x: Register) -> Register:
    """Return cos x."""
    quadrant, sine, cosine = _quadrant(x)
    return _turned(_odd(quadrant).chosen(sine, cosine), quadrant.whole("add", 1))


def _is_angle(x: Register) -> Register:
    return abs(x).less_than(_LARGEST_ANGLE)


def _halved(x: Register) -> tuple[Register, Register, Register]:
    """Return k, r and exp(x) / 2ᵏ − 1 − r, where r is about x − k log 2."""
    k = x.times_plus(1 / _LOG_2[0], _ROUNDING)
    n = -(k - _ROUNDING)
    first = n.times_plus(_LOG_2[0], x)  # exact
    r = n.times_plus(_LOG_2[1], first)
    tail = n.times_plus(_LOG_2[1], first - r)
    return k.bits(), r, (r * r).times_plus(polynomial(r, _EXPONENTIAL), tail)


def _plus(a: Any, b: Register, rest: Register) -> Register:
    """Return a + b + rest, where a is 0 or the largest."""
    total = b + a
    return total + ((b - (total - a)) + rest)


def _two_to(k: Register) -> Register:
    """Return a power of two, given the exponent in the last bits."""
    return k.whole("add", 1023).whole("shl", 52).double()


def exponential(x: Register) -> Register:
    """Return exp x, from 0 to infinity."""
    least = x.less_than(-746.0).chosen(-746.0, x)
    within = least.body.value(f"fcmp ogt double {least.name}, 7.1e2")
    bits, r, bend = _halved(within.chosen(710.0, least))
    k = bits.whole("shl", 12).whole("ashr", 12)  # what was added is cut off
    half = k.whole("ashr", 1)
    return _plus(1.0, r, bend) * _two_to(half) * _two_to(k.whole("sub", half))


def power(x: Register, n: int) -> Register:
    """Return xⁿ by multiplication, carrying along what each one rounds off."""
    value, rest = x, None
    for digit in f"{n:b}"[1:]:
        value, rest = _product(value, rest, value, rest)
        if digit == "1":
            value, rest = _product(value, rest, x, None)
    assert rest is not None
    finite = abs(value).less_than(math.inf)
    return finite.chosen(value + rest, value).with_sign_of(value)  # −0 + 0 is +0


def _product(
    a: Register, a_rest: Register | None, b: Register, b_rest: Register | None
) -> tuple[Register, Register]:
    """Return the product of two sums of a number and a small rest, as another."""
    value = a * b
    rest = a.times_plus(b, -value)
    if a_rest is not None:
        rest = a_rest.times_plus(b, rest)
    if b_rest is not None:
        rest = b_rest.times_plus(a, rest)
    return value, rest


Own = tuple[Callable[[Register], Register], Callable[[Register], Register] | None]

#: By the names that libm has for them: the function, and what tells where it fits.
OWN: dict[str, Own] = {
    "sin": (sine, _is_angle),
    "cos": (cosine, _is_angle),
    "exp": (exponential, None),
}


def source(name: str) -> str:
    """Return the function ``@own.{name}``, and ``@fits.{name}`` if there are limits."""
    if name.startswith("power"):
        n = int(name.removeprefix("power"))
        return _definition("double", f"own.{name}", lambda x: power(x, n))
    function, fits = OWN[name]
    text = _definition("double", f"own.{name}", function)
    return (
        text if fits is None else f"{text}\n{_definition('i1', f'fits.{name}', fits)}"
    )


def _definition(kind: str, name: str, function: Callable[[Register], Register]) -> str:
    body = Body()
    result = function(Register(body, "%x"))
    head = f"define internal {kind} @{name}(double %x) alwaysinline {{"
    return "\n".join([head, *body.lines, f"  ret {kind} {result.name}", "}"])
