"""Products of matrices as functions: a call of BLAS, or one for each place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diffops.jit.arrays import blas
from diffops.jit.arrays.buffers import Shape, View
from diffops.jit.arrays.nodes import Product

if TYPE_CHECKING:
    from diffops.jit.arrays.straight import Straight


def source(emission: Straight, node: Product) -> str:
    """Return the function NAME of pointers to both factors and to the result."""
    left, right, result = node.views()
    places = result.shape[: max(len(left.shape), len(right.shape)) - 2]
    lines: list[str] = []
    pointers = ["%p0", "%p1", "%p2"]
    ends: list[str] = []
    for axis, count in enumerate(places):
        strides = tuple(view.strides[axis] for view in node.views())
        real = result.buffer.real
        pointers, end = _turn(lines, axis, count, pointers, strides, real)
        ends = end + ends
    a, b = (View(v.buffer, v.shape[-2:], v.strides[-2:]) for v in (left, right))
    if len(a.shape) == len(b.shape) == 2 and result.strides[-1] > 1:
        # Column by column: that is the transpose of the result, row by row.
        a, b = _turned(b), _turned(a)
        pointers = [pointers[1], pointers[0], pointers[2]]
    lines += blas.call(emission, a, b, pointers)
    head = "define internal void @NAME(ptr %p0, ptr %p1, ptr noalias %p2) #2 {"
    return "\n".join([head, *lines, *ends, "ret void", "}"])


def _turned(matrix: View) -> View:
    return View(matrix.buffer, matrix.shape[::-1], matrix.strides[::-1])


def _turn(
    lines: list[str],
    axis: int,
    count: int,
    pointers: list[str],
    strides: Shape,
    real: str,
) -> tuple[list[str], list[str]]:
    """Open a loop; return the pointers in it, and the lines that close it."""
    k = f"%k{axis}"
    lines += [
        f"br label %before{axis}",
        f"before{axis}:",
        f"br label %loop{axis}",
        f"loop{axis}:",
        f"{k} = phi i64 [0, %before{axis}], [{k}.next, %end{axis}]",
    ]
    moved = []
    for i, (pointer, stride) in enumerate(zip(pointers, strides, strict=True)):
        lines += [
            f"{k}.m{i} = mul nsw i64 {k}, {stride}",
            f"{k}.p{i} = getelementptr {real}, ptr {pointer}, i64 {k}.m{i}",
        ]
        moved.append(f"{k}.p{i}")
    return moved, [
        f"br label %end{axis}",
        f"end{axis}:",
        f"{k}.next = add nuw nsw i64 {k}, 1",
        f"{k}.more = icmp ult i64 {k}.next, {count}",
        f"br i1 {k}.more, label %loop{axis}, label %after{axis}",
        f"after{axis}:",
    ]
