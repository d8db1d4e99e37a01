"""Long sums of singles, which are no less accurate than NumPy's.

Over the last axes, blocks are summed up as singles, and added up as doubles: a sum of
any length has the rounding errors of one block, and the lanes of vectors share these.
(NumPy adds in pairs.) Over other axes, where totals are kept in memory, they are
doubles. (NumPy adds row after row.)
"""

from __future__ import annotations

import math

from diffops.jit.arrays.buffers import Shape
from diffops.jit.arrays.nodes import Reduce

#: Entries of a block: enough for the lanes of several vectors.
BLOCK = 512
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


def is_long(node: Reduce) -> bool:
    """Tell whether a reduction adds up more singles than a block has."""
    return is_of_many_singles(node) and _count(node) > BLOCK


def _count(node: Reduce) -> int:
    return math.prod(node.space[axis] for axis in node.axes)


def whole(total: str) -> str:
    """Return where the sum of blocks is, of which one has its sum in ``total``."""
    return f"{total}.whole"


def joining(total: str, u: int) -> list[str]:
    """Return the lines that add the sum of a block to that of all before."""
    return [
        f"%w{u} = load float, ptr {total}",
        f"%w{u}.d = fpext float %w{u} to double",
        f"%w{u}.o = load double, ptr {whole(total)}",
        f"%w{u}.n = fadd double %w{u}.o, %w{u}.d",
        f"store double %w{u}.n, ptr {whole(total)}",
    ]


def within(turn: str, end: str, last: str) -> list[str]:
    """Return the lines that say where a block ends that begins at some turn."""
    return [
        f"{last}.b = add nuw nsw i64 {turn}, {BLOCK}",
        f"{last}.s = icmp ult i64 {last}.b, {end}",
        f"{last} = select i1 {last}.s, i64 {last}.b, i64 {end}",
    ]
