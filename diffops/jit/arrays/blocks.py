"""Large loop nests in blocks, which threads may share.

Where a nest is cut depends on its shape and its operations alone, and partial results
are joined in one order: so the bits do not depend on who runs which block.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diffops.jit.arrays.buffers import Gather
from diffops.jit.arrays.nodes import Each, Move, Reduce
from diffops.jit.arrays.reals import WIDTHS

if TYPE_CHECKING:
    from diffops.jit.arrays.nest import Nest

#: Entries of a block.
_ENTRIES = 8192
#: The first loop of so many turns is cut, or else the longest.
_TURNS = 64
#: Shorter stretches of memory are not worth a block, in rows and within rows.
_STRETCH, _STRETCH_IN_ROWS = 64, 1024
#: Sums of fewer entries are added up at once.
_LONG_SUM = 4 * _ENTRIES
#: Partial results are at most so many, and at most one for so many entries.
_PARTIALS, _SPARSE = 65536, 64

# What an entry, an operation and a call of libm take, in hundredths of a nanosecond,
# and what a nest takes that is worth waking threads for, which takes half of that.
_ENTRY, _OPERATION, _CALL = 10, 5, 100
_WORTH_SHARING = 10_000_000

_CALLED = re.compile(r"declare (?:double|float) @(?!llvm\.)")


@dataclass(frozen=True)
class Blocks:
    """How a nest is cut: which loop, how many turns a block has, how many blocks.

    ``partial`` are the reductions of which a block does a part, ``shared`` says whether
    threads may help.
    """

    depth: int
    turns: int
    count: int
    partial: tuple[Reduce, ...]
    shared: bool

    @property
    def parts(self) -> int:
        """How many doubles the partial results of all blocks take."""
        return sum(room(node, self.count) for node in self.partial)


def room(node: Reduce, count: int) -> int:
    """Return how many doubles so many results of a reduction take."""
    buffer = node.result.buffer
    return -(-count * buffer.size * WIDTHS[buffer.real] // 8)


def blocks_of(nest: Nest, counts: list[int]) -> Blocks | None:
    """Return how a nest of loops of so many turns is cut; None where it is not."""
    entries = math.prod(counts)
    if not counts or any(map(_in_order, nest.nodes)):
        return None
    shared = entries * _cost(nest) >= _WORTH_SHARING
    if not shared and (entries < _LONG_SUM or not nest.reductions):
        return None
    long = [depth for depth, n in enumerate(counts) if n >= _TURNS]
    first = long[0] if long else counts.index(max(counts))
    for depth in (first, *(d for d in range(len(counts)) if d != first)):
        found = _cut(nest, counts, depth, shared)
        if found.count > 1 and (shared or found.partial):
            return found
    return None


def _in_order(node: object) -> bool:
    """Tell whether entries must be gone through one after the other."""
    if isinstance(node, Move):  # two entries may go to one place
        return isinstance(node.target, Gather)
    return isinstance(node, Each) and node.code.guard


def _cost(nest: Nest) -> int:
    calls = sum(bool(_CALLED.match(code.declares)) for code in nest.codes)
    return _ENTRY + _OPERATION * len(nest.nodes) + _CALL * calls


def _cut(nest: Nest, counts: list[int], depth: int, shared: bool) -> Blocks:
    """Cut one loop."""
    entries, turns = math.prod(counts), counts[depth]
    axis = nest.axes[depth][0]
    partial = tuple(node for node in nest.reductions if axis in node.axes)
    most = turns
    if partial:
        size = sum(node.result.buffer.size for node in partial)
        most = min(_PARTIALS, entries // _SPARSE) // size
    length = max(1, _ENTRIES * turns // entries, -(-turns // max(most, 1)))
    if depth == len(counts) - 1:
        length += -length % _STRETCH
        if depth:
            length = max(length, _STRETCH_IN_ROWS)
    return Blocks(depth, length, -(-turns // length), partial, shared)
