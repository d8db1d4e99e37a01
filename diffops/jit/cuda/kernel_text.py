"""One kernel as CUDA source: nodes over one space, of which some axes are reduced.

Without reductions, a grid-stride loop goes over all entries. With them, each entry of
the results is summed up by a block of threads that ends in a tree (``rows``), or by a
thread of its own (``columns``), whichever reads neighbouring entries at once; so there
is nothing to fill before, and sums do not depend on which thread comes first.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from diffops.jit.arrays.buffers import Buffer, Gather, Shape, View
from diffops.jit.arrays.nodes import Each, Move, Reduce
from diffops.jit.cuda.expressions import expression
from diffops.jit.cuda.parameters import Parameters
from diffops.native.cuda_functions import REDUCTIONS
from diffops.native.cuda_text import number


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
        self.parameters = Parameters(shape, nodes, reduced, partial, flag)
        self.arguments = self.parameters.arguments
        self._partial = partial
        self._kept, self._reduced = self.parameters.kept, self.parameters.reduced
        self._lines: list[str] = []

    # The text

    def text(self, name: str) -> str:
        """Return the kernel."""
        parameters = [f"{kind} p{i}" for i, kind in enumerate(self.parameters.kinds)]
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

    def _each(self) -> None:
        index, size = self.parameters.index(), math.prod(self.shape)
        self._line(1, f"const {index} step = ({index})gridDim.x * blockDim.x;")
        self._line(1, f"{index} t = ({index})blockIdx.x * blockDim.x + threadIdx.x;")
        self._line(1, f"for (; t < {size}; t += step) {{")
        self._decompose(2, index, "t", self._kept)
        self._body(2)
        self._line(1, "}")

    def _rows(self) -> None:
        """A block for each entry that is kept, and for each part."""
        index, parts = self.parameters.index(), self.layout.parts
        blocks = self._size(self._kept) * parts
        self._line(1, f"for ({index} b = blockIdx.x; b < {blocks}; b += gridDim.x) {{")
        self._decompose(2, index, "b" if parts == 1 else f"b / {parts}", self._kept)
        self._start(2)
        first = (
            "threadIdx.x" if parts == 1 else f"b % {parts} * blockDim.x + threadIdx.x"
        )
        step = f"{parts} * blockDim.x" if parts > 1 else "blockDim.x"
        count = self._size(self._reduced)
        self._line(2, f"for ({index} r = {first}; r < {count}; r += {step}) {{")
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
        index, parts = self.parameters.index(), self.layout.parts
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
            real = node.result.buffer.real
            start = _typed(REDUCTIONS[node.kind][0], real)
            self._line(depth, f"{real} {self._sums[id(node)]} = {start};")

    def _finish(self, depth: int, part: str) -> None:
        for node in self._of_kind(Reduce):
            place = self.parameters.at(self.parameters.result(node))
            if id(node) in self._partial:
                place = f"p{self.parameters.result(node)}[{part}]"
            self._line(depth, f"{place} = {self._sums[id(node)]};")

    def _body(self, depth: int) -> None:
        for node in self.nodes:
            if isinstance(node, Each):
                if id(node) not in self._registers:
                    self._compute(depth, node)
            elif isinstance(node, Move):
                self._move(depth, node)
            else:
                real = node.result.buffer.real
                value = _typed(self._operand(depth, node.operand), real)
                if self.layout.kind == "each":  # over axes of one entry each
                    place = self.parameters.at(self.parameters.result(node))
                    self._line(depth, f"{place} = {value};")
                    continue
                total = self._sums[id(node)]
                step = REDUCTIONS[node.kind][1].format(total, value)
                self._line(depth, f"{total} = {step};")

    def _operand(self, depth: int, value: Any) -> str:
        """Print the load of an operand, if it has to be, and return its name."""
        if isinstance(value, float):
            return number(value)
        if isinstance(value, Each) and id(value) in self._registers:
            return self._registers[id(value)]
        if isinstance(value, Gather):
            base, places = self.parameters.gather(value)
            return f"p{base}[{self.parameters.at(places)}]"
        pointer = self.parameters.read(value)
        if pointer not in self._loaded:
            self._loaded[pointer] = f"x{pointer}"
            real = self.arguments[pointer].buffer.real
            place = self.parameters.at(pointer)
            self._line(depth, f"const {real} x{pointer} = {place};")
        return self._loaded[pointer]

    def _compute(self, depth: int, node: Each) -> None:
        operands = [self._operand(depth, value) for value in node.operands]
        formula = _typed(expression(node.code).format(*operands), node.real)
        if node.code.guard:
            flag = self.parameters.at(self.parameters.flag())
            self._line(depth, f"if ({formula}) {flag} = 1;")
            return
        name = self._registers[id(node)] = f"v{len(self._registers)}"
        self._line(depth, f"const {node.real} {name} = {formula};")
        if node.stored is not None and node.shape == self.shape:
            place = self.parameters.at(self.parameters.stored(node))
            self._line(depth, f"{place} = {name};")

    def _move(self, depth: int, node: Move) -> None:
        """Print a copy; places below zero are those that a later copy writes too."""
        real = node.target.buffer.real
        value = _typed(self._operand(depth, node.operand), real)
        if isinstance(node.target, View):
            place = self.parameters.at(self.parameters.target(node.target))
            sign = "+=" if node.adds else "="
            self._line(depth, f"{place} {sign} {value};")
            return
        base, places = self.parameters.gather(node.target)
        at = self.parameters.at(places)
        if node.adds:
            self._line(depth, f"atomicAdd(p{base} + {at}, {value});")
        else:
            self._line(depth, f"if ({at} >= 0) p{base}[{at}] = {value};")


def _typed(text: str, real: str) -> str:
    """Return a text that computes in a type."""
    return text.replace("(real)", f"({real})")
