"""Images between their pixels: splines through them, and images moved about.

A spline is the sum of coefficients times B-splines. The coefficients are linear in the
pixels, and B-splines are polynomials in how far a point lies beyond a pixel: so both
pixels and points are differentiated, to any order. Which pixels are near is a constant.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from scipy import ndimage as original

from diffops.primitive import adopt
from diffops.rules._fitting import is_complex, shape_of
from diffops.scipy._mirror import mirrors, refuse_option
from diffops.tags import strip

#: How far SciPy continues an image whose spline has no exact condition at the ends.
_CONTINUED: dict[str, Any] = {"nearest": "edge", "grid-constant": "constant"}
_MARGIN = 12


@mirrors(original.spline_filter1d)
def spline_filter1d(
    input: Any,
    order: int = 3,
    axis: int = -1,
    output: Any = np.float64,
    mode: str = "mirror",
) -> Any:
    """Return the coefficients along one axis of the spline through all values."""
    x = adopt(input)
    _refuse_outputs("spline_filter1d", output, np.float64)
    if order in (0, 1):
        return np.astype(x, complex if is_complex(x) else np.float64)
    size = shape_of(x)[axis]
    whole = original.spline_filter1d(np.eye(size), order, axis=0, mode=mode)
    return np.moveaxis(np.tensordot(whole, x, (1, axis)), 0, axis)


@mirrors(original.spline_filter)
def spline_filter(
    input: Any, order: int = 3, output: Any = np.float64, mode: str = "mirror"
) -> Any:
    """Return the coefficients of the spline through all values."""
    x = adopt(input)
    _refuse_outputs("spline_filter", output, np.float64)
    if order < 2 or order > 5:
        raise RuntimeError("spline order not supported")
    for axis in range(len(shape_of(x))):
        x = spline_filter1d(x, order, axis, mode=mode)
    return x


def _refuse_outputs(name: str, output: Any, usual: Any) -> None:
    if output is not usual:
        refuse_option(f"scipy.ndimage.{name}", "output", "use the returned value")


@mirrors(original.map_coordinates)
def map_coordinates(
    input: Any,
    coordinates: Any,
    output: Any = None,
    order: int = 3,
    mode: str = "constant",
    cval: Any = 0.0,
    prefilter: bool = True,
) -> Any:
    """Return the spline through an image at points, given by a row for each axis."""
    _refuse_outputs("map_coordinates", output, None)
    return _spline_at(
        "map_coordinates", input, adopt(coordinates), order, mode, cval, prefilter
    )


def _spline_at(
    name: str,
    image: Any,
    points: Any,
    order: int,
    mode: str,
    cval: Any,
    prefilter: bool,
) -> Any:
    image = adopt(image)
    if getattr(strip(image), "dtype", np.dtype(float)).kind not in "fc":
        refuse_option(f"scipy.ndimage.{name}", "an image of integers", "make it floats")
    if not 0 <= order <= 5:
        raise RuntimeError("spline order not supported")
    if shape_of(points)[:1] != (len(shape_of(image)),):
        raise RuntimeError("invalid shape for coordinate array")
    coefficients = np.astype(image, complex if is_complex(image) else np.float64)
    if prefilter and order > 1:
        if mode in _CONTINUED:
            fill: dict[str, Any] = {}
            if mode == "grid-constant":
                fill["constant_values"] = cval
            widths = [(_MARGIN, _MARGIN)] * len(shape_of(image))
            coefficients = np.pad(coefficients, widths, _CONTINUED[mode], **fill)
            points = points + _MARGIN
        coefficients = spline_filter(coefficients, order, mode=mode)
    y = _summed(coefficients, points, order, mode, cval)
    return np.astype(y, image.dtype)


def _summed(coefficients: Any, points: Any, order: int, mode: str, cval: Any) -> Any:
    """Return the sum over the B-splines that do not vanish at each point."""
    shape = shape_of(coefficients)
    index: list[Any] = []
    weights = []
    outside: Any = False
    beyond: Any = False
    for axis, size in enumerate(shape):
        at, out = _mapped(points[axis], size, mode)
        outside = outside | out
        place = np.floor(strip(at) + (0.0 if order % 2 else 0.5))
        share = at - place + (0.0 if order % 2 else 0.5)
        taps = (place - order // 2)[..., None] + np.arange(order + 1)
        near, _, absent = _folded(taps, size, _TAP_MODES.get(mode, mode))
        around = [1] * len(shape)
        around[axis] = order + 1
        index.append(np.reshape(near.astype(int), (*near.shape[:-1], *around)))
        if mode == "grid-constant":
            beyond = beyond | np.reshape(absent, (*absent.shape[:-1], *around))
        pieces = [_polynomial(row, share) for row in _pieces(order)]
        weights.append(np.stack(pieces, axis=-1))
    values = coefficients[tuple(index)]
    if np.any(beyond):
        values = np.where(beyond, cval, values)
    for weight in reversed(weights):
        ndim = len(shape_of(values)) - len(shape_of(weight))
        weight = np.reshape(
            weight, (*shape_of(weight)[:-1], *(1,) * ndim, shape_of(weight)[-1])
        )
        values = np.sum(values * weight, axis=-1)
    return np.where(outside, cval, values) if np.any(outside) else values


#: The mode in which pixels next to the ends are found.
_TAP_MODES = {"constant": "mirror", "wrap": "mirror"}


def _mapped(x: Any, size: int, mode: str) -> tuple[Any, Any]:
    """Return where points lie in the image, and which have no place there."""
    plain = strip(x)
    if mode in _CONTINUED:
        return x, np.zeros(np.shape(plain), bool)
    place, turned, absent = _folded(plain, size, mode)
    sign = np.where(turned, -1.0, 1.0)
    return x * sign + (place - plain * sign), absent


def _folded(x: Any, size: int, mode: str) -> tuple[Any, Any, Any]:
    """Return places within an axis of some size, which of them go back, and no place.

    The last tells where the mode has a constant in the place of the image.
    """
    last = size - 1
    none = np.zeros(np.shape(x), bool)
    if mode in ("constant", "grid-constant"):
        absent = (x < 0) | (x > last)
        return np.where(absent, 0.0, x), none, absent
    if mode == "nearest":
        return np.clip(x, 0, last), none, none
    if mode not in _PERIODS:
        raise RuntimeError(f"boundary mode {mode!r} not supported")
    if last < 1:
        return np.zeros_like(x), none, none
    if mode == "wrap":
        inside = (x >= 0) & (x <= last)
        return np.where(inside, x, np.mod(x, last)), none, none
    if mode == "grid-wrap":
        return np.mod(x, size), none, none
    turn, length = (0.0, last) if mode == "mirror" else (0.5, size)
    around = np.mod(x + turn, 2 * length)
    back = around > length
    return np.where(back, 2 * length - around, around) - turn, back, none


_PERIODS = ("grid-mirror", "grid-wrap", "mirror", "reflect", "wrap")


@cache
def _pieces(order: int) -> tuple[tuple[float, ...], ...]:
    """Return the polynomials that a B-spline is, those of the first pixel first.

    With s the way from one knot to the next, the weight of pixel l is
    Σ (−1)ᵏ C(n + 1, k) (s + n − l − k)ⁿ / n! over k ≤ n − l (Schoenberg 1946).
    """
    rows = []
    for place in range(order + 1):
        row = [Fraction(0)] * (order + 1)
        for k in range(order - place + 1):
            sign = (-1) ** k * math.comb(order + 1, k)
            shift = order - place - k
            for power in range(order + 1):
                term = math.comb(order, power) * Fraction(shift) ** (order - power)
                row[power] += sign * term
        rows.append(tuple(float(c / math.factorial(order)) for c in row))
    return tuple(rows)


def _polynomial(row: tuple[float, ...], s: Any) -> Any:
    y = 0 * s + row[-1]
    for c in reversed(row[:-1]):
        y = y * s + c
    return y


def _grid(shape: Any) -> Any:
    return np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij")).astype(float)


@mirrors(original.shift)
def shift(
    input: Any,
    shift: Any,
    output: Any = None,
    order: int = 3,
    mode: str = "constant",
    cval: Any = 0.0,
    prefilter: bool = True,
) -> Any:
    """Return an image that is moved by a number, or one for each axis."""
    _refuse_outputs("shift", output, None)
    image = adopt(input)
    rank = len(shape_of(image))
    steps = np.broadcast_to(adopt(shift), (rank,))
    points = _grid(shape_of(image)) - np.reshape(steps, (rank,) + (1,) * rank)
    return _spline_at("shift", image, points, order, mode, cval, prefilter)


@mirrors(original.affine_transform)
def affine_transform(
    input: Any,
    matrix: Any,
    offset: Any = 0.0,
    output_shape: Any = None,
    output: Any = None,
    order: int = 3,
    mode: str = "constant",
    cval: Any = 0.0,
    prefilter: bool = True,
) -> Any:
    """Return an image of which pixel o is the spline at ``matrix @ o + offset``."""
    _refuse_outputs("affine_transform", output, None)
    image, matrix = adopt(input), adopt(matrix)
    rank = len(shape_of(image))
    shape = shape_of(image) if output_shape is None else tuple(output_shape)
    if shape_of(matrix) in ((rank, rank + 1), (rank + 1, rank + 1)):
        offset, matrix = matrix[:rank, rank], matrix[:rank, :rank]
    grid = _grid(shape)
    if len(shape_of(matrix)) == 2:
        points = np.tensordot(matrix, grid, 1)
    elif shape_of(matrix) == (rank,):
        points = np.reshape(matrix, (rank,) + (1,) * rank) * grid
    else:
        raise RuntimeError("transform matrix has wrong shape")
    steps = np.broadcast_to(adopt(offset), (rank,))
    points = points + np.reshape(steps, (rank,) + (1,) * rank)
    return _spline_at("affine_transform", image, points, order, mode, cval, prefilter)
