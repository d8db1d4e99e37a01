"""Arithmetic: sums, products, quotients, powers, and the two-argument functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.primitive import ONE, implements
from diffops.rules import _recurrences, _transcendental
from diffops.rules._batches import broadcasting
from diffops.rules._constant import Constant
from diffops.rules._fitting import (
    in_double,
    is_complex,
    is_strong_zero,
    spread,
    strong_product,
)
from diffops.rules._kinds import constant, elementwise, general
from diffops.rules._kinks import knowing_square, steep_root, unknown_slope_
from diffops.series import by_terms
from diffops.tags import Tracked

add = elementwise(np.add, ONE, ONE, series=by_terms)

subtract = elementwise(np.subtract, ONE, -1, series=by_terms)

multiply = elementwise(
    np.multiply,
    lambda y, a, b: b,
    lambda y, a, b: a,
    series=_recurrences.multiply,
)


def _push_strongly(y: Any, args: Any, tangents: Any) -> Any:
    (g, d), (dg, dd) = args, tangents
    terms = [] if dg is None else [strong_product(dg, d)]
    if dd is not None:
        terms.append(strong_product(g, dd))
    return spread(np.where(is_strong_zero(g, d), 0.0, sum(terms))[()], y)


strong_product_ = general(
    strong_product,
    _push_strongly,
    lambda c, y, g, d: np.where(is_strong_zero(g, d), 0.0, strong_product(c, d))[()],
    lambda c, y, g, d: np.where(is_strong_zero(g, d), 0.0, strong_product(c, g))[()],
    batch=broadcasting,
)
strong_product_.series = _recurrences.multiply_strongly

divide = elementwise(
    np.divide,
    lambda y, a, b: 1 / b,
    lambda y, a, b: -y / b,
    regular=lambda y, a, b: abs(b) > 0,
    on=((-2.0, 2.0), (0.3, 2.0)),
    series=_recurrences.divide,
)

negative = elementwise(np.negative, -1, series=by_terms)

positive = elementwise(np.positive, ONE, series=by_terms)

reciprocal = elementwise(
    np.reciprocal,
    lambda y, x: -1 / x / x,
    regular=lambda y, x: abs(x) > 0,
    on=((0.3, 2.0),),
    series=_recurrences.reciprocal,
)

square = elementwise(np.square, lambda y, x: 2 * x, series=_recurrences.square)


def whole_power(a: Any, n: Any) -> Any:
    """Return ``a ** n`` for a constant n that keeps every derivative finite."""
    try:
        return a**n
    except OverflowError:
        return np.power(np.float64(a), n)


def _slope_of_whole_power(y: Any, a: Any, n: Any) -> Any:
    if n == 0:
        return 0.0
    if n == 1:
        return ONE
    return 2 * a if n == 2 else n * a ** (n - 1)


steady_power = elementwise(
    whole_power, _slope_of_whole_power, None, series=_recurrences.whole_power
)


def _slope_of_base(y: Any, a: Any, b: Any) -> Any:
    """Return b aᵇ⁻¹, and 0 where both are 0: there a⁰ is 1 for every a."""
    zero = (b == 0) & (a == 0)
    slope = strong_product(b, a ** np.where(zero, 1.0, b - 1))
    return np.where(zero, 0.0, slope)[()]


def _slope_of_exponent(y: Any, a: Any, b: Any) -> Any:
    """Return aᵇ log a, and its limit 0 where a is 0 and b is positive."""
    vanishes = (a == 0) & (np.real(b) > 0)
    base = np.where(vanishes, 1.0, a)
    if is_complex(y) and not is_complex(base):
        base = base + 0j  # of a negative number too, there is a power
    return np.where(vanishes, 0.0, strong_product(y, np.log(base)))[()]


variable_power = elementwise(
    np.power,
    _slope_of_base,
    _slope_of_exponent,
    regular=lambda y, a, b: a.real > 0,
    on=((0.3, 2.0), (-2.0, 2.0)),
    series=in_double(_transcendental.power),
)

float_power = elementwise(
    np.float_power,
    _slope_of_base,
    _slope_of_exponent,
    regular=lambda y, a, b: a.real > 0,
    on=((0.3, 2.0), (-2.0, 2.0)),
    series=in_double(_transcendental.power),
)


def is_whole(n: Any) -> bool:
    """Tell whether an exponent is a constant whole number that is not negative."""
    if isinstance(n, Tracked) or np.ndim(n) != 0 or is_complex(n):
        return False
    exponent = float(n)
    return exponent >= 0 and exponent.is_integer()


@implements(np.power)
def power(a: Any, b: Any) -> Any:
    """Choose the rule by the exponent: a constant whole one has no singularity."""
    return steady_power(a, b) if is_whole(b) else rooted(variable_power(a, b), a, b)


def rooted(y: Any, a: Any, b: Any) -> Any:
    """Return y = a ** b: for a constant b between 0 and 1 it is a root."""
    if isinstance(b, Tracked) or np.ndim(b) != 0 or not 0 < np.real(b) < 1:
        return y
    square = (lambda: a) if b == 0.5 else (lambda: unknown_slope_(a))
    return steep_root(y, square, "power", a, b)


real_absolute = elementwise(
    np.absolute, lambda y, x: np.sign(x), on=((-1.5, -0.3),), series=by_terms
)


@implements(np.absolute)
def absolute(x: Any) -> Any:
    """Return |x|, whose derivative at 0 is 0; of a complex number through its parts."""
    if is_complex(x):
        return np.hypot(np.real(x), np.imag(x))
    return knowing_square(real_absolute(x), lambda: x * x, "absolute", x)


plain_fabs = elementwise(
    np.fabs, lambda y, x: np.sign(x), on=((-1.5, -0.3),), series=by_terms
)


@implements(np.fabs)
def fabs(x: Any) -> Any:
    """Return |x| of a real number."""
    return knowing_square(plain_fabs(x), lambda: x * x, "absolute", x)


def _share(y: Any, a: Any, b: Any) -> Any:
    """Return 1 where a is the chosen one, 1/2 at a tie."""
    return np.where(a == b, 0.5, y == a)[()]


for _choice in (np.maximum, np.minimum, np.fmax, np.fmin):
    elementwise(
        _choice,
        lambda y, a, b: _share(y, a, b),
        lambda y, a, b: _share(y, b, a),
        series=by_terms,
    )

remainder = elementwise(
    np.remainder,
    ONE,
    lambda y, a, b: -np.floor(a / b),
    on=((2.2, 2.4), (0.9, 1.0)),
    series=by_terms,
)

fmod = elementwise(
    np.fmod,
    ONE,
    lambda y, a, b: -np.trunc(a / b),
    on=((2.2, 2.4), (0.9, 1.0)),
    series=by_terms,
)


@implements(np.divmod)
def divmod_(a: Any, b: Any) -> Any:
    """Return the quotient, a constant, and the remainder."""
    return np.floor_divide(a, b), np.remainder(a, b)


@implements(np.modf)
def modf(x: Any) -> Any:
    """Return the fractional part and the whole part, a constant."""
    whole = np.trunc(x)
    return x - whole, whole


copysign = elementwise(
    np.copysign,
    lambda y, a, b: np.sign(a) * np.copysign(1.0, b),
    None,
    on=((-1.5, -0.3), (0.3, 1.5)),
)

ldexp = elementwise(np.ldexp, lambda y, a, b: np.ldexp(1.0, b), None)

nextafter = elementwise(np.nextafter, ONE, None)

heaviside = elementwise(np.heaviside, None, lambda y, a, b: np.where(a == 0, 1.0, 0.0))


_steady_sign = Constant(np.sign)


@implements(np.sign)
def sign(x: Any) -> Any:
    """Return the sign, a constant; of complex values z / |z|, which turns with z."""
    if not is_complex(x):
        return _steady_sign(x)
    size = np.abs(x)
    return x / np.where(size == 0, 1.0, size)


constant(np.floor_divide, np.signbit, np.spacing)
