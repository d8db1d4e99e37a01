"""Dependences through functions that move, join, pick or write entries.

Where the entries go is found by running the function itself on their numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.modes.pattern import Call
from diffops.modes.pattern_rows import EMPTY, Rows, Set, numbers, stacked, union
from diffops.tags import Tracked
from diffops.values.methods import shape_of as shape


def size(value: Any) -> int:
    """Return the number of entries of a value."""
    return math.prod(shape(value))


def picked(rows: Rows, places: Any) -> Rows:
    """Return the rows at some places: themselves if those are all in order."""
    places = np.asarray(places)
    if places.size == rows.count and np.array_equal(
        places.reshape(-1), numbers((rows.count,))
    ):
        return rows
    return rows.take(places)


def broadcast(rows: Rows, old: tuple[int, ...], new: tuple[int, ...]) -> Rows:
    """Return the rows of an array that was broadcast to another shape."""
    return rows if old == new else picked(rows, np.broadcast_to(numbers(old), new))


def together(parts: Sequence[Rows], call: Call) -> Rows:
    """Return the union of rows of the output; there need not be any."""
    return union(parts) if parts else Rows.empty(size(call.y), call.inputs)


def repeated(inputs: Set, count: int, call: Call) -> Rows:
    """Return rows that all depend on the same inputs."""
    if not inputs:
        return Rows.empty(count, call.inputs)
    one = Rows(1, call.inputs, sets=[inputs])
    return picked(one, np.zeros(count, dtype=np.intp))


def same(call: Call) -> Any:
    """Each entry depends on what the entry in its place depends on."""
    return call.carries[0]


def nothing(call: Call) -> Any:
    """No entry depends on anything: the derivative is zero wherever it exists."""
    if isinstance(call.y, tuple):
        return tuple(Rows.empty(size(y), call.inputs) for y in call.y)
    return Rows.empty(size(call.y), call.inputs)


def by_shapes_alone(call: Call) -> None:
    """The result is the same for all values of the inputs."""


def shaped_by_values(call: Call) -> Any:
    """How many entries there are depends on the values."""
    call.level.refuse(None, f"the shape of the result of {call.primitive.name}")


def elementwise(call: Call) -> Rows:
    """Each entry depends on what the entries that meet there depend on."""
    y = shape(call.y)
    partials = call.primitive.partials or (1,) * len(call.args)
    parts = [
        broadcast(call.rows(i), shape(arg), y)
        for i, (arg, partial) in enumerate(zip(call.args, partials, strict=True))
        if call.carries[i] is not None and partial is not None
    ]
    return together(parts, call)


def moving(call: Call) -> Rows:
    """Run the function on numbers: where one comes out, its entry went."""
    places = call.primitive.function(numbers(shape(call.args[0])), **call.params)
    return picked(call.rows(0), places)


def moving_among_zeros(call: Call) -> Rows:
    """Run the function on numbers from one on: where it puts zeros, nothing is."""
    places = call.primitive.function(numbers(shape(call.args[0])) + 1, **call.params)
    return call.rows(0).take(places - 1)


def joining(call: Call) -> Rows:
    """Run the function on the numbers of all arguments' entries."""
    if all(not hasattr(arg, "__len__") for arg in call.args):
        sets: list[Any] = [EMPTY if c is None else c for c in call.carries]
        if not any(isinstance(c, Rows) for c in sets):
            return Rows(len(sets), call.inputs, sets=sets)
    parts = []
    places = []
    start = 0
    for i, arg in enumerate(call.args):
        if call.carries[i] is None:
            places.append(np.full(shape(arg), -1)[()])
        else:
            places.append((numbers(shape(arg)) + np.intp(start))[()])
            parts.append(call.rows(i))
            start += parts[-1].count
    return stacked(parts).take(call.primitive.function(*places, **call.params))


def choosing(call: Call) -> Rows:
    """A fixed condition chooses; under one that depends on the inputs both may come."""
    if call.unknown:
        return elementwise(call)
    parts = [
        broadcast(call.rows(i), shape(call.args[i]), shape(call.y)) for i in (0, 1)
    ]
    condition = np.broadcast_to(call.params["condition"], shape(call.y)).reshape(-1)
    if condition.all():
        return parts[0]
    count = size(call.y)
    return stacked(parts).take(np.arange(count) + np.where(condition, 0, count))


def reading(call: Call) -> Any:
    """Read at an index; where that depends on the inputs, along the whole axis."""
    key = call.params["key"]
    array = shape(call.args[0])
    rows = call.rows(0)
    if key.__class__ is int and len(array) == 1:
        return rows.item(key % array[0])
    if not call.unknown:
        return picked(rows, numbers(array)[key])
    parts, axes = _unrolled(call.unknown["key"], len(array))
    wide = [i for i, part in enumerate(parts) if isinstance(part, Tracked)]
    if any(parts[i].dtype == bool for i in wide):
        shaped_by_values(call)
    over = {axes[i] for i in wide}
    short = tuple(1 if axis in over else n for axis, n in enumerate(array))
    merged = rows.grouped(np.broadcast_to(numbers(short), array), math.prod(short))
    for i in wide:
        parts[i] = np.zeros(parts[i].shape, dtype=np.intp)
    return merged.take(numbers(short)[tuple(parts)])


def _unrolled(key: Any, ndim: int) -> tuple[list[Any], list[int]]:
    """Return the parts of an index, without an ellipsis, and the axis of each."""
    parts = list(key) if isinstance(key, tuple) else [key]
    taken = [_axes_taken(part) for part in parts]
    for i, part in enumerate(parts):
        if part is Ellipsis:
            rest = ndim - sum(taken)
            parts[i : i + 1] = [slice(None)] * rest
            taken[i : i + 1] = [1] * rest
            break
    return parts, [0, *np.cumsum(taken).tolist()][:-1]


def _axes_taken(part: Any) -> int:
    if part is None or part is Ellipsis:
        return 0
    kind = getattr(part, "dtype", np.dtype(int)).kind
    return len(shape(part)) if kind == "b" else 1


def writing(call: Call) -> Rows:
    """Write at an index; where that depends on the inputs, any entry may change."""
    key = call.params["key"]
    array, value = call.args
    rows = call.rows(0)
    if call.unknown:
        new = repeated(call.rows(1).total(), rows.count, call)
        return union([rows, new])
    if key.__class__ is int and rows.count == array.shape[0]:
        places = np.array([key % rows.count])
    else:
        places = np.asarray(numbers(shape(array))[key])
    if call.carries[1] is None:
        values = Rows.empty(places.size, call.inputs)
    else:
        values = broadcast(call.rows(1), shape(value), places.shape)
    return rows.written(places, values, bool(call.params.get("reuse")))


def scattering(call: Call) -> Rows:
    """Add at an index: entries that it names twice depend on both."""
    (values,) = call.args
    target = call.params["shape"]
    if call.unknown:
        return repeated(call.rows(0).total(), math.prod(target), call)
    places = np.asarray(numbers(target)[call.params["key"]])
    rows = broadcast(call.rows(0), shape(values), places.shape)
    return rows.grouped(places, math.prod(target))
