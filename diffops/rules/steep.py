"""Functions of infinite slope at a point: sqrt, cbrt, arcsin, arccos, arccosh.

Each is a constant and a root there. What most of these square to is smooth, and so are
``np.sqrt(x) ** 2``, ``np.cos(np.sqrt(x))`` and the square of ``np.arccos(x @ y)``, the
distance between points of a sphere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.primitive import Primitive, implements
from diffops.rules import elementary
from diffops.rules._fitting import is_complex
from diffops.rules._kinks import steep_root, unknown_slope_
from diffops.tags import strip


def _enter(primitive: Primitive) -> Callable[..., Any]:
    """Let a function run as its primitive does, where that is inline and regular."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        function.inline = primitive  # type: ignore[attr-defined]
        return implements(primitive.function)(function)

    return register


@_enter(elementary.sqrt)
def sqrt(x: Any) -> Any:
    """Return √x, which squares to x."""
    return steep_root(elementary.sqrt(x), lambda: x, "power", x, 0.5)


@_enter(elementary.cbrt)
def cbrt(x: Any) -> Any:
    """Return the cube root, whose square is not smooth."""
    return steep_root(elementary.cbrt(x), lambda: unknown_slope_(x), "cbrt", x)


#: The coefficients of arccos(1 − u)² = 2 Σ (2u)ⁿ / (n² C(2n, n)) from n = 1 on.
_SERIES = [2 * 2.0**n / (n * n * math.comb(2 * n, n)) for n in range(1, 9)]


def _squared_arc(u: Any) -> Any:
    """Return arccos(1 − u)² near u = 0: derivatives of order 8 there need no more."""
    y: Any = 0.0
    for coefficient in reversed(_SERIES):
        y = (y + coefficient) * u
    return y


def _arc(primitive: Primitive, sign: float) -> None:
    @_enter(primitive)
    def arc(x: Any) -> Any:
        y = primitive(x)
        if is_complex(x):
            return y
        side = np.sign(strip(x))
        return steep_root(
            y,
            lambda: _squared_arc(1 - side * x),
            "arccos",
            x,
            where=np.equal(np.abs(strip(x)), 1),
            sign=sign * side,
        )


_arc(elementary.arccos, 1.0)
_arc(elementary.arcsin, -1.0)


@_enter(elementary.arccosh)
def arccosh(x: Any) -> Any:
    """Return the inverse of cosh, whose square is minus that of arccos."""
    y = elementary.arccosh(x)
    if is_complex(x):
        return y
    return steep_root(y, lambda: -_squared_arc(1 - x), "arccosh", x)
