"""Differences between neighbours, and the derivatives and integrals of samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.engines.creating import alongside, beside, zeros
from diffops.primitive import adopt, implements
from diffops.rules._batches import along
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import linear
from diffops.tags import example


def _undo(g: Any, shape: tuple[int, ...], n: int, axis: int) -> Any:
    """Difference the cotangent between zeros: summation by parts."""
    if not shape_of(g)[axis]:
        return zeros(shape, like=example(g))
    border = zeros(shape[:axis] + (n,) + shape[axis + 1 :], like=example(g))
    back = np.diff(np.concatenate([border, g, border], axis=axis), n=n, axis=axis)
    return -back if n % 2 else back


difference = linear(np.diff, transpose=_undo, batch=along)


@implements(np.diff)
def diff(
    a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None
) -> Any:
    """Join what is put before and after, then take differences n times."""
    if n < 0:
        raise ValueError(f"order must be non-negative but got {n!r}")
    if n == 0:
        return a
    a = adopt(a)
    shape = shape_of(a)
    if not shape:
        raise ValueError("diff requires input that is at least one dimensional")
    axis = np.lib.array_utils.normalize_axis_index(axis, len(shape))
    single = shape[:axis] + (1,) + shape[axis + 1 :]
    parts = [
        part if shape_of(part) else np.broadcast_to(beside(part, a), single)
        for part in (adopt(prepend), a, adopt(append))
        if part is not None and part is not np._NoValue
    ]
    if len(parts) > 1:
        a = np.concatenate(parts, axis=axis)
    return difference(a, n=n, axis=axis)


@implements(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """Return the differences of the flattened array, between what is asked for."""
    ary = np.ravel(adopt(ary))
    y = difference(ary, n=1, axis=0)
    if to_end is None and to_begin is None:
        return y
    parts = [
        np.ravel(adopt(alongside(part, y))).astype(y.dtype)
        for part in (to_begin, to_end)
        if part is not None
    ]
    parts.insert(int(to_begin is not None), y)
    return np.concatenate(parts)


@implements(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Sum the trapezoids between neighbouring samples."""
    y = adopt(y)
    if x is not None:
        x = adopt(x)
        dx = diff(x, axis=axis if np.ndim(x) > 1 else -1)
        if np.ndim(dx) == 1:
            dx = _along(dx, axis, np.ndim(y))
    heights = y[_part(axis, slice(1, None), y)] + y[_part(axis, slice(None, -1), y)]
    return np.sum(dx * heights / 2.0, axis=axis)


def _part(axis: int, part: Any, like: Any) -> tuple[Any, ...]:
    """Return the index of a part along one axis."""
    axis %= np.ndim(like)
    return (slice(None),) * axis + (part,)


def _along(x: Any, axis: int, ndim: int) -> Any:
    """Give numbers along one axis the shape that broadcasts against the samples."""
    return np.reshape(x, (-1,) + (1,) * (ndim - axis % ndim - 1))


@implements(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Return central differences inside, one-sided ones at the edges."""
    f = adopt(f)
    if f.dtype.kind not in "fc":
        f = f.astype(float)
    ndim = np.ndim(f)
    axes = (
        tuple(range(ndim))
        if axis is None
        else np.lib.array_utils.normalize_axis_tuple(axis, ndim)
    )
    if edge_order > 2:
        raise ValueError("'edge_order' greater than 2 not supported")
    slopes = tuple(
        _slope(f, i, spacing, edge_order)
        for i, spacing in zip(axes, _spacings(f, axes, varargs), strict=True)
    )
    return slopes[0] if len(slopes) == 1 else slopes


def _spacings(f: Any, axes: tuple[int, ...], given: tuple[Any, ...]) -> list[Any]:
    """Return the step along each axis: a number, or one step per pair of neighbours."""
    if not given:
        return [1.0] * len(axes)
    if len(given) == 1 and np.ndim(given[0]) == 0:
        return list(given) * len(axes)
    if len(given) != len(axes):
        raise TypeError("invalid number of arguments")
    steps = []
    for i, distances in zip(axes, map(adopt, given), strict=True):
        if np.ndim(distances) > 1:
            raise ValueError("distances must be either scalars or 1d")
        if np.ndim(distances) == 1:
            if len(distances) != shape_of(f)[i]:
                raise ValueError(
                    "when 1d, distances must match the length of the corresponding "
                    "dimension"
                )
            distances = diff(1.0 * distances)
        steps.append(distances)
    return steps


def _slope(f: Any, axis: int, step: Any, edge_order: int) -> Any:
    """Differentiate along one axis by parabolas, or lines at the edges if so asked."""
    if shape_of(f)[axis] < edge_order + 1:
        raise ValueError(
            "Shape of array too small to calculate a numerical gradient, "
            "at least (edge_order + 1) elements are required."
        )

    def at(start: int | None, stop: int | None) -> Any:
        return f[_part(axis, slice(start, stop), f)]

    if np.ndim(step) == 0:
        inner = (at(2, None) - at(None, -2)) / (2.0 * step)
        first = (at(1, 2) - at(0, 1)) / step
        last = (at(-1, None) - at(-2, -1)) / step
    else:
        slopes = difference(f, n=1, axis=axis) / _along(step, axis, np.ndim(f))
        inner, first, last = _unequal(slopes, step, axis)
    if edge_order == 2:
        # A parabola's slope is linear, so the chord's is the mean of its ends'.
        first = 2.0 * first - inner[_part(axis, slice(0, 1), f)]
        last = 2.0 * last - inner[_part(axis, slice(-1, None), f)]
    y = np.concatenate([first, inner, last], axis=axis)
    return y if y.dtype == f.dtype else y.astype(f.dtype)


def _unequal(slopes: Any, step: Any, axis: int) -> tuple[Any, Any, Any]:
    """Return the slopes inside and at both edges, given those of the chords."""
    ndim = np.ndim(slopes)
    left, right = (_along(part, axis, ndim) for part in (step[:-1], step[1:]))
    before = slopes[_part(axis, slice(None, -1), slopes)]
    after = slopes[_part(axis, slice(1, None), slopes)]
    inner = (right * before + left * after) / (left + right)
    edges = (slice(0, 1), slice(-1, None))
    first, last = (slopes[_part(axis, edge, slopes)] for edge in edges)
    return inner, first, last
