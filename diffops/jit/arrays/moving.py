"""How functions that move, join, reduce and multiply arrays enter a plan."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from diffops.index import getitem, update
from diffops.jit.arrays.accumulating import Scattered
from diffops.jit.arrays.buffers import Gather, Shape, View, whole
from diffops.jit.arrays.multiplying import contracted, multiplied
from diffops.jit.arrays.neighbours import differences
from diffops.jit.arrays.nodes import NotOfArrays
from diffops.jit.arrays.places import Places
from diffops.jit.arrays.running import running
from diffops.jit.numbers.functions import code_of
from diffops.jit.program import Operation
from diffops.native import codes
from diffops.rules import norms, statistics
from diffops.rules.contractions import _contract, _rearrange
from diffops.rules.creation import beside
from diffops.rules.cumulative import recurrence
from diffops.rules.indexing import scatter
from diffops.rules.joining import collected, concatenated, stacked
from diffops.rules.padding import surround
from diffops.rules.reductions import sum_
from diffops.rules.shaping import reshaped
from diffops.rules.sorting import permute

if TYPE_CHECKING:
    from diffops.jit.arrays.planning import Planning


def _summed(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    return _reduced(planning, step, values, shape, "add")


def _reduced(
    planning: Planning, step: Operation, values: Any, shape: Shape, kind: str
) -> Any:
    space = planning.shape(step.slots[0])
    if len(step.slots) > 1:
        raise NotOfArrays
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


def _moved(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    """Apply a function that only moves entries: to the places where they are."""
    space = planning.shape(step.slots[0]) or ()
    if isinstance(values[0], float):
        return values[0]
    view = planning.stored(values[0], space)
    if step.function is getitem:
        key = step.params["key"]
        if _is_basic(key):
            places = Places(view)
            return places.view_of(_window(places.array, key), shape)
        return _gathered(planning, view, _offsets(view)[key], shape)
    places = Places(view)
    found = step.function(places.array, **step.params)
    if isinstance(found, np.ndarray) and np.may_share_memory(found, places.array):
        return places.view_of(found, shape)
    return _gathered(
        planning, view, step.function(_offsets(view), **step.params), shape
    )


def _offsets(view: View) -> Any:
    """Return the place of each entry of a window in its buffer."""
    offsets = np.array(view.offset)
    for n, stride in zip(view.shape, view.strides, strict=True):
        offsets = offsets[..., None] + np.arange(n) * stride
    return offsets


def _gathered(planning: Planning, view: View, places: Any, shape: Shape) -> Any:
    """Return the entries at these places of a window's buffer."""
    if not shape:
        return View(view.buffer, (), (), int(places))
    places = np.asarray(places, dtype=np.int64).reshape(shape)
    return Gather(view.buffer, planning.table(places))


_EXTREMES = {np.max: "maximum", np.min: "minimum"}


def _truth(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    """Tell whether any entry, or every one, is not zero."""
    space = planning.shape(step.slots[0]) or ()
    truths = planning.each(codes.NOT_EQUAL, [values[0], 0.0], space)
    kind = "maximum" if step.function is np.any else "minimum"
    params = dict(step.params)
    if len(step.slots) == 2:  # the axis, by its place
        params.setdefault("axis", planning.program.constants.get(step.slots[1], ()))
    if len(step.slots) > 2 or params.get("axis") == ():
        raise NotOfArrays
    alone = Operation(
        step.function, step.name, step.slots[:1], params, step.outputs, False
    )
    return _reduced(planning, alone, [truths], shape, kind)


def _product(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    return _reduced(planning, step, values, shape, "multiply")


def _log_of_sum(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    """Return log(exp(a) + exp(b)) = max(a, b) + log(1 + exp(-|a - b|))."""
    if step.params:
        raise NotOfArrays

    def each(code: codes.Code, *operands: Any) -> Any:
        return planning.each(code, list(operands), shape)

    a, b = values
    distance = each(codes.ABSOLUTE, each(codes.SUBTRACT, a, b))
    # Equal infinities have no difference.
    distance = each(codes.CHOSEN, 0.0, distance, each(codes.EQUAL, a, b))
    small = each(_code(np.exp), each(codes.NEGATIVE, distance))
    return each(codes.ADD, each(codes.MAXIMUM, a, b), each(_code(np.log1p), small))


def _code(function: Any) -> codes.Code:
    code = code_of(function, exact=False)
    assert code is not None
    return code


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


def _updated(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    target = planning.moved(values[0], shape)
    write(planning, values[1], target, step.params["key"], adds=False)
    return target


def _scattered(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    if _is_all(step.params["key"]) and planning.shape(step.slots[0]) == shape:
        return values[0]
    key = step.params["key"]
    if _is_basic(key) and planning.sums.in_place:
        return Scattered(values[0], key, shape, planning.real)
    target = planning.moved(0.0, shape)
    write(planning, values[0], target, key, adds=not _is_basic(key))
    return target


def _surrounded(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    target = planning.moved(0.0, shape)
    space = planning.shape(step.slots[0]) or ()
    key = tuple(
        slice(before, before + n)
        for (before, _), n in zip(step.params["widths"], space, strict=True)
    )
    write(planning, values[0], target, key, adds=False)
    return target


def write(planning: Planning, value: Any, target: View, key: Any, adds: bool) -> None:
    """Write a value at an index, where a window takes each place once."""
    planning.written[id(target.buffer)] += 1
    if _is_basic(key):
        places = Places(target)
        window = _window(places.array, key)
        planning.move(value, places.view_of(window, window.shape), adds)
        return
    offsets = np.asarray(_offsets(target)[key])
    if offsets.size == 0 or not offsets.shape:
        raise NotOfArrays
    gather = _gathered(planning, target, offsets, offsets.shape)
    planning.move(value, gather, adds)


def _is_basic(key: Any) -> bool:
    """Tell whether an index selects a window; truth values are masks."""
    parts = key if isinstance(key, tuple) else (key,)
    return all(type(part) in _BASIC for part in parts)


def _is_all(key: Any) -> bool:
    """Tell whether an index selects everything, as it lies."""
    parts = key if isinstance(key, tuple) else (key,)
    return all(part is Ellipsis or part == slice(None) for part in map(_plain, parts))


def _plain(part: Any) -> Any:
    return part if type(part) in _BASIC else 0


_BASIC = (int, slice, type(None), type(Ellipsis))


def _window(array: Any, key: Any) -> Any:
    """Return ``array[key]``, also a single entry, as a window."""
    parts = key if isinstance(key, tuple) else (key,)
    rest = () if any(part is Ellipsis for part in parts) else (Ellipsis,)
    return array[(*parts, *rest)]


def _joined(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    target = planning.new(shape, 0)
    places = Places(target)
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
    np.prod: _product,
    np.any: _truth,
    np.all: _truth,
    np.logaddexp: _log_of_sum,
    norms._euclidean: _norm,
    statistics._squared_distance: _squared_distance,
    getitem: _moved,
    reshaped: _moved,
    np.ravel: _moved,
    np.transpose: _moved,
    np.broadcast_to: _moved,
    np.diagonal: _moved,
    np.lib.stride_tricks.sliding_window_view: _moved,
    np.roll: _moved,
    np.tile: _moved,
    np.repeat: _moved,
    permute: _moved,
    _rearrange: _moved,
    surround: _surrounded,
    np.matmul: multiplied,
    _contract: contracted,
    update: _updated,
    scatter: _scattered,
    concatenated: _joined,
    stacked: _joined,
    collected: _joined,
    beside: _beside,
    np.diff: differences,
    np.cumsum: running,
    np.cumprod: running,
    recurrence: running,
}
