"""Long sums, which are about as accurate as NumPy's, or more so.

Over the last axes, blocks of singles are summed up as such, and added up as doubles: a
sum of any length has the rounding errors of one block, and the lanes of vectors share
these. (NumPy adds in pairs.) Over other axes, where totals are kept in memory, they are
doubles. (NumPy adds row after row.) Doubles are summed up in blocks too, longer ones.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from diffops.jit.arrays.buffers import Shape
from diffops.jit.arrays.nodes import Reduce

if TYPE_CHECKING:
    from diffops.jit.arrays.nest import Nest

#: Entries of a block: enough for the lanes of several vectors.
BLOCK = 512
#: And of one of doubles, whose sums are added up as doubles too.
BLOCK_OF_DOUBLES = 2048
#: Sums of fewer entries, one after the other, are as good as NumPy's.
_FEW = 64


def real_of_total(kind: str, real: str, shape: Shape, axes: Shape) -> str:
    """Return the type of the totals of a reduction over some axes."""
    long = [axis for axis, n in enumerate(shape) if n != 1]
    summed = [axis for axis in long if axis in axes]
    count = math.prod(shape[axis] for axis in summed)
    last = long[len(long) - len(summed) :]
    return "double" if kind == "add" and summed != last and count > _FEW else real


def is_of_many_singles(node: Reduce) -> bool:
    """Tell whether a reduction adds up more singles than may be added in any order."""
    return (
        node.kind == "add"
        and node.result.buffer.real == "float"
        and _count(node) > _FEW
    )


def _count(node: Reduce) -> int:
    return math.prod(node.space[axis] for axis in node.axes)


def among(nest: Nest) -> list[Reduce]:
    """Return the sums of a nest over its last axes that are added up by blocks."""
    turns = nest.counts[-1] if nest.counts else 1
    sums = [node for node in nest.reductions if node.kind == "add"]
    return [n for n in sums if n not in nest.in_memory and _is_long(n, turns)]


def _is_long(node: Reduce, turns: int) -> bool:
    """Tell whether a sum has more terms than a block, of doubles in its last loop."""
    if node.result.buffer.real == "float":
        return _count(node) > BLOCK
    return turns > BLOCK_OF_DOUBLES


def block_of(sums: list[Reduce]) -> int:
    """Return how many entries the blocks of some long sums have."""
    reals = {node.result.buffer.real for node in sums}
    return BLOCK if "float" in reals else BLOCK_OF_DOUBLES


def whole(total: str) -> str:
    """Return where the sum of blocks is, of which one has its sum in ``total``."""
    return f"{total}.whole"


def joining(real: str, total: str, u: int) -> list[str]:
    """Return the lines that add the sum of a block to that of all before."""
    lines, part = [f"%w{u} = load {real}, ptr {total}"], f"%w{u}"
    if real == "float":
        lines.append(f"%w{u}.d = fpext float %w{u} to double")
        part = f"%w{u}.d"
    return [
        *lines,
        f"%w{u}.o = load double, ptr {whole(total)}",
        f"%w{u}.n = fadd double %w{u}.o, {part}",
        f"store double %w{u}.n, ptr {whole(total)}",
    ]


def rounded(real: str, total: str, y: str) -> list[str]:
    """Return the lines that give the sum of all blocks a name."""
    if real == "double":
        return [f"{y} = load double, ptr {whole(total)}"]
    return [
        f"{y}.d = load double, ptr {whole(total)}",
        f"{y} = fptrunc double {y}.d to float",
    ]


def within(turn: str, end: str, last: str, block: int) -> list[str]:
    """Return the lines that say where a block ends that begins at some turn."""
    return [
        f"{last}.b = add nuw nsw i64 {turn}, {block}",
        f"{last}.s = icmp ult i64 {last}.b, {end}",
        f"{last} = select i1 {last}.s, i64 {last}.b, i64 {end}",
    ]
