"""Cubic splines: curves with two continuous derivatives through given values."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import interpolate as original

from diffops.primitive import adopt, tracked_in
from diffops.rules._constant import deep_strip
from diffops.rules._fitting import shape_of
from diffops.scipy.interpolate.banded_systems import solve_bands
from diffops.scipy.interpolate.hermite import hermite, moved_values
from diffops.scipy.interpolate.piecewise import Piecewise, column
from diffops.tags import strip


class CubicSpline(Piecewise, original.CubicSpline):
    """A cubic spline, as `scipy.interpolate.CubicSpline`, with all its conditions.

    Differentiable in the places x and the values y of the data, in the values of end
    conditions, and where it is called. Its slopes solve a tridiagonal system (de Boor,
    *A Practical Guide to Splines*, ch. IV); with tracked x that is solved as a dense
    one.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import interpolate
    >>> x = np.array([0.0, 1.0, 2.0, 3.0])
    >>> middle = lambda y: interpolate.CubicSpline(x, y)(1.5)
    >>> np.round(16 * grad(middle)(x**3), 12)  # Lagrange's weights
    array([-1.,  9.,  9., -1.])
    >>> grad(interpolate.CubicSpline(x, x**2))(1.5)
    3.0
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        axis: int = 0,
        bc_type: Any = "not-a-knot",
        extrapolate: Any = None,
    ) -> None:
        if not tracked_in([x, y, bc_type]):
            super().__init__(x, y, axis, bc_type, extrapolate)
            return
        x, y = adopt(x), adopt(y)
        super().__init__(strip(x), strip(y), axis, deep_strip(bc_type), extrapolate)
        y = moved_values(y, self.axis)
        ends = [bc_type] * 2 if isinstance(bc_type, str) else list(bc_type)
        slopes = _slopes(np.diff(x), y, [_condition(end) for end in ends])
        self._keep(hermite(x, y, slopes), x)


def _condition(end: Any) -> Any:
    """Return a condition as a name, or as the order and value of a derivative."""
    named = {"clamped": (1, 0.0), "natural": (2, 0.0)}
    if isinstance(end, str):
        return named.get(end, end)
    order, value = end
    return order, adopt(value)


def _slopes(h: Any, y: Any, ends: list[Any]) -> Any:
    """Return the slopes that make the second derivative continuous."""
    width = column(h, y)
    chord = np.diff(y, axis=0) / width
    size = shape_of(y)[0]
    if size == 2:
        free = ("not-a-knot", "periodic")
        ends = [(1, chord[0]) if end in free else end for end in map(_plain_name, ends)]
    if size == 3 and _are(ends, "not-a-knot"):
        # A parabola: both conditions are the same.
        middle = (width[1:] * chord[:1] + width[:1] * chord[1:]) / (
            width[1:] + width[:1]
        )
        return np.concatenate([2 * chord[:1] - middle, middle, 2 * chord[1:] - middle])
    if size == 3 and _are(ends, "periodic"):
        mean = np.sum(chord / width, axis=0) / np.sum(1.0 / width, axis=0)
        return np.broadcast_to(mean, shape_of(y))
    inner = 3 * (width[1:] * chord[:-1] + width[:-1] * chord[1:])
    main = 2 * (h[:-1] + h[1:])
    if _are(ends, "periodic"):
        return _periodic_slopes(h, width, chord, main, inner)
    first = _end_row(h[0], h[1] if size > 2 else None, chord, ends[0], 1)
    last = _end_row(h[-1], h[-2] if size > 2 else None, chord[::-1], ends[1], -1)
    diagonal = np.concatenate([_vector(first[0]), main, _vector(last[0])])
    upper = np.concatenate([_vector(first[1]), h[:-1]])
    lower = np.concatenate([h[1:], _vector(last[1])])
    right = np.concatenate([_row(first[2], y), inner, _row(last[2], y)])
    return solve_bands([(0, diagonal), (1, upper), (-1, lower)], right)


def _plain_name(end: Any) -> Any:
    return end if isinstance(end, str) else tuple(end)


def _are(ends: list[Any], name: str) -> bool:
    return all(isinstance(end, str) and end == name for end in ends)


def _vector(number: Any) -> Any:
    return np.reshape(number, (1,))


def _row(value: Any, y: Any) -> Any:
    """Return a right-hand side as a row beside those of the inner equations."""
    return np.broadcast_to(value, (1, *shape_of(y)[1:]))


def _end_row(h: Any, beyond: Any, chord: Any, end: Any, sign: int) -> tuple[Any, ...]:
    """Return the equation at an end: its own entry, the next one, the right side.

    The chords are counted from the end; towards the left, second derivatives change
    their sign.
    """
    if isinstance(end, str):
        both = h + beyond
        right = ((h + 2 * both) * beyond * chord[0] + h * h * chord[1]) / both
        return beyond, both, right
    order, value = end
    if order == 1:
        return 1.0, 0.0, value
    return 2.0, 1.0, 3 * chord[0] - sign * 0.5 * value * h


def _periodic_slopes(h: Any, width: Any, chord: Any, main: Any, inner: Any) -> Any:
    """Return the slopes of a curve that closes, the last of which is the first."""
    around = 3 * (width[:1] * chord[-1:] + width[-1:] * chord[:1])
    size = shape_of(chord)[0]
    diagonal = np.concatenate([_vector(2 * (h[-1] + h[0])), main])
    upper = np.concatenate([h[-1:], h[: size - 2]])
    lower = h[1:]
    corners = {(0, size - 1): h[0], (size - 1, 0): h[size - 2]}
    bands = [(0, diagonal), (1, upper), (-1, lower)]
    slopes = solve_bands(bands, np.concatenate([around, inner]), corners)
    return np.concatenate([slopes, slopes[:1]])
