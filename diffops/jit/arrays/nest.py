"""A loop nest as LLVM IR: all that is computed entry by entry over one shape."""

from __future__ import annotations

import math
from typing import Any

from diffops.jit.arrays import long_sums
from diffops.jit.arrays.blocks import blocks_of
from diffops.jit.arrays.buffers import Gather, Shape, View, merged_axes, strides_of
from diffops.jit.arrays.loop_lines import LoopLines
from diffops.jit.arrays.loop_order import best_axes, is_fixed
from diffops.jit.arrays.nodes import Each, Move, Reduce
from diffops.jit.arrays.reals import literal
from diffops.jit.arrays.reducing import START, step
from diffops.jit.arrays.sharing import around
from diffops.jit.arrays.short_loops import hint
from diffops.native.codes import Code
from diffops.native.singles import coded


class Nest(LoopLines):
    """The nodes of one nest, as a function of pointers and numbers.

    ``text(name)`` is the function; ``pointers`` and ``numbers`` are what to call it
    with: windows, of which each is entered at its first entry, and registers' nodes.
    """

    def __init__(self, shape: Shape, nodes: list[Any]) -> None:
        super().__init__()
        self.nodes = nodes
        self.codes: list[Code] = []
        self.pointers: list[View] = []
        self.written: set[int] = set()
        self.numbers: list[Each] = []
        self._keys: dict[Any, int] = {}
        self.shape = shape
        self.strides: list[Shape] = []
        for node in nodes:
            self._enter(node)
        self.reductions = reduced = [n for n in nodes if isinstance(n, Reduce)]
        loops = merged_axes if is_fixed(nodes) else best_axes
        self.axes = loops(shape, self.strides, [n.axes for n in reduced])
        self.counts = [math.prod(shape[axis] for axis in run) for run in self.axes]
        #: How it is cut; None of small nests.
        self.blocks = blocks_of(self, self.counts)
        self._sums = {id(node): f"%sum{i}" for i, node in enumerate(reduced)}
        self.in_memory = [n for n in reduced if self._depth(n) is None]
        self._long = long_sums.among(self)

    # What is read and written

    def _enter(self, node: Any) -> None:
        operands = node.operands if isinstance(node, Each) else [node.operand]
        for operand in operands:
            if isinstance(operand, Gather):
                self._gather(operand)
            elif isinstance(operand, View):
                self._pointer(operand, operand.strides)
            elif (
                isinstance(operand, Each)
                and not operand.shape
                and operand not in self.nodes
            ):
                if operand.stored is not None:
                    self._pointer(operand.stored, (0,) * len(self.shape))
                elif operand not in self.numbers:
                    self.numbers.append(operand)
        if isinstance(node, Each):
            self.codes.append(coded(node.code, node.real))
            if node.stored is not None:
                self.written.add(self._pointer(node.stored, node.stored.strides))
        elif isinstance(node, Move):
            if isinstance(node.target, Gather):
                self.written.add(self._gather(node.target)[0])
            else:
                self.written.add(self._pointer(node.target, node.target.strides))
        else:
            self.written.add(self.result_pointer(node))

    def _strides_of(self, node: Reduce) -> Shape:
        """Return the strides of a result in the space that is reduced."""
        strides = strides_of(node.result.shape)
        return tuple(0 if i in node.axes else s for i, s in enumerate(strides))

    def _pointer(self, view: View, strides: Shape) -> int:
        key = (id(view.buffer), view.offset, strides)
        if key not in self._keys:
            self._keys[key] = len(self.pointers)
            self.pointers.append(view)
            self.strides.append(strides)
        return self._keys[key]

    def _gather(self, gather: Gather) -> tuple[int, int]:
        """Return the pointers to what is gathered, and to its places."""
        still = (0,) * len(self.shape)
        base = self._pointer(View(gather.buffer, (), ()), still)
        return base, self._pointer(gather.places, gather.places.strides)

    # The text

    def text(self, name: str) -> str:
        """Return the function."""
        pointers = [
            f"ptr {'noalias ' if i in self.written else ''}%p{i}"
            for i in range(len(self.pointers))
        ]
        numbers = [f"{node.real} %s{i}" for i, node in enumerate(self.numbers)]
        arguments, blocks, starts = [*pointers, *numbers], self.blocks, []
        if blocks:
            for node in self.in_memory:
                if node not in blocks.partial:
                    self._start(node)
            starts, self._lines = self._lines, []
            name, arguments = f"{name}.turns", [*arguments, "i64 %from", "i64 %to"]
        for total in self._sums.values():
            self._line(f"{total} = alloca double")
            self._line(f"{long_sums.whole(total)} = alloca double")
        for node in self.in_memory:
            if not blocks or node in blocks.partial:
                self._start(node)
        self._loops(0, [f"%p{i}" for i in range(len(self.pointers))])
        head = f"define internal void @{name}({', '.join(arguments)}) #2 {{"
        text = "\n".join([head, *self._lines, "ret void", "}"])
        return f"{around(self, blocks, starts)}\n{text}" if blocks else text

    def result_pointer(self, node: Reduce) -> int:
        """Return the number of the pointer to the result of a reduction."""
        return self._pointer(node.result, self._strides_of(node))

    def _depth(self, node: Reduce) -> int | None:
        """Return the first loop that is summed over, if all inside it are too."""
        flags = [axes[0] in node.axes for axes in self.axes]
        depth = len(flags)
        while depth and flags[depth - 1]:
            depth -= 1
        return None if any(flags[:depth]) else depth

    def _start(self, node: Reduce) -> None:
        """Fill the result of a reduction, which is summed up in memory."""
        pointer = self.result_pointer(node)
        turn = self._open()
        u = self._fresh()
        real = node.result.buffer.real
        self._line(f"%f{u} = getelementptr {real}, ptr %p{pointer}, i64 {turn}")
        self._line(f"store {real} {literal(START[node.kind], real)}, ptr %f{u}")
        self._close(turn, node.result.buffer.size)

    def _loops(self, depth: int, bases: list[str]) -> None:
        ending = [
            node
            for node in self.nodes
            if isinstance(node, Reduce) and self._depth(node) == depth
        ]
        for node in ending:
            self._begin(node, node in self._long)
        if depth == len(self.axes):
            self._body(bases)
        else:
            axis, first, end = self.axes[depth][-1], "0", str(self.counts[depth])
            if self.blocks and self.blocks.depth == depth:
                first, end = "%from", "%to"
            if self._long and depth == len(self.axes) - 1:
                self._in_blocks(bases, first, end, axis)
            else:
                turn = self._open(first)
                self._loops(depth + 1, self._moved(bases, turn, axis))
                self._close(turn, end, hint=hint(self, depth, end))
        for node in ending:
            u = self._fresh()
            pointer = self.result_pointer(node)
            real, total = node.result.buffer.real, self._sums[id(node)]
            if node in self._long:
                self._lines += long_sums.rounded(real, total, f"%e{u}")
            else:
                self._line(f"%e{u} = load {real}, ptr {total}")
            self._line(f"store {real} %e{u}, ptr {bases[pointer]}")

    def _begin(self, node: Reduce, is_whole: bool) -> None:
        """Write what a reduction begins with, or the sum of its blocks."""
        real, total = node.result.buffer.real, self._sums[id(node)]
        if is_whole:
            real, total = "double", long_sums.whole(total)
        self._line(f"store {real} {literal(START[node.kind], real)}, ptr {total}")

    def _in_blocks(self, bases: list[str], first: str, end: str, axis: int) -> None:
        """Go through the innermost axes block by block."""
        outer, last, block = "", "", long_sums.block_of(self._long)
        if first != "0" or int(end) > block:
            outer, last = self._open(first), f"%c{self._fresh()}"
            self._lines += long_sums.within(outer, end, last, block)
        for node in self._long:
            self._begin(node, is_whole=False)
        turn = self._open(outer or first)
        self._body(self._moved(bases, turn, axis))
        self._close(turn, last or end)
        for node in self._long:
            real, total = node.result.buffer.real, self._sums[id(node)]
            self._lines += long_sums.joining(real, total, self._fresh())
        if outer:
            self._close(outer, end, block)

    def _moved(self, bases: list[str], turn: str, axis: int) -> list[str]:
        """Return all pointers, moved along an axis."""
        places: dict[int, str] = {}
        moved = []
        for view, base, strides in zip(self.pointers, bases, self.strides, strict=True):
            stride = strides[axis]
            if stride == 0:
                moved.append(base)
                continue
            if stride not in places:
                u = self._fresh()
                self._line(f"%m{u} = mul nsw i64 {turn}, {stride}")
                places[stride] = f"%m{u}"
            u = self._fresh()
            real = view.buffer.real
            self._line(
                f"%b{u} = getelementptr {real}, ptr {base}, i64 {places[stride]}"
            )
            moved.append(f"%b{u}")
        return moved

    def _body(self, bases: list[str]) -> None:
        registers: dict[int, str] = {}
        loaded: dict[int, str] = {}

        def operand(value: Any, real: str) -> str:
            if isinstance(value, float):
                return literal(value, real)
            if isinstance(value, Each):
                if id(value) in registers:
                    return registers[id(value)]
                if value.stored is None:
                    return f"%s{self.numbers.index(value)}"
                still = (0,) * len(self.shape)
                value = View(value.stored.buffer, self.shape, still)
            if isinstance(value, Gather):
                return self._loaded(self._place(value, bases), value.buffer.real)
            pointer = self._pointer(value, value.strides)
            if pointer not in loaded:
                loaded[pointer] = f"%l{pointer}"
                real = value.buffer.real
                self._line(f"%l{pointer} = load {real}, ptr {bases[pointer]}")
            return loaded[pointer]

        for node in self.nodes:
            u = self._fresh()
            if isinstance(node, Each):
                register = registers[id(node)] = f"%v{u}"
                real = node.real
                operands = [operand(value, real) for value in node.operands]
                template = coded(node.code, real).template
                self._line(template.format(*operands, y=register))
                if node.stored is not None:
                    pointer = self._pointer(node.stored, node.stored.strides)
                    if node.code.guard:  # a flag, that stays where it is
                        flag = self._loaded(bases[pointer], "double")
                        line = f"select i1 {register}, double 1.0, double {flag}"
                        register = f"%n{u}"
                        self._line(f"{register} = {line}")
                    self._line(f"store {real} {register}, ptr {bases[pointer]}")
            elif isinstance(node, Move):
                real = node.target.buffer.real
                value = operand(node.operand, real)
                if isinstance(node.target, Gather):
                    place = self._place(node.target, bases)
                else:
                    place = bases[self._pointer(node.target, node.target.strides)]
                if node.adds:
                    old = self._loaded(place, real)
                    self._line(f"%r{u} = fadd {real} {old}, {value}")
                    value = f"%r{u}"
                self._line(f"store {real} {value}, ptr {place}")
            else:
                real = node.result.buffer.real
                value = operand(node.operand, real)
                place = self._sums[id(node)]
                if node in self.in_memory:
                    pointer = self.result_pointer(node)
                    place = bases[pointer]
                self._line(f"%a{u} = load {real}, ptr {place}")
                self._line(step(node.kind, f"%a{u}", value, f"%r{u}", real))
                self._line(f"store {real} %r{u}, ptr {place}")

    def _place(self, gather: Gather, bases: list[str]) -> str:
        """Return a pointer to the entry that a gather means here."""
        base, places = self._gather(gather)
        u = self._fresh()
        self._line(f"%i{u} = load i64, ptr {bases[places]}")
        real = gather.buffer.real
        self._line(f"%g{u} = getelementptr {real}, ptr {bases[base]}, i64 %i{u}")
        return f"%g{u}"

    def _loaded(self, place: str, real: str) -> str:
        u = self._fresh()
        self._line(f"%x{u} = load {real}, ptr {place}")
        return f"%x{u}"
