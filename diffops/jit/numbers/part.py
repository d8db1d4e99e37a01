"""One function of a program of numbers as LLVM IR: straight code and loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from diffops.jit.numbers.loop import Loop, emit_loop, literal
from diffops.jit.numbers.placement import LONG_OUTPUT, addressed
from diffops.jit.numbers.rolling import Stretch
from diffops.native.codes import codes

if TYPE_CHECKING:
    from diffops.jit.numbers.emission import Emission


_MEMCPY = "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)"


class Part:
    """One function of a program."""

    def __init__(self, whole: Emission, number: int) -> None:
        self.whole = whole
        self.placement = whole.placement
        self.number = number
        self.lines: list[str] = []
        self.head: list[str] = []
        self.bad = "false"
        self.count = 0
        #: Registers of numbers that were loaded, by name.
        self.loaded: dict[int, str] = {}
        self.pointers: dict[int, str] = {}

    def text(self) -> str:
        """Return the function."""
        placement = self.placement
        if self.number == 0:
            self._fill()
        for stretch in placement.parts[self.number]:
            if stretch.turns == 1:
                self._straight(stretch)
            else:
                emit_loop(self, stretch)
        if self.number == len(placement.parts) - 1:
            self._write_outputs()
        self.lines.append(f"ret i1 {self.bad}")
        return "\n".join(
            [
                f"define internal i1 @part{self.number}(ptr noalias %inputs, "
                "ptr noalias %outputs, ptr noalias %work) #1 {",
                "entry:",
                *self.head,
                *self.lines,
                "}",
            ]
        )

    def fresh(self) -> int:
        """Return a number that no register of the function has yet."""
        self.count += 1
        return self.count

    # Memory.

    def _input(self, leaf: int) -> str:
        """Return a pointer to the entries of an input."""
        pointer = self.pointers.get(leaf)
        if pointer is None:
            pointer = self.pointers[leaf] = f"%i{leaf}"
            self.head.append(f"%j{leaf} = getelementptr ptr, ptr %inputs, i64 {leaf}")
            self.head.append(f"{pointer} = load ptr, ptr %j{leaf}")
        return pointer

    def _fill(self) -> None:
        """Put inputs and constants where they are read by address."""
        placement = self.placement
        if placement.copies_inputs:
            self.whole.declared.setdefault(_MEMCPY)
            for leaf, size in enumerate(self.whole.shapes):
                self._copy(self._input(leaf), self.whole.starts[leaf], size)
        if placement.constants:
            self.whole.declared.setdefault(_MEMCPY)
            values = [
                literal(self.whole.tape.constants[k]) for k in placement.constants
            ]
            table = self.whole.table("double", values)
            self._copy(table, placement.constants_at, len(values))

    def _copy(self, source: str, place: int, count: int) -> None:
        u = self.fresh()
        self.lines.append(f"%g{u} = getelementptr double, ptr %work, i64 {place}")
        self.lines.append(
            "call void @llvm.memcpy.p0.p0.i64"
            f"(ptr %g{u}, ptr {source}, i64 {8 * count}, i1 false)"
        )

    def load(self, base: str, index: Any) -> str:
        """Read a number from memory."""
        u = self.fresh()
        self.lines.append(f"%g{u} = getelementptr double, ptr {base}, i64 {index}")
        self.lines.append(f"%l{u} = load double, ptr %g{u}")
        return f"%l{u}"

    def store(self, value: str, base: str, index: Any) -> None:
        """Write a number into memory."""
        u = self.fresh()
        self.lines.append(f"%g{u} = getelementptr double, ptr {base}, i64 {index}")
        self.lines.append(f"store double {value}, ptr %g{u}")

    def register(self, name: int) -> str:
        """Return the register of one number, loading it where it stands in memory."""
        placement = self.placement
        if name < 0:
            return literal(self.whole.tape.constants[~name])
        register = self.loaded.get(name)
        if register is not None:
            return register
        row = name - placement.first
        if row < 0:
            leaf = int(np.searchsorted(self.whole.starts, name, "right")) - 1
            register = self.load(self._input(leaf), name - self.whole.starts[leaf])
        else:
            stretch = placement.stretches[placement.stretch_of[row]]
            last = row - (stretch.turns - 1) * stretch.period
            if placement.part_of[row] == self.number and last >= stretch.start:
                return f"%v{placement.first + last}"
            register = self.load("%work", placement.places[name])
        self.loaded[name] = register
        return register

    # Code.

    def emit(self, row: int, operands: list[str]) -> None:
        """Add the operation of a row of the tape."""
        number = self.whole.tape.codes[row]
        code = codes[number]
        self.whole.declare(number)
        y = f"%v{self.placement.first + row}"
        self.lines.append(code.template.format(*operands, y=y))
        if code.guard:
            u = self.fresh()
            self.lines.append(f"%o{u} = or i1 {self.bad}, {y}")
            self.bad = f"%o{u}"

    def _straight(self, stretch: Stretch) -> None:
        placement = self.placement
        operands = placement.operands[stretch.start : stretch.stop].tolist()
        arities = placement.arity[stretch.start : stretch.stop].tolist()
        stored = set(placement.stored[stretch.start])
        for i, (names, arity) in enumerate(zip(operands, arities, strict=True)):
            row = stretch.start + i
            self.emit(row, [self.register(name) for name in names[:arity]])
            if i in stored:
                name = placement.first + row
                self.store(f"%v{name}", "%work", placement.places[name])

    # Results.

    def _write_outputs(self) -> None:
        for leaf, output in enumerate(self.whole.tape.outputs):
            u = self.fresh()
            self.lines.append(f"%q{u} = getelementptr ptr, ptr %outputs, i64 {leaf}")
            self.lines.append(f"%p{u} = load ptr, ptr %q{u}")
            names = output.ravel()
            if names.size > LONG_OUTPUT:
                self._gather(names, f"%p{u}")
                continue
            for i, name in enumerate(names.tolist()):
                self.store(self.register(name), f"%p{u}", i)

    def _gather(self, names: np.ndarray, pointer: str) -> None:
        """Write an output by a loop over the places of its entries."""
        places = self.placement.places_of(names)
        loop = Loop(self, len(names))
        loop.open()
        self.store(loop.operand(addressed(places)), pointer, loop.turn)
        loop.close()
