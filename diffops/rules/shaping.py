"""Shapes: what reorders, repeats or regroups the entries of an array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.engines.arrays import is_in_columns
from diffops.engines.loading import is_lazy
from diffops.primitive import adopt, implements
from diffops.rules._arguments import whole
from diffops.rules._batch_shapes import (
    enlarging,
    reshaping,
    rolling,
    tiling,
    transposing,
)
from diffops.rules._batches import along
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import linear
from diffops.tags import example


def reshaped(a: Any, shape: Any, order: str) -> Any:
    """Return the entries in another shape; libraries differ in names."""
    if order == "C":
        return np.reshape(a, shape)  # Dask knows no order
    return np.reshape(a, shape, order=order)  # type: ignore[call-overload]


reshaped.__name__ = "reshape"


def _back(g: Any, shape: tuple[int, ...], order: str) -> Any:
    return reshape(g, shape, order) if order == "F" else np.reshape(g, shape)


reshape_ = linear(
    reshaped,
    lambda g, old, shape, order: _back(g, old, order),
    view=True,
    batch=reshaping,
)


ravel_ = linear(
    np.ravel,
    lambda g, shape, order: _back(g, shape, order),
    view=True,
    batch=reshaping,
)


@implements(np.reshape)
def reshape(a: Any, shape: Any, order: str = "C", *, copy: bool | None = None) -> Any:
    """Return the entries in another shape, which may leave one length open as -1."""
    a = adopt(a)
    shape = shape if isinstance(shape, tuple) else _lengths(shape)
    if copy:
        a = np.copy(a)
    if shape == shape_of(a):
        return a
    if order == "F" and is_lazy(a):
        return np.reshape(a.T, shape[::-1]).T  # of blocks, which have no other order
    return reshape_(a, shape=shape, order=_order(a, order))


def _lengths(shape: Any) -> tuple[Any, ...]:
    return tuple(shape) if np.ndim(shape) else (shape,)


def _order(a: Any, order: str) -> str:
    """Return C or F: A and K mean the order that the memory of the array has."""
    if order not in ("A", "K"):
        return order
    return "F" if is_in_columns(a) else "C"


@implements(np.ravel)
def ravel(a: Any, order: str = "C") -> Any:
    """Return the entries in one dimension: a view where NumPy's memory allows one."""
    a = adopt(a)
    flags = getattr(example(a), "flags", None)
    if flags is not None and np.ndim(a) == 1 and flags.c_contiguous:
        return a
    if is_lazy(a):
        return reshape(a, (-1,), order)
    in_order = flags is None or flags.c_contiguous or flags.f_contiguous
    if order == "K" and not in_order:
        steps = [-abs(step) for step in example(a).strides]
        return ravel_(np.transpose(a, np.argsort(steps, kind="stable")), order="C")
    return ravel_(a, order=_order(a, order))


def _reshaping(function: Callable[..., Any]) -> None:
    """Enter a function that only adds or removes axes of length one."""

    @implements(function)
    def reshaped(a: Any, axis: Any = None) -> Any:
        a = adopt(a)
        options = {} if axis is None else {"axis": axis}
        return np.reshape(a, function(example(a), **options).shape)


_reshaping(np.squeeze)
_reshaping(np.expand_dims)


def _at_least(function: Callable[..., Any]) -> None:
    """Enter a function that gives each of its arguments a number of axes."""

    @implements(function)
    def at_least(*arys: Any) -> Any:
        results = tuple(
            np.reshape(a, function(example(a)).shape) for a in map(adopt, arys)
        )
        return results[0] if len(results) == 1 else results


_at_least(np.atleast_1d)
_at_least(np.atleast_2d)
_at_least(np.atleast_3d)

transpose_ = linear(
    np.transpose,
    lambda g, _, axes: np.transpose(g, tuple(np.argsort(axes).tolist())),
    view=True,
    batch=transposing,
)


def _transposing(function: Callable[..., Any]) -> None:
    """Enter a function that permutes axes; NumPy tells how, on axes that are numbered.

    The array that it permutes has as its lengths the numbers of its axes.
    """

    @implements(function)
    def transposed(a: Any, *args: Any, **kwargs: Any) -> Any:
        a = adopt(a)
        unmoved = tuple(range(np.ndim(a)))
        axes = function(np.empty(unmoved), *args, **kwargs).shape
        return a if axes == unmoved else transpose_(a, axes=axes)


_transposing(np.transpose)
_transposing(np.swapaxes)
_transposing(np.moveaxis)
_transposing(np.rollaxis)
_transposing(np.matrix_transpose)
_transposing(np.linalg.matrix_transpose)

broadcast_to_ = linear(
    np.broadcast_to, lambda g, *_, **__: g, view=True, batch=enlarging
)


@implements(np.broadcast_to)
def broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:
    """Repeat an array along new axes and axes of length one, without copying it."""
    array = adopt(array)
    shape = _lengths(shape)
    return array if shape == shape_of(array) else broadcast_to_(array, shape=shape)


@implements(np.broadcast_arrays)
def broadcast_arrays(*args: Any, subok: bool = False) -> tuple[Any, ...]:
    """Broadcast arrays against each other."""
    arrays = [adopt(arg) for arg in args]
    shape = np.broadcast_shapes(*map(shape_of, arrays))
    return tuple(np.broadcast_to(array, shape) for array in arrays)


@implements(np.flip)
def flip(m: Any, axis: Any = None) -> Any:
    """Reverse the entries along some axes, or all."""
    m = adopt(m)
    ndim = np.ndim(m)
    axes = range(ndim) if axis is None else _lengths(axis)
    flipped = {range(ndim)[a] for a in axes}
    return m[tuple(slice(None, None, -1 if a in flipped else 1) for a in range(ndim))]


@implements(np.fliplr)
def fliplr(m: Any) -> Any:
    """Reverse the columns."""
    return np.flip(m, 1)


@implements(np.flipud)
def flipud(m: Any) -> Any:
    """Reverse the rows."""
    return np.flip(m, 0)


@implements(np.rot90)
def rot90(m: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """Rotate a plane by quarter turns, from the first axis towards the second."""
    m = adopt(m)
    first, second = (range(np.ndim(m))[axis] for axis in axes)
    if first == second:
        raise ValueError("Axes must be different.")
    if k % 2 == 0:
        return np.flip(m, (first, second)) if k % 4 else m[...]
    turned = np.swapaxes(m, first, second)
    return np.flip(turned, first if k % 4 == 1 else second)


roll_ = linear(
    np.roll,
    lambda g, _, shift, axis: np.roll(g, _opposite(shift), axis),
    batch=rolling,
)


def _opposite(shift: Any) -> Any:
    return tuple(-s for s in shift) if isinstance(shift, tuple) else -shift


@implements(np.roll)
def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """Move the entries along an axis, in at its start what leaves at its end."""
    shift, axis = (tuple(v) if np.ndim(v) else v for v in (shift, axis))
    return roll_(a, shift=shift, axis=axis)


def _sum_tiles(g: Any, shape: tuple[int, ...], reps: tuple[int, ...]) -> Any:
    """Give every entry the sum of the cotangents of its copies in all tiles."""
    apart = tuple(n for pair in zip(reps, shape, strict=True) for n in pair)
    return np.sum(np.reshape(g, apart), axis=tuple(range(0, len(apart), 2)))


tile_ = linear(np.tile, _sum_tiles, batch=tiling)


@implements(np.tile)
def tile(A: Any, reps: Any) -> Any:
    """Lay out copies of an array along its axes."""
    array = adopt(A)
    shape = shape_of(array)
    reps = _lengths(reps)
    missing = len(shape) - len(reps)
    return tile_(
        np.reshape(array, (1,) * -missing + shape), reps=(1,) * missing + tuple(reps)
    )


def _sum_repeats(g: Any, shape: tuple[int, ...], repeats: int, axis: int) -> Any:
    """Give every entry the sum of the cotangents of its copies."""
    apart = (*shape[: axis + 1], repeats, *shape[axis + 1 :])
    return np.sum(np.reshape(g, apart), axis=axis + 1)


repeat_ = linear(np.repeat, _sum_repeats, batch=along)


@implements(np.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """Repeat every entry; a number of its own for each entry goes through its index."""
    a = adopt(a)
    if axis is None or not np.ndim(a):
        a, axis = np.ravel(a), 0
    axis = range(np.ndim(a))[axis]
    repeats = whole(repeats, "the number of repeats")
    if np.ndim(repeats) == 0:
        return repeat_(a, repeats=repeats, axis=axis)
    return np.take(a, np.repeat(np.arange(shape_of(a)[axis]), repeats), axis)


@implements(np.unstack)
def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    """Return the slices along an axis."""
    axis = range(np.ndim(x))[axis]
    return tuple(x[(slice(None),) * axis + (i,)] for i in range(shape_of(x)[axis]))
