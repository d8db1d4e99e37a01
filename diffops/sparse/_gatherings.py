"""Dependences through functions that gather entries: sums, products, transforms.

What is not known more closely makes every output depend on every input.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.modes.pattern import Call, Flow
from diffops.modes.pattern_rows import Rows, numbers, union, union_of
from diffops.sparse._moves import (
    broadcast,
    elementwise,
    picked,
    repeated,
    size,
    together,
)
from diffops.values.methods import shape_of as shape


def dense(call: Call) -> Any:
    """Every output depends on what any argument depends on."""
    arguments = [i for i, carry in enumerate(call.carries) if carry is not None]
    total = union_of(call.rows(i).total() for i in arguments)
    if isinstance(call.y, tuple):
        return tuple(repeated(total, size(y), call) for y in call.y)
    return repeated(total, size(call.y), call)


def kept_shape(old: tuple[int, ...], axis: Any) -> tuple[int, ...]:
    """Return the shape of a reduction over axes that keeps them."""
    if axis is None:
        return (1,) * len(old)
    chosen = axis if isinstance(axis, tuple) else (axis,)
    axes = {range(len(old))[i] for i in chosen}
    return tuple(1 if i in axes else n for i, n in enumerate(old))


def merged(rows: Rows, old: tuple[int, ...], axis: Any) -> tuple[Rows, tuple[int, ...]]:
    """Return the unions over some axes, and the shape that they have."""
    short = kept_shape(old, axis)
    groups = np.broadcast_to(numbers(short), old)
    return rows.grouped(groups, math.prod(short)), short


def reducing(call: Call) -> Rows:
    """Gather along ``axis``, all axes if it is None."""
    rows, _ = merged(call.rows(0), shape(call.args[0]), call.params.get("axis"))
    return rows


def lines(call: Call) -> Rows:
    """Every entry depends on all entries along ``axis``, of all arguments."""
    axis = call.params["axis"]
    y = shape(call.y)
    parts = [
        broadcast(*merged(call.rows(i), shape(arg), axis), y)
        for i, arg in enumerate(call.args)
        if call.carries[i] is not None
    ]
    return together(parts, call)


def permuting(call: Call) -> Rows:
    """Reorder along an axis; in an order that depends on the inputs, all may come."""
    if call.unknown:
        return lines(call)
    axis, order = call.params["axis"], call.params["order"]
    places = np.take_along_axis(numbers(shape(call.args[0])), order, axis)
    return picked(call.rows(0), places)


def running(call: Call) -> Rows:
    """Gather what comes before along ``axis``, by doubling the reach at each step."""
    y = shape(call.y)
    rows = elementwise(call)
    axis = range(len(y))[call.params["axis"]]
    reach = 1
    while reach < y[axis] and not rows.is_empty():
        places = np.full(y, -1, dtype=np.intp)
        into = (slice(None),) * axis + (slice(reach, None),)
        places[into] = numbers(y)[(slice(None),) * axis + (slice(-reach),)]
        rows = union([rows, rows.take(places)])
        reach *= 2
    return rows


def differencing(call: Call) -> Rows:
    """Gather n + 1 neighbours along ``axis``."""
    n, axis = call.params["n"], call.params["axis"]
    places = np.moveaxis(numbers(shape(call.args[0])), axis, 0)
    count = max(places.shape[0] - n, 0)
    parts = [
        call.rows(0).take(np.moveaxis(places[i : i + count], 0, axis))
        for i in range(n + 1)
    ]
    return union(parts)


def stepping(call: Call) -> Rows:
    """Go in steps along ``axis`` from one end to the other: all depend on both."""
    y = shape(call.y)
    axis = range(len(y))[call.params["axis"]]
    ends = y[:axis] + y[axis + 1 :]
    parts = []
    for i, arg in enumerate(call.args):
        if call.carries[i] is not None:
            places = np.expand_dims(np.broadcast_to(numbers(shape(arg)), ends), axis)
            parts.append(call.rows(i).take(np.broadcast_to(places, y)))
    return together(parts, call)


def stacks(*ranks: int) -> Flow:
    """Return the flow of a function of stacks of matrices, each a matter of its own.

    ``ranks`` are the numbers of axes that belong to a matrix, per argument.
    """

    def flow(call: Call) -> Any:
        parts = []
        for i, (arg, rank) in enumerate(zip(call.args, ranks, strict=True)):
            if call.carries[i] is not None:
                old = shape(arg)
                axes = tuple(range(len(old) - rank, len(old)))
                rows, _ = merged(call.rows(i), old, axes)
                parts.append((rows, old[: len(old) - rank]))
        leads = [
            shape(arg)[: len(shape(arg)) - rank]
            for arg, rank in zip(call.args, ranks, strict=True)
        ]
        lead = np.broadcast_shapes(*leads)
        rows = union([broadcast(*part, lead) for part in parts])
        if isinstance(call.y, tuple):
            return tuple(_within(rows, lead, shape(y)) for y in call.y)
        return _within(rows, lead, shape(call.y))

    return flow


def _within(rows: Rows, lead: tuple[int, ...], y: tuple[int, ...]) -> Rows:
    places = numbers(lead).reshape(lead + (1,) * (len(y) - len(lead)))
    return picked(rows, np.broadcast_to(places, y))


def solving(call: Call) -> Any:
    """Solve linear equations for a vector or a matrix."""
    return stacks(2, 1 if len(shape(call.args[1])) == 1 else 2)(call)
