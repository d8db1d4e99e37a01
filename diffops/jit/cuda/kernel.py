"""One kernel as CUDA source: nodes over one space, of which some axes are reduced.

Without reductions, a grid-stride loop goes over all entries. With them, each entry of
the results is summed up by a block of threads that ends in a tree (``rows``), or by a
thread of its own (``columns``), whichever reads neighbouring entries at once; so there
is nothing to fill before, and sums do not depend on which thread comes first.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from diffops.jit.arrays.buffers import Buffer, Gather, Shape, View, merged, strides_of
from diffops.jit.arrays.nodes import Each, Move, Reduce
from diffops.jit.cuda.device import REDUCTIONS
from diffops.jit.cuda.expressions import expression, number

#: Indices that stay below this are computed in 32 bits.
_SHORT = 2**30


class Layout(NamedTuple):
    """How threads share the work: blocks, threads in each, parts of each reduction.

    Of several parts each is left in memory, and another kernel puts them together.
    """

    kind: str
    grid: int
    block: int
    parts: int = 1


class Kernel:
    """The nodes of one kernel: ``text(name)``, and the ``arguments`` to launch it with.

    Nodes are those of a nest, behind the numbers that each thread computes for itself;
    all reductions are over ``reduced``, the long axes. ``partial`` are the buffers in
    which the parts of reductions are left; a guard that does not hold sets ``flag``.
    """

    def __init__(
        self,
        shape: Shape,
        nodes: list[Any],
        reduced: Shape,
        layout: Layout,
        partial: dict[int, Buffer],
        flag: Buffer,
    ) -> None:
        self.shape = shape
        self.nodes = nodes
        self.layout = layout
        self.arguments: list[View] = []
        self._partial = partial
        self._flag = View(flag, (), ())
        self._inside = {id(node) for node in nodes}
        self._kinds: list[str] = []
        self._strides: list[Shape] = []
        self._keys: dict[Any, int] = {}
        self._still = (0,) * len(shape)
        for node in nodes:
            self._enter(node)
        long = [axis for axis, n in enumerate(shape) if n != 1]
        self._kept = self._merge([axis for axis in long if axis not in reduced])
        self._reduced = self._merge([axis for axis in long if axis in reduced])
        self._lines: list[str] = []

    # What is read and written

    def _enter(self, node: Any) -> None:
        for operand in node.operands if isinstance(node, Each) else [node.operand]:
            if isinstance(operand, Gather):
                self._gather(operand)
            elif not isinstance(operand, float) and id(operand) not in self._inside:
                self._read(operand)
        if isinstance(node, Each):
            if node.code.guard:
                self._written(self._pointer(self._flag, self._still))
            elif node.stored is not None and node.shape == self.shape:
                self._written(self._pointer(node.stored, node.stored.strides))
        elif isinstance(node, Move):
            if isinstance(node.target, Gather):
                self._written(self._gather(node.target)[0])
            else:
                self._written(self._pointer(node.target, node.target.strides))
        else:
            self._written(self._result(node))

    def _read(self, value: View | Each) -> int:
        """Return the pointer to a window, or to a number that another kernel stored."""
        if isinstance(value, Each):
            if value.stored is None:
                raise AssertionError(value)
            value = value.stored
        return self._pointer(value, value.strides if value.shape else self._still)

    def _result(self, node: Reduce) -> int:
        """Return the pointer to where a reduction, or its parts, are written."""
        if id(node) in self._partial:
            return self._pointer(View(self._partial[id(node)], (), ()), self._still)
        strides = strides_of(node.result.shape)
        space = tuple(0 if i in node.axes else s for i, s in enumerate(strides))
        return self._pointer(node.result, space)

    def _pointer(self, view: View, strides: Shape, kind: str = "real") -> int:
        key = (id(view.buffer), view.offset, strides)
        if key not in self._keys:
            self._keys[key] = len(self.arguments)
            self.arguments.append(view)
            self._strides.append(strides)
            self._kinds.append(f"const {kind}* __restrict__")
        return self._keys[key]

    def _written(self, pointer: int) -> None:
        self._kinds[pointer] = "real*"

    def _gather(self, gather: Gather) -> tuple[int, int]:
        """Return the pointers to what is gathered, and to its places."""
        places = gather.places
        base = self._pointer(View(gather.buffer, (), ()), self._still)
        return base, self._pointer(places, places.strides, "long long")

    def _merge(self, axes: list[int]) -> list[list[int]]:
        """Return runs of axes that are gone through as one."""
        rows = [tuple(strides[axis] for axis in axes) for strides in self._strides]
        shape = tuple(self.shape[axis] for axis in axes)
        firsts = [*merged(shape, rows, [False] * len(axes)), len(axes)]
        return [axes[a:b] for a, b in zip(firsts[:-1], firsts[1:], strict=True)]

    # The text

    def text(self, name: str) -> str:
        """Return the kernel."""
        parameters = [f"{kind} p{i}" for i, kind in enumerate(self._kinds)]
        self._lines = []
        self._registers: dict[int, str] = {}
        self._loaded: dict[int, str] = {}
        self._sums = {
            id(node): f"sum{i}" for i, node in enumerate(self._of_kind(Reduce))
        }
        if self.shape:
            for node in self.nodes:
                if isinstance(node, Each) and not node.shape:
                    self._compute(1, node)
        getattr(self, f"_{self.layout.kind}")()
        head = f'extern "C" __global__ void {name}({", ".join(parameters)})'
        return "\n".join([head, "{", *self._lines, "}", ""])

    def _of_kind(self, kind: type) -> list[Any]:
        return [node for node in self.nodes if isinstance(node, kind)]

    def _line(self, depth: int, text: str) -> None:
        self._lines.append("    " * depth + text)

    def _index(self) -> str:
        """Return the type that indices fit in."""
        reach = [
            sum((n - 1) * abs(s) for n, s in zip(self.shape, strides, strict=True))
            for strides in self._strides
        ]
        most = max([*reach, math.prod(self.shape)])
        return "int" if most < _SHORT else "long long"

    def _each(self) -> None:
        index, size = self._index(), math.prod(self.shape)
        self._line(1, f"const {index} step = ({index})gridDim.x * blockDim.x;")
        self._line(1, f"{index} t = ({index})blockIdx.x * blockDim.x + threadIdx.x;")
        self._line(1, f"for (; t < {size}; t += step) {{")
        self._decompose(2, index, "t", self._kept)
        self._body(2)
        self._line(1, "}")

    def _rows(self) -> None:
        """A block for each entry that is kept, and for each part."""
        index, parts = self._index(), self.layout.parts
        blocks = self._size(self._kept) * parts
        self._line(
            1, f"for ({index} b = blockIdx.x; b < {blocks}; b += gridDim.x) {{"
        )
        self._decompose(2, index, "b" if parts == 1 else f"b / {parts}", self._kept)
        self._start(2)
        first = "threadIdx.x" if parts == 1 else f"b % {parts} * blockDim.x + threadIdx.x"
        step = f"{parts} * blockDim.x" if parts > 1 else "blockDim.x"
        self._line(
            2,
            f"for ({index} r = {first}; r < {self._size(self._reduced)}; r += {step}) {{",
        )
        self._decompose(3, index, "r", self._reduced)
        self._body(3)
        self._line(2, "}")
        for node in self._of_kind(Reduce):
            total = self._sums[id(node)]
            self._line(2, f"{total} = diffops_block_{node.kind}({total});")
        self._line(2, "if (threadIdx.x == 0) {")
        self._finish(3, "b")
        self._line(2, "}")
        self._line(1, "}")

    def _columns(self) -> None:
        """A thread for each entry that is kept, and for each part."""
        index, parts = self._index(), self.layout.parts
        kept = self._size(self._kept)
        self._line(1, f"const {index} step = ({index})gridDim.x * blockDim.x;")
        self._line(1, f"{index} t = ({index})blockIdx.x * blockDim.x + threadIdx.x;")
        self._line(1, f"for (; t < {kept * parts}; t += step) {{")
        self._decompose(2, index, "t" if parts == 1 else f"t % {kept}", self._kept)
        self._start(2)
        first = "0" if parts == 1 else f"t / {kept}"
        count = self._size(self._reduced)
        self._line(2, f"for ({index} r = {first}; r < {count}; r += {parts}) {{")
        self._decompose(3, index, "r", self._reduced)
        self._body(3)
        self._line(2, "}")
        self._finish(2, "t")
        self._line(1, "}")

    def _size(self, runs: list[list[int]]) -> int:
        return math.prod(self.shape[axis] for axes in runs for axis in axes)

    def _decompose(
        self, depth: int, index: str, flat: str, runs: list[list[int]]
    ) -> None:
        """Print the index along each run of axes; it is named after the last one."""
        for place, axes in reversed(list(enumerate(runs))):
            count = self._size([axes])
            below = self._size(runs[place + 1 :])
            found = flat if " " not in flat else f"({flat})"
            found = found if below == 1 else f"{found} / {below}"
            found = found if place == 0 else f"{found} % {count}"
            self._line(depth, f"const {index} i{axes[-1]} = {found};")

    def _start(self, depth: int) -> None:
        for node in self._of_kind(Reduce):
            start = REDUCTIONS[node.kind][0]
            self._line(depth, f"real {self._sums[id(node)]} = {start};")

    def _finish(self, depth: int, part: str) -> None:
        for node in self._of_kind(Reduce):
            place = self._at(self._result(node))
            if id(node) in self._partial:
                place = f"p{self._result(node)}[{part}]"
            self._line(depth, f"{place} = {self._sums[id(node)]};")

    def _at(self, pointer: int) -> str:
        """Return the entry of a window at the indices here."""
        strides = self._strides[pointer]
        terms = []
        for axes in (*self._kept, *self._reduced):
            stride = strides[axes[-1]]
            if stride:
                axis = f"i{axes[-1]}"
                terms.append(axis if stride == 1 else f"{axis} * {stride}")
        return f"p{pointer}[{' + '.join(terms) or '0'}]"

    def _body(self, depth: int) -> None:
        for node in self.nodes:
            if isinstance(node, Each):
                if id(node) not in self._registers:
                    self._compute(depth, node)
            elif isinstance(node, Move):
                self._move(depth, node, self._operand(depth, node.operand))
            else:
                total, value = self._sums[id(node)], self._operand(depth, node.operand)
                step = REDUCTIONS[node.kind][1].format(total, value)
                self._line(depth, f"{total} = {step};")

    def _operand(self, depth: int, value: Any) -> str:
        """Print the load of an operand, if it has to be, and return its name."""
        if isinstance(value, float):
            return number(value)
        if isinstance(value, Each) and id(value) in self._registers:
            return self._registers[id(value)]
        if isinstance(value, Gather):
            base, places = self._gather(value)
            return f"p{base}[{self._at(places)}]"
        pointer = self._read(value)
        if pointer not in self._loaded:
            self._loaded[pointer] = f"x{pointer}"
            self._line(depth, f"const real x{pointer} = {self._at(pointer)};")
        return self._loaded[pointer]

    def _compute(self, depth: int, node: Each) -> None:
        operands = [self._operand(depth, value) for value in node.operands]
        formula = expression(node.code).format(*operands)
        if node.code.guard:
            flag = self._at(self._pointer(self._flag, self._still))
            self._line(depth, f"if ({formula}) {flag} = 1;")
            return
        name = self._registers[id(node)] = f"v{len(self._registers)}"
        self._line(depth, f"const real {name} = {formula};")
        if node.stored is not None and node.shape == self.shape:
            place = self._at(self._pointer(node.stored, node.stored.strides))
            self._line(depth, f"{place} = {name};")

    def _move(self, depth: int, node: Move, value: str) -> None:
        """Print a copy; places below zero are those that a later copy writes too."""
        if isinstance(node.target, View):
            place = self._at(self._pointer(node.target, node.target.strides))
            sign = "+=" if node.adds else "="
            self._line(depth, f"{place} {sign} {value};")
            return
        base, places = self._gather(node.target)
        at = self._at(places)
        if node.adds:
            self._line(depth, f"atomicAdd(p{base} + {at}, {value});")
        else:
            self._line(depth, f"if ({at} >= 0) p{base}[{at}] = {value};")
