"""Where the buffers of a plan lie in its workspace: what is read no more makes room."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterator
from typing import Any

from diffops.jit.arrays.buffers import Buffer, Gather, View
from diffops.jit.arrays.nodes import Each, Move, Plan, Product, Running
from diffops.jit.arrays.reals import WIDTHS

#: Buffers begin at a multiple of so many doubles.
ALIGNMENT = 8


def place(plan: Plan, kept: list[Buffer]) -> int:
    """Place the buffers that have no pointer yet; return how many doubles all take.

    Nests of one level read and write in any order: memory that one of them reads is
    free from the next level on. ``kept`` are buffers that live from beginning to end.
    """
    lives = _lives(plan)
    lives.update({id(buffer): (-math.inf, math.inf) for buffer in kept})
    ours = [buffer for buffer in plan.buffers if not buffer.pointer]
    ours.sort(key=lambda buffer: lives.get(id(buffer), (0, 0)))
    memory = _Memory()
    ends: list[tuple[float, int, int]] = []
    for buffer in ours:
        first, last = lives.get(id(buffer), (0, 0))
        while ends and ends[0][0] < first:
            _, start, size = ends.pop(0)
            memory.free(start, size)
        size = _room(buffer)
        start = memory.allocate(size)
        insort(ends, (last, start, size))
        buffer.pointer = f"%w{start}"
    return memory.size


def _room(buffer: Buffer) -> int:
    doubles = -(-buffer.size * WIDTHS[buffer.real] // 8)
    return -(-doubles // ALIGNMENT) * ALIGNMENT


def _lives(plan: Plan) -> dict[int, tuple[float, float]]:
    """Return the first and the last level at which each buffer is touched."""
    lives: dict[int, tuple[float, float]] = {}
    for node in plan.nodes:
        for buffer in _touched(node):
            first, last = lives.get(id(buffer), (node.level, node.level))
            lives[id(buffer)] = min(first, node.level), max(last, node.level)
    for output in plan.outputs:
        for buffer in _buffers(output):
            first, _ = lives.get(id(buffer), (-math.inf, 0))
            lives[id(buffer)] = first, math.inf
    return lives


def _touched(node: Any) -> Iterator[Buffer]:
    """Yield the buffers that a node reads or writes."""
    if isinstance(node, (Product, Running)):
        values: list[Any] = node.views()
    elif isinstance(node, Each):
        values = [*node.operands, node]
    else:
        target = node.target if isinstance(node, Move) else node.result
        values = [node.operand, target]
    for value in values:
        yield from _buffers(value)


def _buffers(value: Any) -> Iterator[Buffer]:
    if isinstance(value, Each):
        value = value.stored
    if isinstance(value, View):
        yield value.buffer
    elif isinstance(value, Gather):
        yield value.buffer
        yield value.places.buffer


class _Memory:
    """Stretches of memory that are free, and the size of all."""

    def __init__(self) -> None:
        self.size = 0
        self._gaps: list[tuple[int, int]] = []  # begins, ends; in order

    def allocate(self, size: int) -> int:
        """Return where so much room begins: in the smallest gap that has it."""
        fitting = [gap for gap in self._gaps if gap[1] - gap[0] >= size]
        if fitting:
            gap = min(fitting, key=lambda gap: (gap[1] - gap[0], gap[0]))
            self._gaps.remove(gap)
            if gap[0] + size < gap[1]:
                insort(self._gaps, (gap[0] + size, gap[1]))
            return gap[0]
        start = self.size
        if self._gaps and self._gaps[-1][1] == self.size:  # the last one grows
            start, _ = self._gaps.pop()
        self.size = start + size
        return start

    def free(self, start: int, size: int) -> None:
        """Take room back, joined with what is free beside it."""
        end = start + size
        for gap in [gap for gap in self._gaps if gap[1] == start or gap[0] == end]:
            self._gaps.remove(gap)
            start, end = min(start, gap[0]), max(end, gap[1])
        insort(self._gaps, (start, end))
