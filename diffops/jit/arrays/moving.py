"""How functions that move, join, reduce and multiply arrays enter a plan."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from diffops.index import getitem, update
from diffops.jit.arrays.buffers import Shape, View, whole
from diffops.jit.arrays.nodes import NotOfArrays, Product
from diffops.jit.numbers import codes
from diffops.jit.program import Operation
from diffops.rules import norms, statistics
from diffops.rules.creation import beside
from diffops.rules.indexing import scatter
from diffops.rules.joining import collected, concatenated, stacked
from diffops.rules.reductions import sum_

if TYPE_CHECKING:
    from diffops.jit.arrays.planning import Planning


def _summed(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    return _reduced(planning, step, values, shape, "add")


def _reduced(
    planning: Planning, step: Operation, values: Any, shape: Shape, kind: str
) -> Any:
    space = planning.shape(step.slots[0])
    if space is None or not space or set(step.params) - {"axis", "keepdims"}:
        if not space and not step.params.get("keepdims"):
            return values[0]
        raise NotOfArrays
    if math.prod(space) == 0:
        raise NotOfArrays
    kept = planning.reduce(kind, values[0], space, step.params.get("axis"))
    return whole(kept.buffer, shape)


def _extreme(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    return _reduced(planning, step, values, shape, _EXTREMES[step.function])


def _windowed(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    """Apply a function that returns a window: to the places of entries."""
    space = planning.shape(step.slots[0])
    value = values[0]
    if isinstance(value, float):
        return value
    if space is None:
        space = ()
    view = planning.stored(value, space)
    if view.shape != space:
        raise NotOfArrays
    places = _Places(view)
    if step.function is getitem:
        return places.view_of(_window(places.array, step.params["key"]), shape)
    found = step.function(places.array, **step.params)
    if not np.may_share_memory(found, places.array):
        places = _Places(planning.moved(view, space))
        found = step.function(places.array, **step.params)
        if not np.may_share_memory(found, places.array):
            raise NotOfArrays
    return places.view_of(found, shape)


_EXTREMES = {np.max: "maximum", np.min: "minimum"}


class _Places:
    """An array of no memory to speak of, with the strides of a window."""

    def __init__(self, view: View) -> None:
        steps = zip(view.shape, view.strides, strict=True)
        memory = np.empty(1 + sum((n - 1) * s for n, s in steps), dtype=np.int8)
        self.view = view
        self.array = np.lib.stride_tricks.as_strided(memory, view.shape, view.strides)

    def view_of(self, found: Any, shape: Shape) -> View:
        """Return the window that NumPy's window on the array is."""
        if not isinstance(found, np.ndarray):
            raise NotOfArrays
        start = found.__array_interface__["data"][0]
        offset = start - self.array.__array_interface__["data"][0]
        if any(stride < 0 for stride in found.strides):
            raise NotOfArrays
        return View(
            self.view.buffer, shape, tuple(found.strides), self.view.offset + offset
        )


def _norm(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    """Return the root of the sum of squares."""
    space = planning.shape(step.slots[0]) or ()
    squares = planning.each(codes.SQUARE, values[:1], space)
    total = _reduced(planning, step, [squares], shape, "add")
    return planning.each(codes.SQRT, [total], shape)


def _squared_distance(
    planning: Planning, step: Operation, values: Any, shape: Shape
) -> Any:
    """Return the sum of the squares of what entries differ from their mean."""
    space = planning.shape(step.slots[0]) or ()
    if math.prod(space) == 0:
        raise NotOfArrays
    total = planning.reduce("add", values[0], space, step.params["axis"])
    count = math.prod(space) // math.prod(total.shape)
    mean = planning.each(codes.DIVIDE, [total, float(count)], total.shape)
    deviation = planning.each(codes.SUBTRACT, [values[0], mean], space)
    squares = planning.each(codes.SQUARE, [deviation], space)
    return _reduced(planning, step, [squares], shape, "add")


def _multiplied(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    spaces = [planning.shape(slot) for slot in step.slots]
    if any(space is None or not 1 <= len(space) <= 2 for space in spaces):
        raise NotOfArrays
    views = [
        _matrix(planning, value, space)  # type: ignore[arg-type]
        for value, space in zip(values, spaces, strict=True)
    ]
    level = max(planning.level(view, ()) for view in views)
    result = planning.new(shape, level)
    planning.plan.nodes.append(Product(views[0], views[1], result, level))
    return result


def _matrix(planning: Planning, value: Any, shape: Shape) -> View:
    """Return an operand of a product in an order of memory that BLAS takes."""
    view = planning.stored(value, shape)
    strides = [s for s, n in zip(view.strides, shape, strict=True) if n > 1]
    if 0 in strides or (len(strides) == 2 and 1 not in strides):
        return planning.moved(view, shape)
    return view


def _updated(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    target = planning.moved(values[0], shape)
    _write(planning, values[1], target, step.params["key"])
    return target


def _scattered(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    target = planning.moved(0.0, shape)
    _write(planning, values[0], target, step.params["key"])
    return target


def _write(planning: Planning, value: Any, target: View, key: Any) -> None:
    places = _Places(target)
    window = _window(places.array, key)
    planning.written[id(target.buffer)] += 1
    planning.move(value, places.view_of(window, window.shape))


def _window(array: Any, key: Any) -> Any:
    """Return ``array[key]``, also a single entry, as a window."""
    parts = key if isinstance(key, tuple) else (key,)
    if not all(type(part) in _BASIC for part in parts):
        raise NotOfArrays
    rest = () if any(part is Ellipsis for part in parts) else (Ellipsis,)
    return array[(*parts, *rest)]


#: What selects a window; truth values are masks.
_BASIC = (int, slice, type(None), type(Ellipsis))


def _joined(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    target = planning.new(shape, 0)
    places = _Places(target)
    axis = step.params.get("axis", 0)
    at = 0
    for value, slot in zip(values, step.slots, strict=True):
        space = planning.shape(slot) or ()
        if step.function is concatenated:
            size = space[axis]
            window = places.array[(slice(None),) * axis + (slice(at, at + size),)]
            at += size
        else:
            window = places.array[(slice(None),) * axis + (slice(at, at + 1),)]
            window = np.reshape(window, space) if space else window.reshape(())
            at += 1
        planning.move(value, places.view_of(window, space))
    return target


def _beside(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    return planning.constant(step.params["array"])


SPECIAL: dict[Callable[..., Any], Callable[..., Any]] = {
    sum_: _summed,
    np.max: _extreme,
    np.min: _extreme,
    norms._euclidean: _norm,
    statistics._squared_distance: _squared_distance,
    getitem: _windowed,
    np.reshape: _windowed,
    np.ravel: _windowed,
    np.transpose: _windowed,
    np.broadcast_to: _windowed,
    np.diagonal: _windowed,
    np.matmul: _multiplied,
    update: _updated,
    scatter: _scattered,
    concatenated: _joined,
    stacked: _joined,
    collected: _joined,
    beside: _beside,
}
