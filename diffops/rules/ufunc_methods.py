"""The methods of ufuncs: reduce, accumulate, reduceat, outer and at, of every ufunc.

Some have a rule of their own (``np.add.reduce`` is the sum). All others are written out
with calls of the ufunc, which has one, in the order in which NumPy makes them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from diffops.engines.arrays import may_repeat
from diffops.engines.creating import alongside, brought, counted
from diffops.primitive import adopt, implements, table, tracked_in
from diffops.rules._arguments import whole
from diffops.rules._constant import Constant, deep_strip
from diffops.rules._fitting import shape_of
from diffops.rules._refused import Refused
from diffops.rules.writing import target_of
from diffops.tags import example

_MISSING = np._NoValue


def _along_first_axis(method: Callable[..., Any], function: Callable[..., Any]) -> None:
    """Enter a function for a ufunc's method, which goes along the first axis."""

    @implements(method)
    def run(array: Any, axis: Any = 0, dtype: Any = None, **options: Any) -> Any:
        array = adopt(array)
        if dtype is not None:
            array = array.astype(dtype)
        return function(array, axis=axis if shape_of(array) else None, **options)


#: Methods that are functions of their own.
_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.add.reduce: np.sum,
    np.multiply.reduce: np.prod,
    np.maximum.reduce: np.max,
    np.minimum.reduce: np.min,
    np.fmax.reduce: np.nanmax,
    np.fmin.reduce: np.nanmin,
    np.logical_and.reduce: np.all,
    np.logical_or.reduce: np.any,
    np.add.accumulate: np.cumsum,
    np.multiply.accumulate: np.cumprod,
}
for _method, _function in _FUNCTIONS.items():
    _along_first_axis(_method, _function)


def _settled(ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
    """Return what NumPy says of plain values, or what needs no derivative.

    NumPy also raises what is wrong: with the number of arguments, the axis, the mask.
    """
    entry = table.get(ufunc)
    if isinstance(entry, Refused):
        entry()
    plain = [deep_strip(a) for a in inputs]
    settled = isinstance(entry, Constant) and not tracked_in(plain)
    if not settled:
        plain = [example(adopt(a)) for a in inputs]
    options = {
        name: example(adopt(value)) if tracked_in([value]) else value
        for name, value in options.items()
    }
    return getattr(ufunc, method)(*plain, **options), settled


def _moved_first(array: Any, axes: tuple[int, ...]) -> Any:
    """Bring some axes together as the first one."""
    shape = shape_of(array)
    rest = tuple(i for i in range(len(shape)) if i not in axes)
    size = math.prod(shape[i] for i in axes)
    moved = np.transpose(array, axes + rest) if shape else array
    return np.reshape(moved, (size, *(shape[i] for i in rest)))


@implements(np.ufunc.reduce)
def reduce(
    ufunc: np.ufunc,
    array: Any,
    axis: Any = 0,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = _MISSING,
    where: Any = True,
) -> Any:
    """Apply a ufunc to the result so far and the next slice, one after the other."""
    options = {} if initial is _MISSING else {"initial": initial}
    y, settled = _settled(
        ufunc, "reduce", array, axis=axis, keepdims=keepdims, where=where, **options
    )
    if settled:
        return y
    array = adopt(array)
    if dtype is not None:
        array = array.astype(dtype)
    shape = shape_of(array)
    axes = _axes(axis, len(shape))
    slices = _moved_first(array, axes)
    start = ufunc.identity if initial is _MISSING else adopt(initial)
    first = start is None
    total = slices[0] if first else start
    masks = None
    if where is not True:
        masks = _moved_first(np.broadcast_to(deep_strip(where), shape), axes)
    for i in range(int(first), shape_of(slices)[0]):
        new = ufunc(total, slices[i])
        total = new if masks is None else np.where(masks[i], new, total)
    wanted = shape_of(y)
    if wanted:
        total = np.reshape(np.broadcast_to(total, shape_of(slices)[1:]), wanted)
    return total


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    if axis is None or not ndim:
        return tuple(range(ndim))
    return np.lib.array_utils.normalize_axis_tuple(axis, ndim)


@implements(np.ufunc.accumulate)
def accumulate(ufunc: np.ufunc, array: Any, axis: int = 0, dtype: Any = None) -> Any:
    """Return what `reduce` makes of the first entry, of the first two, and so on."""
    y, settled = _settled(ufunc, "accumulate", array, axis=axis)
    if settled or not y.size:
        return y
    array = adopt(array)
    if dtype is not None:
        array = array.astype(dtype)
    slices = np.moveaxis(array, axis, 0)
    totals = [slices[0]]
    for i in range(1, shape_of(slices)[0]):
        totals.append(ufunc(totals[-1], slices[i]))
    return np.moveaxis(np.stack(totals), 0, axis)


@implements(np.ufunc.reduceat)
def reduceat(
    ufunc: np.ufunc, array: Any, indices: Any, axis: int = 0, dtype: Any = None
) -> Any:
    """Reduce the slices that begin at the indices, each up to the next index.

    Where the next index is no greater, there is the entry at the index alone.
    """
    indices = whole(indices, f"the indices of np.{ufunc.__name__}.reduceat")
    y, settled = _settled(ufunc, "reduceat", array, indices, axis=axis)
    if settled or not y.size:
        return y
    array = adopt(array)
    if dtype is not None:
        array = array.astype(dtype)
    slices = np.moveaxis(array, axis, 0)
    bounds = [*brought(indices).tolist(), shape_of(slices)[0]]
    parts = [
        ufunc.reduce(slices[start:stop], axis=0) if start + 1 < stop else slices[start]
        for start, stop in pairwise(bounds)
    ]
    return np.moveaxis(np.stack(parts), 0, axis)


@implements(np.ufunc.outer)
def outer(ufunc: np.ufunc, a: Any, b: Any, **options: Any) -> Any:
    """Apply a ufunc to every pair of an entry of a and one of b."""
    if ufunc.signature or ufunc.nin != 2:
        _settled(ufunc, "outer", a, b)
    a, b = adopt(a), adopt(b)
    column = np.reshape(a, np.shape(a) + (1,) * np.ndim(b))
    return ufunc(column, b, **options)


@implements(np.ufunc.at)
def at(ufunc: np.ufunc, a: Any, indices: Any, *others: Any) -> None:
    """Apply a ufunc in place, again and again to entries that are named repeatedly."""
    name = f"{ufunc.__name__}.at"
    entry = table.get(ufunc)
    if isinstance(entry, Refused):
        entry()
    target = target_of(a, name)
    indices = whole(indices, f"the index of np.{name}")
    if ufunc.signature or ufunc.nout != 1 or ufunc.nin != 1 + len(others):
        ufunc.at(np.ones(shape_of(a)), indices, *map(deep_strip, others))
    if not may_repeat(indices):
        target[indices] = ufunc(target[indices], *others)
        return
    shape = shape_of(target)
    numbers = brought(counted(math.prod(shape), target).reshape(shape)[indices])
    entries = [adopt(alongside(b, target)) for b in others]
    entries = [np.ravel(np.broadcast_to(b, numbers.shape)) for b in entries]
    places = numbers.ravel()
    rounds = _occurrences(places)
    flat = np.copy(np.ravel(target))
    for i in range(np.max(rounds, initial=-1) + 1):
        here = rounds == i
        flat[places[here]] = ufunc(flat[places[here]], *(b[here] for b in entries))
    target[...] = np.reshape(flat, shape)


def _occurrences(places: Any) -> Any:
    """Return for each place how often it has stood before in the list."""
    order = np.argsort(places, kind="stable")
    ordered = places[order]
    new = np.concatenate([[True], ordered[1:] != ordered[:-1]])[: places.size]
    counts = np.arange(places.size)
    occurrence = np.empty_like(counts)
    occurrence[order] = counts - np.maximum.accumulate(np.where(new, counts, 0))
    return occurrence


@implements(np.ufunc.__call__)
def call(
    ufunc: np.ufunc,
    *inputs: Any,
    axes: Any = None,
    axis: int | None = None,
    keepdims: bool = False,
    signature: Any = None,
) -> Any:
    """Run a ufunc with the axes that its vectors and matrices lie along."""
    if signature is not None:
        inputs = _as_declared(ufunc, inputs, signature)
    if axes is None and axis is None and not keepdims:
        return ufunc(*inputs)
    if not ufunc.signature:
        raise TypeError(f"{ufunc.__name__}() takes no axes: it works on single entries")
    inputs = tuple(map(adopt, inputs))
    options = {"axes": axes, "axis": axis, "keepdims": keepdims or None}
    given = {name: value for name, value in options.items() if value is not None}
    wanted = ufunc(*map(example, inputs), **given)
    if axes is None:
        axes = [() if axis is None else (axis,)] * len(inputs)
    names = [(own,) if np.ndim(own) == 0 else tuple(own) for own in axes]
    moved = [
        np.moveaxis(a, own, range(-len(own), 0))
        for a, own in zip(inputs, names, strict=False)
    ]
    y = ufunc(*moved)
    if keepdims:
        return np.reshape(y, wanted.shape)
    if len(names) > len(inputs) and names[-1]:
        y = np.moveaxis(y, range(-len(names[-1]), 0), names[-1])
    return y


def _as_declared(
    ufunc: np.ufunc, inputs: tuple[Any, ...], signature: Any
) -> tuple[Any, ...]:
    """Cast the inputs to the dtypes that a signature names."""
    if isinstance(signature, str):
        signature = tuple(signature.replace("->", ""))
    dtypes = ufunc.resolve_dtypes(
        (*(_dtype_of(a) for a in inputs), *(None,) * ufunc.nout),
        signature=tuple(None if d is None else np.dtype(d) for d in signature),
    )
    return tuple(
        (a if hasattr(a, "dtype") else np.asarray(a)).astype(dtype)
        for a, dtype in zip(map(adopt, inputs), dtypes, strict=False)
    )


def _dtype_of(value: Any) -> Any:
    return getattr(value, "dtype", type(value))
