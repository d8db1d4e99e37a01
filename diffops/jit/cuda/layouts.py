"""How the nodes of a nest are shared out to kernels, and how those are laid out.

All depends on shapes alone, never on the card: so do the bits of sums.
"""

from __future__ import annotations

import math
from typing import Any

from diffops.jit.arrays.buffers import Gather, Shape, View
from diffops.jit.arrays.nodes import Each, Move, Reduce
from diffops.jit.cuda.kernel_text import Layout

#: Threads that run as one; shorter sums are not worth so many.
_WARP = 32
#: Threads of a block; a multiple of those of a warp.
_BLOCK = 256
#: Loops go on from here in strides of the grid.
_MOST_BLOCKS = 2**16
#: A thread sums up at least so many entries before reductions are parted: of a row,
#: of a column,
_LONG_ROW, _LONG_COLUMN = 16, 64
#: and so many threads keep a card busy.
_MANY_THREADS = 2**17


def bunches(groups: list[list[Any]], most: int) -> list[list[Any]]:
    """Put groups of nodes together while they read and write at most so many arrays."""
    found: list[list[Any]] = []
    room = 0
    for group in groups:
        count = sum(map(_arrays, group))
        if count > room:
            found.append([])
            room = most
        found[-1] += group
        room -= count
    return found


def _arrays(node: Any) -> int:
    """Return how many arrays a node reads and writes at most."""
    operands = node.operands if isinstance(node, Each) else [node.operand]
    return 2 + 2 * sum(isinstance(value, (View, Gather)) for value in operands)


def shared_out(shape: Shape, nodes: list[Any]) -> list[tuple[Shape, list[Any]]]:
    """Return the reduced axes, of more than one entry, and the nodes of each kernel.

    Reductions over different axes are kernels of their own, which compute again what
    they need, entry by entry; all that is stored or moved is so in the first one.
    """
    groups: dict[Shape, list[Any]] = {}
    for node in nodes:
        if isinstance(node, Reduce):
            long = tuple(sorted(axis for axis in node.axes if shape[axis] != 1))
            groups.setdefault(long, []).append(node)
    kept = [
        node
        for node in nodes
        if isinstance(node, Move) or (isinstance(node, Each) and node.stored)
    ]
    kernels = []
    for axes, reductions in (groups or {(): []}).items():
        kernels.append((axes, _needed(nodes, kept + reductions)))
        kept = []
    return kernels


def _needed(nodes: list[Any], wanted: list[Any]) -> list[Any]:
    """Return the nodes that some need, and those, in order."""
    needed = {id(node) for node in wanted}
    for node in reversed(nodes):
        if id(node) in needed:
            operands = node.operands if isinstance(node, Each) else [node.operand]
            needed |= {id(value) for value in operands if isinstance(value, Each)}
    return [node for node in nodes if id(node) in needed]


def layout_of(shape: Shape, reduced: Shape) -> Layout:
    """Return the layout of a kernel over a shape, of which some axes are reduced."""
    if not reduced:
        return Layout("each", *_threads(math.prod(shape)))
    count = math.prod(shape[axis] for axis in reduced)
    kept = math.prod(shape) // count
    last = max(axis for axis, n in enumerate(shape) if n != 1)
    if last in reduced and count >= _WARP:
        block = min(_BLOCK, _WARP * -(-count // _WARP))
        most = max(1, _MANY_THREADS // (kept * block))
        parts = min(most, -(-count // (block * _LONG_ROW)))
        return Layout("rows", min(kept * parts, _MOST_BLOCKS), block, parts)
    parts = max(1, min(_MANY_THREADS // kept, -(-count // _LONG_COLUMN)))
    return Layout("columns", *_threads(kept * parts), parts)


def together(parts: int, kept: int) -> Layout:
    """Return the layout of a kernel that puts the parts of reductions together."""
    block = min(_BLOCK, _WARP * -(-parts // _WARP))
    return Layout("rows", min(kept, _MOST_BLOCKS), block)


def _threads(count: int) -> tuple[int, int]:
    """Return blocks, and threads in each, for so many entries."""
    block = min(_BLOCK, _WARP * -(-count // _WARP))
    return min(-(-count // block), _MOST_BLOCKS), block
