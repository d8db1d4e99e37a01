"""Interpolation of values on a regular grid of several dimensions."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import interpolate as original

from diffops.primitive import adopt, tracked_in
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import refuse_option
from diffops.scipy.interpolate.bsplines import basis
from diffops.scipy.interpolate.interpolating_splines import make_interp_spline
from diffops.scipy.interpolate.piecewise import Curve, column
from diffops.tags import strip

_DEGREES = {"slinear": 1, "cubic": 3, "quintic": 5}


def _part(number: int, place: str, doc: str) -> property:
    """Return the tracked part, or else what SciPy keeps in a place."""

    def seen(self: Any) -> Any:
        return getattr(self, place) if self.tracked is None else self.tracked[number]

    def keep(self: Any, value: Any) -> None:
        setattr(self, place, value)

    return property(seen, keep, doc=doc)


class RegularGridInterpolator(Curve, original.RegularGridInterpolator):
    """Interpolation on a grid, as `scipy.interpolate.RegularGridInterpolator`.

    Differentiable in the values, the grid, and where it is called, for the methods
    "linear", "nearest" (whose slopes are 0), and the splines "slinear", "cubic" and
    "quintic". On a line of the grid a linear interpolant has the slope of the cell
    that the place is counted to, the one that begins there.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import interpolate
    >>> corners = np.array([[0.0, 1.0], [2.0, 4.0]])
    >>> cell = interpolate.RegularGridInterpolator(([0.0, 1.0], [0.0, 1.0]), corners)
    >>> grad(lambda p: cell(p)[0])(np.array([0.5, 0.5]))
    array([2.5, 1.5])
    """

    def __init__(
        self,
        points: Any,
        values: Any,
        method: str = "linear",
        bounds_error: bool = True,
        fill_value: Any = np.nan,
        *,
        solver: Any = None,
        solver_args: Any = None,
    ) -> None:
        options = {"solver": solver, "solver_args": solver_args}
        grid = [_ready(p) for p in points]
        values = _ready(values)
        super().__init__(
            [strip(p) for p in grid],
            strip(values),
            method,
            bounds_error,
            strip(fill_value),
            **options,
        )
        if not tracked_in([*grid, values, fill_value]):
            return
        for axis in self._descending_dimensions:
            grid[axis] = grid[axis][::-1]
            values = np.flip(values, axis)
        if strip(values).dtype.kind not in "fc":
            values = values.astype(float)
        self.twin = copy.copy(self)
        self.fill_value = fill_value
        self.tracked = tuple(grid), values, fill_value

    grid = _part(0, "_grid", "The coordinates of the lines, for each axis.")
    values = _part(1, "_values", "The values at the corners of the grid.")

    def __call__(self, xi: Any, method: str | None = None, *, nu: Any = None) -> Any:
        """Return interpolated values at places, whose last axis counts coordinates."""
        xi = _coordinates(xi)
        if self.is_plain(xi):
            return super().__call__(xi, method, nu=nu)
        method = self.method if method is None else method
        if nu is not None:
            self.refuse("nu=", xi, advice="use the operators of diffops")
        here = strip(xi)
        plain = self.twin(here, method) if self.twin else super().__call__(here, method)
        grid, values, fill = self.tracked or (self.grid, self.values, self.fill_value)
        shape = shape_of(xi)
        places = np.reshape(xi, (-1, len(grid)))
        if len(shape) == 1 and len(grid) == 1 and shape != (1,):
            places, shape = np.reshape(xi, (-1, 1)), (*shape, 1)
        coordinates = [places[:, i].astype(float) for i in range(len(grid))]
        if method in _DEGREES:
            y = _by_splines(grid, values, coordinates, _DEGREES[method])
        elif method == "linear":
            y = _by_cells(grid, values, coordinates)
        elif method == "nearest":
            y = _nearest(grid, values, coordinates)
        else:
            self.refuse(f"method={method!r}", xi, advice="use 'cubic'")
        if not self.bounds_error and fill is not None:
            y = np.where(column(_outside(grid, coordinates), y), fill, y)
        lost = np.isnan(np.sum(strip(places), axis=-1))
        y = np.where(column(lost, y), np.nan, y)
        y = np.reshape(y, plain.shape)
        # SciPy finds splines by iteration: the value is the one that it finds.
        return y + np.where(np.isfinite(plain), plain - strip(y), 0.0)


def _ready(value: Any) -> Any:
    return adopt(value) if tracked_in([value]) else np.asarray(value)


def _coordinates(xi: Any) -> Any:
    """Return places as one array, of which a tuple holds the coordinates."""
    if isinstance(xi, tuple) and tracked_in(xi):
        return np.stack(np.broadcast_arrays(*map(adopt, xi)), axis=-1)
    return adopt(xi) if tracked_in([xi]) else xi


def _outside(grid: Sequence[Any], coordinates: Sequence[Any]) -> Any:
    outside: Any = False
    for line, x in zip(grid, coordinates, strict=True):
        here = strip(x)
        outside = outside | (here < strip(line)[0]) | (here > strip(line)[-1])
    return outside


def _cells(grid: Sequence[Any], coordinates: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Return for each coordinate the number of the cell and the place in it."""
    cells = []
    for line, x in zip(grid, coordinates, strict=True):
        knots = strip(line)
        if len(knots) == 1:
            cells.append((np.zeros(shape_of(x), dtype=int), None))
            continue
        i = np.searchsorted(knots, strip(x), side="right") - 1
        i = np.clip(i, 0, len(knots) - 2)
        cells.append((i, (x - line[i]) / (line[i + 1] - line[i])))
    return cells


def _by_cells(grid: Sequence[Any], values: Any, coordinates: Sequence[Any]) -> Any:
    """Sum the values at the corners of each cell with products of weights."""
    cells = _cells(grid, coordinates)
    total: Any = 0.0
    for corner in itertools.product((0, 1), repeat=len(cells)):
        if any(
            side and place is None
            for side, (_, place) in zip(corner, cells, strict=True)
        ):
            continue
        weight: Any = 1.0
        for side, (_, place) in zip(corner, cells, strict=True):
            if place is not None:
                weight = weight * (place if side else 1 - place)
        index = tuple(i + side for side, (i, _) in zip(corner, cells, strict=True))
        entries = values[index]
        total = total + entries * (
            column(weight, entries) if shape_of(weight) else weight
        )
    return total


def _nearest(grid: Sequence[Any], values: Any, coordinates: Sequence[Any]) -> Any:
    index = [
        i if place is None else np.where(strip(place) <= 0.5, i, i + 1)
        for i, place in _cells(grid, coordinates)
    ]
    return values[tuple(index)]


def _by_splines(
    grid: Sequence[Any], values: Any, coordinates: Sequence[Any], k: int
) -> Any:
    """Sum the coefficients of products of B-splines around each place."""
    c = values
    parts = []
    for axis, (line, x) in enumerate(zip(grid, coordinates, strict=True)):
        spline = make_interp_spline(line, np.moveaxis(c, axis, 0), k)
        c = np.moveaxis(spline.c, 0, axis)
        parts.append(basis(spline.t, k, x))
    total: Any = 0.0
    for offsets in itertools.product(range(k + 1), repeat=len(parts)):
        weight: Any = 1.0
        for offset, (weights, _) in zip(offsets, parts, strict=True):
            weight = weight * weights[:, offset]
        index = tuple(
            start + offset for offset, (_, start) in zip(offsets, parts, strict=True)
        )
        entries = c[index]
        total = total + entries * column(weight, entries)
    return total


def interpn(
    points: Any,
    values: Any,
    xi: Any,
    method: str = "linear",
    bounds_error: bool = True,
    fill_value: Any = np.nan,
) -> Any:
    """Interpolate values on a grid at places, as `scipy.interpolate.interpn`."""
    if not tracked_in([points, values, xi, fill_value]):
        return original.interpn(points, values, xi, method, bounds_error, fill_value)
    if method == "splinef2d":
        refuse_option("scipy.interpolate.interpn", "method='splinef2d'", "use 'cubic'")
    options = (method, bounds_error, fill_value)
    return RegularGridInterpolator(points, values, *options)(xi)
