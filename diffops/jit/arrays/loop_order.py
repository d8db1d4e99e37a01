"""Which axis the innermost loop of a nest goes along: a long one, with few leaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diffops.jit.arrays.buffers import Gather, Shape, merged_axes
from diffops.jit.arrays.long_sums import is_of_many_singles
from diffops.jit.arrays.nodes import Move, Reduce

#: Below, a loop is not vectorised; beginning one takes about as long as so many turns.
_VECTOR, _BEGINNING = 16, 4
#: What an entry costs whose neighbour is elsewhere, measured by vectors of neighbours;
#: and where lines of memory leave the cache before their other entries are needed.
_LEAP, _FAR_LEAP = 3.0, 8.0
#: That is so after so many leaps.
_CACHED = 4096


def is_fixed(nodes: list[Any]) -> bool:
    """Tell whether the order of loops matters for the results of these nodes.

    Of what goes to equal places, the last one stays; sums of many singles need the
    order that was expected when their totals got a type.
    """
    return any(
        isinstance(node.target, Gather)
        if isinstance(node, Move)
        else isinstance(node, Reduce) and is_of_many_singles(node)
        for node in nodes
    )


def best_axes(shape: Shape, rows: list[Shape], reduced: list[Shape]) -> list[list[int]]:
    """Return the axes of each loop, in the order that is expected to be fastest.

    Arguments and result are those of `merged_axes`.
    """
    plain = list(range(len(shape)))
    orders = [plain]
    orders += [
        [*(i for i in plain if i != axis), axis]
        for axis in plain[:-1]
        if shape[axis] >= _VECTOR
    ]
    found = [merged_axes(shape, rows, reduced, order) for order in orders]
    return min(found, key=_cost(shape, rows, reduced))  # the first of equals


def _cost(
    shape: Shape, rows: list[Shape], reduced: list[Shape]
) -> Callable[[list[list[int]]], float]:
    """Return what estimates the time of an entry."""

    def cost(groups: list[list[int]]) -> float:
        if not groups:
            return 0.0
        turns = 1
        for axis in groups[-1]:
            turns *= shape[axis]
        inner = groups[-1][-1]
        moves = [abs(strides[inner]) for strides in rows]
        leaps = sum(move > 1 for move in moves)
        steady = sum(move == 1 for move in moves)
        work = leaps * (_LEAP if turns <= _CACHED else _FAR_LEAP)
        work += 0.3 + 0.15 * steady if turns >= _VECTOR else 0.7 + 0.3 * steady
        for axes in reduced:
            flags = [group[0] in axes for group in groups]
            while flags and flags[-1]:
                flags.pop()
            work += 0.2 * any(flags)  # it is summed up in memory
        return work + _BEGINNING / turns

    return cost
