"""Cubic curves through values with slopes, given or chosen from their neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import interpolate as original

from diffops.primitive import adopt, tracked_in
from diffops.rules._fitting import shape_of
from diffops.scipy.interpolate.piecewise import Piecewise, column
from diffops.tags import strip


def moved_values(values: Any, axis: int) -> Any:
    """Return values with the axis of interpolation in front, in double precision."""
    values = np.moveaxis(adopt(values), axis, 0)
    return values.astype(np.promote_types(values.dtype, float))


def hermite(x: Any, y: Any, slopes: Any) -> Any:
    """Return the coefficients of cubics between values with slopes."""
    width = column(np.diff(x), y)
    mean = np.diff(y, axis=0) / width
    bend = (slopes[:-1] + slopes[1:] - 2 * mean) / width
    quadratic = (mean - slopes[:-1]) / width - bend
    return np.stack([bend / width, quadratic, slopes[:-1], y[:-1]])


class CubicHermiteSpline(Piecewise, original.CubicHermiteSpline):
    """Cubics through values and slopes, as `scipy.interpolate.CubicHermiteSpline`."""

    def __init__(
        self, x: Any, y: Any, dydx: Any, axis: int = 0, extrapolate: Any = None
    ) -> None:
        if not tracked_in([x, y, dydx]):
            super().__init__(x, y, dydx, axis, extrapolate)
            return
        x, y, dydx = adopt(x), adopt(y), adopt(dydx)
        super().__init__(strip(x), strip(y), strip(dydx), axis, extrapolate)
        y, dydx = (moved_values(values, axis) for values in (y, dydx))
        self._keep(hermite(x, y, dydx), x)


class PchipInterpolator(Piecewise, original.PchipInterpolator):
    """Monotone cubics, as `scipy.interpolate.PchipInterpolator`.

    The slopes are weighted harmonic means of those of the chords (Fritsch & Butland
    1984), and 0 at extrema. Differentiable in x, y, and where it is called; where the
    choice of a slope changes, the derivative is that of the choice that is made.
    """

    def __init__(self, x: Any, y: Any, axis: int = 0, extrapolate: Any = None) -> None:
        if not tracked_in([x, y]):
            super().__init__(x, y, axis, extrapolate)
            return
        x, y = adopt(x), adopt(y)
        super().__init__(strip(x), strip(y), axis, extrapolate)
        y = moved_values(y, self.axis)
        self._keep(hermite(x, y, _monotone_slopes(x, y)), x)


def _monotone_slopes(x: Any, y: Any) -> Any:
    width = column(np.diff(x), y)
    chord = np.diff(y, axis=0) / width
    if shape_of(y)[0] == 2:
        return np.concatenate([chord, chord])
    before, after = chord[:-1], chord[1:]
    extremum = strip(before) * strip(after) <= 0
    first = 2 * width[1:] + width[:-1]
    second = width[1:] + 2 * width[:-1]
    mean = (first + second) / (
        first / np.where(extremum, 1.0, before)
        + second / np.where(extremum, 1.0, after)
    )
    ends = (
        _at_end(width[k], width[m], chord[k], chord[m])[None]
        for k, m in ((0, 1), (-1, -2))
    )
    start, stop = ends
    return np.concatenate([start, np.where(extremum, 0.0, mean), stop])


def _at_end(h: Any, other: Any, chord: Any, beyond: Any) -> Any:
    """Return the slope of the parabola at an end, unless that changes direction."""
    slope = ((2 * h + other) * chord - h * beyond) / (h + other)
    turned = np.sign(strip(slope)) != np.sign(strip(chord))
    steep = np.sign(strip(chord)) != np.sign(strip(beyond))
    steep = steep & (np.abs(strip(slope)) > 3 * np.abs(strip(chord)))
    return np.where(turned, 0.0, np.where(steep, 3 * chord, slope))


class Akima1DInterpolator(Piecewise, original.Akima1DInterpolator):
    """Local cubics, as `scipy.interpolate.Akima1DInterpolator`.

    The slopes are means of those of the chords, weighted by how much the chords beyond
    them bend (Akima 1970). Differentiable in x, y, and where it is called.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        axis: int = 0,
        *,
        method: Any = "akima",
        extrapolate: Any = None,
    ) -> None:
        if not tracked_in([x, y]):
            super().__init__(x, y, axis, method=method, extrapolate=extrapolate)
            return
        x, y = adopt(x), adopt(y)
        super().__init__(
            strip(x), strip(y), axis, method=method, extrapolate=extrapolate
        )
        y = moved_values(y, self.axis)
        self._keep(hermite(x, y, _local_slopes(x, y, method == "makima")), x)


#: Bends below this part of the largest count as none, as SciPy has it.
_FLAT = 1e-9


def _local_slopes(x: Any, y: Any, modified: bool) -> Any:
    chord = np.diff(y, axis=0) / column(np.diff(x), y)
    if shape_of(y)[0] == 2:
        return np.concatenate([chord, chord])
    m = chord
    for _ in range(2):
        m = np.concatenate([2 * m[:1] - m[1:2], m, 2 * m[-1:] - m[-2:-1]])
    bend = np.abs(np.diff(m, axis=0))
    if modified:
        bend = bend + 0.5 * np.abs(m[1:] + m[:-1])
    right, left = bend[2:], bend[:-2]
    both = right + left
    plain = strip(both)
    flat = plain <= _FLAT * np.max(plain, initial=-np.inf)
    share = left / np.where(flat, 1.0, both)
    inner = m[1:-2] + share * (m[2:-1] - m[1:-2])
    return np.where(flat, 0.5 * (m[3:] + m[:-3]), inner)
