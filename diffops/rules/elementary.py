"""Elementary functions: exponentials, logarithms, trigonometric and hyperbolic."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.primitive import implements
from diffops.rules._fitting import (
    in_double,
    is_complex,
    is_extended,
    log_of,
    strong_product,
)
from diffops.rules._kinds import elementwise
from diffops.rules._kinks import knowing_square
from diffops.rules._recurrences import square_root
from diffops.rules._transcendental import (
    arc_sine,
    arc_tangent,
    exponential,
    exponential_less_one,
    hyperbolic_arc_sine,
    hyperbolic_arc_tangent,
    logarithm,
    logarithm_of_more,
    oscillation,
    tangent,
)
from diffops.series import by_terms

_LN2 = math.log(2)
_LN10 = math.log(10)

exp = elementwise(np.exp, lambda y, x: y, series=exponential())

exp2 = elementwise(
    np.exp2, lambda y, x: y * log_of(2, y), series=in_double(exponential(_LN2))
)

expm1 = elementwise(np.expm1, lambda y, x: np.exp(x), series=exponential_less_one)

log = elementwise(
    np.log,
    lambda y, x: 1 / x,
    regular=lambda y, x: x > 0,
    on=((0.2, 3.0),),
    series=logarithm(),
)

log2 = elementwise(
    np.log2,
    lambda y, x: 1 / (x * log_of(2, y)),
    regular=lambda y, x: x > 0,
    on=((0.2, 3.0),),
    series=in_double(logarithm(1 / _LN2)),
)

log10 = elementwise(
    np.log10,
    lambda y, x: 1 / (x * log_of(10, y)),
    regular=lambda y, x: x > 0,
    on=((0.2, 3.0),),
    series=in_double(logarithm(1 / _LN10)),
)

log1p = elementwise(
    np.log1p,
    lambda y, x: 1 / (1 + x),
    regular=lambda y, x: x > -1,
    on=((-0.8, 3.0),),
    series=logarithm_of_more,
)

logaddexp = elementwise(
    np.logaddexp,
    lambda y, a, b: _softmax_share(y, a, b),
    lambda y, a, b: _softmax_share(y, b, a),
)

logaddexp2 = elementwise(
    np.logaddexp2,
    lambda y, a, b: _softmax_share(y, a, b, log_of(2, y)),
    lambda y, a, b: _softmax_share(y, b, a, log_of(2, y)),
)


def _softmax_share(y: Any, a: Any, b: Any, scale: Any = 1) -> Any:
    """Return exp(a − y), written so that equal infinities share one half each."""
    gap = scale * np.where((a == b) & np.isinf(a), 0.0, b - a)[()]
    return 1 / (1 + np.exp(np.minimum(gap, 700.0)))


sqrt = elementwise(
    np.sqrt,
    lambda y, x: 0.5 / y,
    regular=lambda y, x: y > 0,
    on=((0.2, 3.0),),
    series=square_root,
)

cbrt = elementwise(
    np.cbrt,
    lambda y, x: 1 / (3 * y) / y,
    regular=lambda y, x: abs(x) > 0,
    on=((0.2, 3.0),),
)

plain_hypot = elementwise(
    np.hypot,
    lambda y, a, b: _ratio(a, y),
    lambda y, a, b: _ratio(b, y),
    regular=lambda y, a, b: y > 0,
)


@implements(np.hypot)
def hypot(a: Any, b: Any) -> Any:
    """Return √(a² + b²), whose derivative at 0 is 0."""
    return knowing_square(plain_hypot(a, b), lambda: a * a + b * b, "hypot", a, b)


def _ratio(a: Any, y: Any) -> Any:
    """Return a / y, and 0 at the kink where both are 0."""
    zero = y == 0
    return np.where(zero, 0.0, a / np.where(zero, 1.0, y))[()]


sin = elementwise(np.sin, lambda y, x: np.cos(x), series=oscillation(np.cos, 1, -1))

cos = elementwise(np.cos, lambda y, x: -np.sin(x), series=oscillation(np.sin, -1, 1))

tan = elementwise(np.tan, lambda y, x: 1 + y * y, on=((-1.2, 1.2),), series=tangent(1))


def _root_of_gap(x: Any) -> Any:
    """Return √(1 − x²), of complex x on the right side of the branch cuts."""
    if is_complex(x):
        return np.sqrt(-(x - 1)) * np.sqrt(x + 1)
    return np.sqrt((1 - x) * (1 + x))


def _root_of_excess(x: Any) -> Any:
    """Return √(x² − 1), where x² may overflow, of complex x on the right branch."""
    with np.errstate(over="ignore"):
        return strong_product(np.sqrt(x - 1), np.sqrt(x + 1))


arcsin = elementwise(
    np.arcsin,
    lambda y, x: 1 / _root_of_gap(x),
    regular=lambda y, x: abs(x) < 1,
    on=((-0.9, 0.9),),
    series=arc_sine(1),
)

arccos = elementwise(
    np.arccos,
    lambda y, x: -1 / _root_of_gap(x),
    regular=lambda y, x: abs(x) < 1,
    on=((-0.9, 0.9),),
    series=arc_sine(-1),
)

arctan = elementwise(np.arctan, lambda y, x: 1 / (1 + x * x), series=arc_tangent)


def _over_square(a: Any, r: Any) -> Any:
    """Return a / r², where r² may overflow though the quotient does not."""
    return a / r / r


arctan2 = elementwise(
    np.arctan2,
    lambda y, a, b: _over_square(b, np.hypot(a, b)),
    lambda y, a, b: -_over_square(a, np.hypot(a, b)),
    regular=lambda y, a, b: abs(a) + abs(b) > 0,
    on=((0.2, 2.0), (-2.0, 2.0)),
)

sinh = elementwise(np.sinh, lambda y, x: np.cosh(x), series=oscillation(np.cosh, 1, 1))

cosh = elementwise(np.cosh, lambda y, x: np.sinh(x), series=oscillation(np.sinh, 1, 1))

tanh = elementwise(np.tanh, lambda y, x: 1 - y * y, series=tangent(-1))

arcsinh = elementwise(
    np.arcsinh,
    lambda y, x: 1 / np.sqrt(1 + x * x),
    series=hyperbolic_arc_sine,
)

arccosh = elementwise(
    np.arccosh,
    lambda y, x: 1 / _root_of_excess(x),
    regular=lambda y, x: x > 1,
    on=((1.2, 3.0),),
)

arctanh = elementwise(
    np.arctanh,
    lambda y, x: 1 / ((1 - x) * (1 + x)),
    regular=lambda y, x: abs(x) < 1,
    on=((-0.9, 0.9),),
    series=hyperbolic_arc_tangent,
)


def _degree(like: Any) -> Any:
    """Return π / 180, in the precision of a value."""
    return np.deg2rad(np.longdouble(1)) if is_extended(like) else math.pi / 180


deg2rad = elementwise(np.deg2rad, lambda y, x: _degree(y), series=by_terms)
radians = elementwise(np.radians, lambda y, x: _degree(y), series=by_terms)
rad2deg = elementwise(np.rad2deg, lambda y, x: 1 / _degree(y), series=by_terms)
degrees = elementwise(np.degrees, lambda y, x: 1 / _degree(y), series=by_terms)


@implements(np.sinc)
def sinc(x: Any) -> Any:
    """Return sin(πx)/(πx), differentiable at 0 to any order through its series."""
    z = np.pi * x
    small = np.abs(z) < 0.5
    safe = np.where(small, 1.0, z)
    square = np.where(small, z, 0.0) ** 2
    series: Any = 1.0
    for k in range(12, 0, -1):
        series = 1.0 - series * square / ((2 * k) * (2 * k + 1))
    return np.where(small, series, np.sin(safe) / safe)[()]
