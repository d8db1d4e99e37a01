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

from diffops.kernels.own_constants import CONSTANTS, Constants
from diffops.kernels.registers import Body, Register, polynomial


def _constants(x: Register) -> Constants:
    return CONSTANTS[x.body.kind]


def _quadrant(x: Register) -> tuple[Register, Register, Register]:
    """Return which quadrant |x| is in, and sine and cosine of what is beyond it."""
    known = _constants(x)
    a = abs(x)
    high, middle, low = known.half_pi
    rounded = a.times_plus(1 / high, known.rounding)
    n = -(rounded - known.rounding)
    first = n.times_plus(high, a)  # exact
    second = n * middle
    r, lost = _sum(first, second)
    tail = lost + n.times_plus(low, n.times_plus(middle, -second))
    z = r * r
    half = z * 0.5
    bend = r * z * polynomial(z, known.sine)
    sine = r + tail.times_plus(-half + 1.0, bend)
    top = -half + 1.0
    rest = (-top + 1.0) - half
    cosine = top + (rest + (z * z).times_plus(polynomial(z, known.cosine), -(r * tail)))
    return rounded.bits(), sine, cosine


def _sum(a: Register, b: Register) -> tuple[Register, Register]:
    """Return the sum of two numbers, and what was rounded off."""
    total = a + b
    from_b = total - a
    return total, (a - (total - from_b)) + (b - from_b)


def _turned(value: Register, sign: Register) -> Register:
    """Change the sign of a number if the second bit of an integer is set."""
    known = _constants(value)
    second = sign.whole("and", 2).whole("shl", known.mantissa + known.rest - 2)
    return value.bits().whole("xor", second).number()


def sine(x: Register) -> Register:
    """Return sin x."""
    quadrant, sine, cosine = _quadrant(x)
    value = _turned(quadrant.is_odd().chosen(cosine, sine), quadrant)
    return value.bits().whole("xor", _sign(x)).number()


def _sign(x: Register) -> Register:
    known = _constants(x)
    return x.bits().whole("and", -(2 ** (known.mantissa + known.rest - 1)))


def cosine(x: Register) -> Register:
    """Return cos x."""
    quadrant, sine, cosine = _quadrant(x)
    return _turned(quadrant.is_odd().chosen(sine, cosine), quadrant.whole("add", 1))


def _is_angle(x: Register) -> Register:
    return abs(x).less_than(_constants(x).largest_angle)


def _halved(x: Register) -> tuple[Register, Register, Register]:
    """Return k, r and exp(x) / 2ᵏ − 1 − r, where r is about x − k log 2."""
    known = _constants(x)
    high, low = known.log_2
    k = x.times_plus(1 / high, known.rounding)
    n = -(k - known.rounding)
    first = n.times_plus(high, x)  # exact
    r = n.times_plus(low, first)
    tail = n.times_plus(low, first - r)
    return k.bits(), r, (r * r).times_plus(polynomial(r, known.exponential), tail)


def _plus(a: Any, b: Register, rest: Register) -> Register:
    """Return a + b + rest, where a is 0 or the largest."""
    total = b + a
    return total + ((b - (total - a)) + rest)


def _two_to(k: Register) -> Register:
    """Return a power of two, given the exponent in the last bits."""
    known = _constants(k)
    return k.whole("add", known.bias).whole("shl", known.mantissa).number()


def exponential(x: Register) -> Register:
    """Return exp x, from 0 to infinity."""
    known = _constants(x)
    least = x.less_than(known.least_power).chosen(known.least_power, x)
    beyond = least.greater_than(known.largest_power)
    bits, r, bend = _halved(beyond.chosen(known.largest_power, least))
    k = bits.whole("shl", known.rest).whole("ashr", known.rest)  # the added is cut off
    half = k.whole("ashr", 1)
    return _plus(1.0, r, bend) * _two_to(half) * _two_to(k.whole("sub", half))


def logistic(x: Register) -> Register:
    """Return 1 / (1 + exp(−x)): a quotient, and what its parts have lost."""
    known = _constants(x)
    a = -abs(x)
    bits, r, bend = _halved(a.less_than(known.least_power).chosen(known.least_power, a))
    k = bits.whole("shl", known.rest).whole("ashr", known.rest)
    half = k.whole("ashr", 1)
    first, second = _two_to(half), _two_to(k.whole("sub", half))
    whole = r + 1.0
    total, rest = _sum(whole, (r - (whole - 1.0)) + bend)
    decay, decay_rest = total * first * second, rest * first * second
    below = decay + 1.0
    below_rest = (decay - (below - 1.0)) + decay_rest
    rises = x.greater_than(0.0)
    above = rises.chosen(1.0, decay)
    above_rest = rises.chosen(0.0, decay_rest)
    y = above / below
    lost = y.times_plus(-below, above) + y.times_plus(-below_rest, above_rest)
    return lost.times_plus(rises.chosen(y, -y + 1.0), y)


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


Own = tuple[Callable[..., Register], Callable[..., Register] | None]

#: By the names that libm has for them, or SciPy: the function, and what tells where
#: it fits.
OWN: dict[str, Own] = {
    "sin": (sine, _is_angle),
    "cos": (cosine, _is_angle),
    "exp": (exponential, None),
    "expit": (logistic, None),
}


def source(name: str, real: str = "double") -> str:
    """Return the function ``@own.{name}``, and ``@fits.{name}`` if there are limits."""
    if name.startswith("power"):
        n = int(name.removeprefix("power"))
        return _definition(real, f"own.{name}", lambda x: power(x, n), real)
    function, fits = OWN[name]
    text = _definition(real, f"own.{name}", function, real)
    if fits is None:
        return text
    return f"{text}\n{_definition('i1', f'fits.{name}', fits, real)}"


def _definition(
    kind: str, name: str, function: Callable[[Register], Register], real: str
) -> str:
    body = Body(real)
    result = function(Register(body, "%x"))
    head = f"define internal {kind} @{name}({real} %x) alwaysinline {{"
    return "\n".join([head, *body.lines, f"  ret {kind} {result.name}", "}"])
