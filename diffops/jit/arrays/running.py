"""Running sums, products and recurrences along an axis, each entry from the last one.

They go through one line of entries after the other, or through whole slices where the
axis is not the last one. So they add in the order in which NumPy does, on one thread.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from diffops.jit.arrays.buffers import Shape
from diffops.jit.arrays.loop_lines import LoopLines
from diffops.jit.arrays.nodes import NotOfArrays, Running
from diffops.jit.program import Operation

if TYPE_CHECKING:
    from diffops.jit.arrays.planning import Planning

#: The next entry from the last one, ``{s}``, and from those of the operands.
_STEPS = {
    "cumsum": ["{y} = fadd {real} {s}, {0}"],
    "cumprod": ["{y} = fmul {real} {s}, {0}"],
    "recurrence": ["{y}.m = fmul {real} {0}, {s}", "{y} = fadd {real} {y}.m, {1}"],
}


def running(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    """Add ``y[k] = y[k-1] + x[k]`` or the like: a cumsum, cumprod or recurrence."""
    axis = step.params["axis"]
    if any(planning.shape(slot) != shape for slot in step.slots):
        raise NotOfArrays
    if shape[axis] == 1:
        return values[-1]
    views = [planning.stored(value, shape) for value in values]
    views = [
        view if view.buffer.real == planning.real else planning.moved(view, shape)
        for view in views
    ]
    level = max(planning.level(view, shape) for view in views)
    result = planning.new(shape, level)
    planning.plan.nodes.append(Running(step.name, views, axis, result, level))
    return result


def source(node: Running) -> str:
    """Return the function NAME of pointers to the operands and to the result."""
    return _Lines(node).text()


class _Lines(LoopLines):
    """The function of one node."""

    def __init__(self, node: Running) -> None:
        super().__init__()
        self.node = node
        self.real = node.result.buffer.real

    def text(self) -> str:
        """Return the function."""
        pointers = [f"%p{i}" for i in range(len(self.node.views()))]
        self._outside(0, pointers)
        arguments = [f"ptr {pointer}" for pointer in pointers[:-1]]
        arguments.append(f"ptr noalias {pointers[-1]}")
        head = f"define internal void @NAME({', '.join(arguments)}) #2 {{"
        return "\n".join([head, *self._lines, "ret void", "}"])

    def _outside(self, axis: int, pointers: list[str]) -> None:
        """Go through the axes before that along which entries follow each other."""
        shape, along = self.node.result.shape, self.node.axis
        if axis < along:
            turn = self._open()
            self._outside(axis + 1, self._moved(pointers, turn, axis))
            self._close(turn, shape[axis])
        elif math.prod(shape[along + 1 :]) == 1:
            self._line_of_entries(pointers)
        else:
            self._inside(along + 1, pointers, is_first=True)
            turn = self._open(1)
            self._inside(along + 1, self._moved(pointers, turn, along), is_first=False)
            self._close(turn, shape[along])

    def _line_of_entries(self, pointers: list[str]) -> None:
        """Go along the axis with the last entry in a register."""
        along = self.node.axis
        last = self._loaded(pointers[-2])
        self._line(f"store {self.real} {last}, ptr {pointers[-1]}")
        before = f"%s{self._fresh()}"
        turn = self._open(1)
        u = turn[2:]
        y = f"%y{u}"
        self._line(f"{before} = phi {self.real} [{last}, %before{u}], [{y}, %end{u}]")
        self._next(self._moved(pointers, turn, along), before, y)
        self._close(turn, self.node.result.shape[along])

    def _inside(self, axis: int, pointers: list[str], is_first: bool) -> None:
        """Go through the axes behind, in a slice: the first one, or the next one."""
        shape = self.node.result.shape
        if axis < len(shape):
            turn = self._open()
            self._inside(axis + 1, self._moved(pointers, turn, axis), is_first)
            self._close(turn, shape[axis])
        elif is_first:
            entry = self._loaded(pointers[-2])
            self._line(f"store {self.real} {entry}, ptr {pointers[-1]}")
        else:
            back = -self.node.result.strides[self.node.axis]
            place = self._at(pointers[-1], str(back))
            self._next(pointers, self._loaded(place), f"%y{self._fresh()}")

    def _next(self, pointers: list[str], last: str, y: str) -> None:
        """Compute an entry from the last one, and store it."""
        entries = [self._loaded(pointer) for pointer in pointers[:-1]]
        for line in _STEPS[self.node.kind]:
            self._line(line.format(*entries, s=last, y=y, real=self.real))
        self._line(f"store {self.real} {y}, ptr {pointers[-1]}")

    def _moved(self, pointers: list[str], turn: str, axis: int) -> list[str]:
        """Return the pointers to operands and result, moved along an axis."""
        moved = []
        for view, pointer in zip(self.node.views(), pointers, strict=True):
            place = f"%m{self._fresh()}"
            self._line(f"{place} = mul nsw i64 {turn}, {view.strides[axis]}")
            moved.append(self._at(pointer, place))
        return moved

    def _at(self, pointer: str, distance: str) -> str:
        place = f"%b{self._fresh()}"
        self._line(
            f"{place} = getelementptr {self.real}, ptr {pointer}, i64 {distance}"
        )
        return place

    def _loaded(self, pointer: str) -> str:
        entry = f"%x{self._fresh()}"
        self._line(f"{entry} = load {self.real}, ptr {pointer}")
        return entry
