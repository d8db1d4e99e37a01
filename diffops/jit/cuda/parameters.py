"""The parameters of a kernel: windows on memory, and the axes gone through as one."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from diffops.jit.arrays.buffers import Buffer, Gather, Shape, View, merged, strides_of
from diffops.jit.arrays.nodes import Each, Move, Reduce

#: Indices that stay below this are computed in 32 bits.
_SHORT = 2**30


class Parameters:
    """What the nodes of a kernel read and write: each window once, and how.

    ``arguments`` are the windows, ``kinds`` the types of their pointers. Numbers that
    the kernel does not compute itself, another one has stored.
    """

    def __init__(
        self,
        shape: Shape,
        nodes: list[Any],
        reduced: Shape,
        partial: dict[int, Buffer],
        flag: Buffer,
    ) -> None:
        self.shape = shape
        self.arguments: list[View] = []
        self.kinds: list[str] = []
        self._partial = partial
        self._flag = View(flag, (), ())
        self._inside = {id(node) for node in nodes}
        self._strides: list[Shape] = []
        self._keys: dict[Any, int] = {}
        self._still = (0,) * len(shape)
        for node in nodes:
            self._enter(node)
        long = [axis for axis, n in enumerate(shape) if n != 1]
        self.kept = self._merge([axis for axis in long if axis not in reduced])
        self.reduced = self._merge([axis for axis in long if axis in reduced])

    def _enter(self, node: Any) -> None:
        for operand in node.operands if isinstance(node, Each) else [node.operand]:
            if isinstance(operand, Gather):
                self.gather(operand)
            elif not isinstance(operand, float) and id(operand) not in self._inside:
                self.read(operand)
        if isinstance(node, Each):
            if node.code.guard:
                self._written(self._pointer(self._flag, self._still))
            elif node.stored is not None and node.shape == self.shape:
                self._written(self._pointer(node.stored, node.stored.strides))
        elif isinstance(node, Move):
            if isinstance(node.target, Gather):
                self._written(self.gather(node.target)[0])
            else:
                self._written(self._pointer(node.target, node.target.strides))
        else:
            self._written(self.result(node))

    def read(self, value: View | Each) -> int:
        """Return the pointer to a window, or to a number that another kernel stored."""
        if isinstance(value, Each):
            if value.stored is None:
                raise AssertionError(value)
            value = value.stored
        return self._pointer(value, value.strides if value.shape else self._still)

    def result(self, node: Reduce) -> int:
        """Return the pointer to where a reduction, or its parts, are written."""
        if id(node) in self._partial:
            return self._pointer(View(self._partial[id(node)], (), ()), self._still)
        strides = strides_of(node.result.shape)
        space = tuple(0 if i in node.axes else s for i, s in enumerate(strides))
        return self._pointer(node.result, space)

    def _pointer(self, view: View, strides: Shape, kind: str = "") -> int:
        key = (id(view.buffer), view.offset, strides)
        if key not in self._keys:
            self._keys[key] = len(self.arguments)
            self.arguments.append(view)
            self._strides.append(strides)
            self.kinds.append(f"const {kind or view.buffer.real}* __restrict__")
        return self._keys[key]

    def _written(self, pointer: int) -> None:
        self.kinds[pointer] = f"{self.arguments[pointer].buffer.real}*"

    def gather(self, gather: Gather) -> tuple[int, int]:
        """Return the pointers to what is gathered, and to its places."""
        places = gather.places
        base = self._pointer(View(gather.buffer, (), ()), self._still)
        return base, self._pointer(places, places.strides, "long long")

    def _merge(self, axes: list[int]) -> list[list[int]]:
        """Return runs of axes that are gone through as one."""
        rows = [tuple(strides[axis] for axis in axes) for strides in self._strides]
        shape = tuple(self.shape[axis] for axis in axes)
        firsts = [*merged(shape, rows, [False] * len(axes)), len(axes)]
        return [axes[a:b] for a, b in pairwise(firsts)]

    def stored(self, node: Each) -> int:
        """Return the pointer to where a result is kept."""
        assert node.stored is not None
        return self._pointer(node.stored, node.stored.strides)

    def target(self, view: View) -> int:
        """Return the pointer to where a copy goes."""
        return self._pointer(view, view.strides)

    def flag(self) -> int:
        """Return the pointer to what a guard sets."""
        return self._pointer(self._flag, self._still)

    def index(self) -> str:
        """Return the type that indices fit in."""
        reach = [
            sum((n - 1) * abs(s) for n, s in zip(self.shape, strides, strict=True))
            for strides in self._strides
        ]
        most = max([*reach, math.prod(self.shape)])
        return "int" if most < _SHORT else "long long"

    def at(self, pointer: int) -> str:
        """Return the entry of a window at the indices here."""
        strides = self._strides[pointer]
        terms = []
        for axes in (*self.kept, *self.reduced):
            stride = strides[axes[-1]]
            if stride:
                axis = f"i{axes[-1]}"
                terms.append(axis if stride == 1 else f"{axis} * {stride}")
        return f"p{pointer}[{' + '.join(terms) or '0'}]"
