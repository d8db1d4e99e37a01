"""Bessel functions of the first to third kind, modified and spherical ones, Struve's.

Derivatives in the argument come from neighbouring orders (Abramowitz & Stegun, chapters
9 to 12). In the order there is one of K, from its integral representation (9.6.24).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import Primitive
from diffops.rules._fitting import is_complex
from diffops.rules.special_kinds import Unknown, analytic
from diffops.rules.special_quadrature import DEPTH, depth, integrals
from diffops.tags import strip

_POSITIVE = ((0.5, 3.0),)
_ORDERED = ((1.0, 3.0), (0.5, 3.0))


def _of_order(function: Any, below: float, above: float) -> Primitive:
    """Make the rule of Cᵥ(z) whose slope is ``below`` Cᵥ₋₁ + ``above`` Cᵥ₊₁."""

    def slope(y: Any, v: Any, z: Any) -> Any:
        return below * function(v - 1, z) + above * function(v + 1, z)

    unknown = Unknown(function.__name__, "v")
    return analytic(function, unknown, slope, singular=True, on=_ORDERED)


def _of_whole_order(function: Any, below: float, above: float) -> Primitive:
    """Make the rule of one whose order SciPy truncates to a whole number."""

    def slope(y: Any, n: Any, z: Any) -> Any:
        n = np.trunc(n)
        return below * function(n - 1, z) + above * function(n + 1, z)

    unknown = Unknown(function.__name__, "n")
    return analytic(function, unknown, slope, singular=True, on=((1, 3), (0.5, 3.0)))


jv = _of_order(special.jv, 0.5, -0.5)
yv = _of_order(special.yv, 0.5, -0.5)
yn = _of_whole_order(special.yn, 0.5, -0.5)
iv = _of_order(special.iv, 0.5, 0.5)
kn = _of_whole_order(special.kn, -0.5, -0.5)
hankel1 = _of_order(special.hankel1, 0.5, -0.5)
hankel2 = _of_order(special.hankel2, 0.5, -0.5)

j0 = analytic(special.j0, lambda y, x: -special.j1(x))
j1 = analytic(special.j1, lambda y, x: (special.j0(x) - special.jv(2, x)) / 2)
i0 = analytic(special.i0, lambda y, x: special.i1(x))
i1 = analytic(special.i1, lambda y, x: (special.i0(x) + special.iv(2, x)) / 2)
y0 = analytic(special.y0, lambda y, x: -special.y1(x), singular=True, on=_POSITIVE)
y1 = analytic(
    special.y1,
    lambda y, x: (special.y0(x) - special.yv(2, x)) / 2,
    singular=True,
    on=_POSITIVE,
)
k0 = analytic(special.k0, lambda y, x: -special.k1(x), singular=True, on=_POSITIVE)
k1 = analytic(
    special.k1,
    lambda y, x: -(special.k0(x) + special.kv(2, x)) / 2,
    singular=True,
    on=_POSITIVE,
)


def slope_in_order(name: str, v: Any, x: Any) -> Any:
    """Return eˣ ∂Kᵥ(x)/∂v = eˣ ∫ exp(−x cosh t) t sinh(v t) dt over t > 0."""
    if is_complex(x):
        Unknown(name, "v", "it has one where the argument is real")()
    order = np.abs(strip(v))
    sign = np.where(strip(v) < 0, -1.0, 1.0)[()]
    v = sign * v
    peak, starts, lengths = _panels(order, np.where(strip(x) > 0, strip(x), 1.0)[()])

    def over(u: Any) -> tuple[Any]:
        total: Any = 0.0
        for start, length in zip(starts, lengths, strict=True):
            t = start + u * length
            rest = 2 * x * np.sinh(t / 2) ** 2 - order * t - peak
            odd = -np.exp((v - order) * t) * np.expm1(-2 * v * t) / 2
            total = total + length * t * odd * np.exp(-rest)
        return (total,)

    (total,) = integrals(over, v, x)
    inside = np.where(strip(x) > 0, total * np.exp(-peak), np.nan)[()]
    return sign * inside


def _panels(order: Any, x: Any) -> tuple[Any, list[Any], list[Any]]:
    """Return the least exponent 2 x sinh²(t/2) − v t, and pieces around its place."""
    top = np.arcsinh(order / x)
    bend = np.sqrt(order * order + x * x)
    least = 2 * x * np.sinh(top / 2) ** 2 - order * top

    def rise(t: Any) -> Any:
        return 2 * x * np.sinh(t / 2) ** 2 - order * t - least

    def slope(t: Any) -> Any:
        return x * np.sinh(t) - order

    reach = np.sqrt(2 * DEPTH / bend)
    most = np.arccosh(1 + (DEPTH + order * 40 + 1) / x)
    right = depth(rise, slope, np.minimum(top + reach, np.maximum(most, top * 1.01)))
    left = depth(lambda s: rise(top - s), lambda s: -slope(top - s), reach)
    left = np.minimum(np.where(left > 0, left, top), top)
    middle = np.maximum(right - 9.0, top)
    near = np.maximum(top - 9.0, top - left)
    starts = [top - left, near, top, middle]
    ends = [near, top, middle, right]
    return least, starts, [end - start for start, end in zip(starts, ends, strict=True)]


kv = analytic(
    special.kv,
    lambda y, v, z: np.exp(-z) * slope_in_order("kv", v, z),
    lambda y, v, z: -(special.kv(v - 1, z) + special.kv(v + 1, z)) / 2,
    singular=True,
    on=_ORDERED,
)


def _struve_extra(v: Any, x: Any) -> Any:
    """Return (x/2)ᵛ / (√π Γ(v + 3/2))."""
    return np.power(x / 2, v) * special.rgamma(v + 1.5) / math.sqrt(math.pi)


struve = analytic(
    special.struve,
    Unknown("struve", "v"),
    lambda y, v, x: (
        (special.struve(v - 1, x) - special.struve(v + 1, x) + _struve_extra(v, x)) / 2
    ),
    singular=True,
    on=_ORDERED,
)

modstruve = analytic(
    special.modstruve,
    Unknown("modstruve", "v"),
    lambda y, v, x: (
        (
            special.modstruve(v - 1, x)
            + special.modstruve(v + 1, x)
            + _struve_extra(v, x)
        )
        / 2
    ),
    singular=True,
    on=_ORDERED,
)


def _spherical(
    function: Any, derivative: bool, below: int, above: int, singular: bool
) -> Primitive:
    """Make the rule of a spherical Bessel function, or of its derivative.

    (2n + 1) fₙ′ is ``below`` n fₙ₋₁ + ``above`` (n + 1) fₙ₊₁.
    """

    def value(n: Any, z: Any) -> Any:
        return function(n, z, derivative)

    def slope(y: Any, n: Any, z: Any) -> Any:
        lower = rule(np.maximum(n - 1, 0), z)
        return (below * n * lower + above * (n + 1) * rule(n + 1, z)) / (2 * n + 1)

    value.__name__ = function.__name__
    rule = analytic(
        value,
        Unknown(function.__name__, "n"),
        slope,
        singular=singular,
        on=((1, 3), (0.5, 3.0)),
    )
    return rule


#: What runs for spherical Bessel functions, which SciPy does not dispatch, by name and
#: whether their derivative is meant.
spherical = {
    (function.__name__, derivative): _spherical(
        function, derivative, below, above, singular
    )
    for function, below, above, singular in (
        (special.spherical_jn, 1, -1, False),
        (special.spherical_yn, 1, -1, True),
        (special.spherical_in, 1, 1, False),
        (special.spherical_kn, -1, -1, True),
    )
    for derivative in (False, True)
}
