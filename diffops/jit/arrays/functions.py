"""How functions that move, join, reduce and multiply arrays enter a plan."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from diffops.index import getitem, update
from diffops.jit.arrays.nodes import NotOfArrays, Product
from diffops.jit.arrays.views import Shape, View, whole
from diffops.jit.program import Operation
from diffops.rules.creation import beside
from diffops.rules.indexing import scatter
from diffops.rules.joining import collected, concatenated, stacked
from diffops.rules.reductions import sum_

if TYPE_CHECKING:
    from diffops.jit.arrays.lowering import Lowering


def _summed(lowering: Lowering, step: Operation, values: Any, shape: Shape) -> Any:
    return _reduced(lowering, step, values, shape, "add")


def _reduced(
    lowering: Lowering, step: Operation, values: Any, shape: Shape, kind: str
) -> Any:
    space = lowering.shape(step.slots[0])
    if space is None or not space or set(step.params) - {"axis", "keepdims"}:
        if not space and not step.params.get("keepdims"):
            return values[0]
        raise NotOfArrays
    if math.prod(space) == 0:
        raise NotOfArrays
    kept = lowering.reduce(kind, values[0], space, step.params.get("axis"))
    return whole(kept.buffer, shape)


def _extreme(lowering: Lowering, step: Operation, values: Any, shape: Shape) -> Any:
    return _reduced(lowering, step, values, shape, _EXTREMES[step.function])


def _windowed(lowering: Lowering, step: Operation, values: Any, shape: Shape) -> Any:
    """Apply a function that returns a window: to the places of entries."""
    space = lowering.shape(step.slots[0])
    value = values[0]
    if isinstance(value, float):
        return value
    if space is None:
        space = ()
    view = lowering.stored(value, space)
    if view.shape != space:
        raise NotOfArrays
    places = _Places(view)
    found = step.function(places.array, **step.params)
    if not np.may_share_memory(found, places.array):
        places = _Places(lowering.moved(view, space))
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


def _multiplied(lowering: Lowering, step: Operation, values: Any, shape: Shape) -> Any:
    spaces = [lowering.shape(slot) for slot in step.slots]
    if any(space is None or not 1 <= len(space) <= 2 for space in spaces):
        raise NotOfArrays
    views = [
        _matrix(lowering, value, space)  # type: ignore[arg-type]
        for value, space in zip(values, spaces, strict=True)
    ]
    level = max(lowering.level(view, ()) for view in views)
    result = lowering.new(shape, level)
    lowering.plan.nodes.append(Product(views[0], views[1], result, level))
    return result


def _matrix(lowering: Lowering, value: Any, shape: Shape) -> View:
    """Return an operand of a product in an order of memory that BLAS takes."""
    view = lowering.stored(value, shape)
    strides = [s for s, n in zip(view.strides, shape, strict=True) if n > 1]
    if 0 in strides or (len(strides) == 2 and 1 not in strides):
        return lowering.moved(view, shape)
    return view


def _updated(lowering: Lowering, step: Operation, values: Any, shape: Shape) -> Any:
    target = lowering.moved(values[0], shape)
    _write(lowering, values[1], target, step.params["key"])
    return target


def _scattered(lowering: Lowering, step: Operation, values: Any, shape: Shape) -> Any:
    target = lowering.moved(0.0, shape)
    _write(lowering, values[0], target, step.params["key"])
    return target


def _write(lowering: Lowering, value: Any, target: View, key: Any) -> None:
    parts = key if isinstance(key, tuple) else (key,)
    for part in parts:
        if not (part is None or part is Ellipsis or isinstance(part, (int, slice))):
            raise NotOfArrays
    places = _Places(target)
    window = places.array[key]
    if not isinstance(window, np.ndarray):
        window = places.array[(*parts, None)] if target.shape else places.array
    view = places.view_of(window, window.shape)
    if isinstance(value, View) and len(value.shape) > len(view.shape):
        raise NotOfArrays
    lowering.written[id(target.buffer)] += 1
    lowering.move(value, view)


def _joined(lowering: Lowering, step: Operation, values: Any, shape: Shape) -> Any:
    target = lowering.new(shape, 0)
    places = _Places(target)
    axis = step.params.get("axis", 0)
    at = 0
    for value, slot in zip(values, step.slots, strict=True):
        space = lowering.shape(slot) or ()
        if step.function is concatenated:
            size = space[axis]
            window = places.array[(slice(None),) * axis + (slice(at, at + size),)]
            at += size
        else:
            window = places.array[(slice(None),) * axis + (slice(at, at + 1),)]
            window = np.reshape(window, space) if space else window.reshape(())
            at += 1
        lowering.move(value, places.view_of(window, space))
    return target


def _beside(lowering: Lowering, step: Operation, values: Any, shape: Shape) -> Any:
    return lowering.constant(step.params["array"])


SPECIAL: dict[Callable[..., Any], Callable[..., Any]] = {
    sum_: _summed,
    np.max: _extreme,
    np.min: _extreme,
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
