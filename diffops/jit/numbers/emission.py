"""A tape as LLVM IR: ``@core``, straight code and loops, in several parts if long."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from diffops.jit.numbers.codes import codes
from diffops.jit.numbers.layout import (
    LONG_OUTPUT,
    Carried,
    Constants,
    Fixed,
    Layout,
    Looked,
    Read,
    Turning,
)
from diffops.jit.numbers.rolling import Stretch, stretches
from diffops.jit.numbers.tape import Tape

#: A function of more operations takes LLVM too long.
_LONG_PART = 400
#: Programs of more operations in several parts.
_LONG = 1500


class Source:
    """What a tape is in LLVM: the text, its size, and what it takes to run it."""

    __slots__ = ("operations", "symbols", "text", "work_bytes")

    def __init__(
        self, text: str, operations: int, symbols: dict[str, int], work_bytes: int
    ) -> None:
        self.text = text
        self.operations = operations
        self.symbols = symbols
        self.work_bytes = work_bytes


def source_of(tape: Tape, shapes: list[int]) -> Source:
    """Return the source of ``i64 @core(ptr inputs, ptr outputs, ptr work)``.

    ``shapes`` counts the entries of each input. The result is not 0 where a guard does
    not hold.
    """
    rolled = stretches(tape.arrays()[0])
    size = sum(stretch.period for stretch in rolled)
    layout = Layout(tape, _in_parts(rolled, size))
    emission = _Emission(layout, shapes)
    return Source(emission.text(), size, emission.symbols, 8 * layout.size)


def _in_parts(rolled: list[Stretch], size: int) -> list[list[Stretch]]:
    """Distribute stretches over functions that LLVM can take in one go."""
    if size <= _LONG:
        return [rolled]
    parts: list[list[Stretch]] = [[]]
    filled = 0
    for stretch in rolled:
        pieces = [stretch]
        if stretch.turns == 1:
            pieces = [
                Stretch(start, min(_LONG_PART, stretch.stop - start), 1)
                for start in range(stretch.start, stretch.stop, _LONG_PART)
            ]
        for piece in pieces:
            if filled and filled + piece.period > _LONG_PART:
                parts.append([])
                filled = 0
            parts[-1].append(piece)
            filled += piece.period
    return parts


def literal(value: float) -> str:
    """Return a double as LLVM writes it, to the last bit."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


class _Emission:
    """The text of one program, part by part."""

    def __init__(self, layout: Layout, shapes: list[int]) -> None:
        self.layout = layout
        self.tape = layout.tape
        self.shapes = shapes
        self.starts = np.cumsum([0, *shapes]).tolist()
        self.globals: list[str] = []
        self.declared: dict[str, None] = {}
        self.symbols: dict[str, int] = {}
        self.tables = 0

    def text(self) -> str:
        parts = self.layout.parts
        bodies = [_Part(self, number).text() for number in range(len(parts))]
        lines = [
            "define internal i64 @core(ptr %inputs, ptr %outputs, ptr %work) #1 {",
        ]
        bad = "false"
        for number in range(len(parts)):
            lines.append(
                f"  %b{number} = call i1 @part{number}"
                "(ptr %inputs, ptr %outputs, ptr %work)"
            )
            lines.append(f"  %a{number} = or i1 {bad}, %b{number}")
            bad = f"%a{number}"
        lines += [f"  %r = zext i1 {bad} to i64", "  ret i64 %r", "}"]
        return "\n".join(
            [
                *self.globals,
                *self.declared,
                *bodies,
                *lines,
                "attributes #0 = { nounwind willreturn memory(none) }",
                "attributes #1 = { nounwind }",
                "",
            ]
        )

    def table(self, kind: str, entries: list[str]) -> str:
        """Add a constant array, and return its name."""
        self.tables += 1
        name = f"@t{self.tables}"
        inside = ", ".join(f"{kind} {entry}" for entry in entries)
        array = f"[{len(entries)} x {kind}] [{inside}]"
        self.globals.append(f"{name} = private unnamed_addr constant {array}")
        return name

    def declare(self, number: int) -> None:
        code = codes[number]
        if code.declares:
            self.declared.setdefault(code.declares)
            self.symbols.update(code.symbols)


class _Part:
    """One function of a program."""

    def __init__(self, whole: _Emission, number: int) -> None:
        self.whole = whole
        self.layout = whole.layout
        self.number = number
        self.lines: list[str] = []
        self.head: list[str] = []
        self.block = "entry"
        self.bad = "false"
        self.count = 0
        #: Registers of numbers that were loaded, by name.
        self.loaded: dict[int, str] = {}
        self.pointers: dict[int, str] = {}

    def text(self) -> str:
        layout = self.layout
        if self.number == 0:
            self._fill()
        for stretch in layout.parts[self.number]:
            if stretch.turns == 1:
                self._straight(stretch)
            else:
                self._loop(stretch)
        if self.number == len(layout.parts) - 1:
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
        layout = self.layout
        if layout.copies_inputs:
            self.whole.declared.setdefault(_MEMCPY)
            for leaf, size in enumerate(self.whole.shapes):
                self._copy(self._input(leaf), self.whole.starts[leaf], size)
        if layout.constants:
            self.whole.declared.setdefault(_MEMCPY)
            values = [literal(self.whole.tape.constants[k]) for k in layout.constants]
            table = self.whole.table("double", values)
            self._copy(table, layout.constants_at, len(values))

    def _copy(self, source: str, place: int, count: int) -> None:
        u = self.fresh()
        self.lines.append(f"%g{u} = getelementptr double, ptr %work, i64 {place}")
        self.lines.append(
            "call void @llvm.memcpy.p0.p0.i64"
            f"(ptr %g{u}, ptr {source}, i64 {8 * count}, i1 false)"
        )

    def _load(self, base: str, index: Any) -> str:
        u = self.fresh()
        self.lines.append(f"%g{u} = getelementptr double, ptr {base}, i64 {index}")
        self.lines.append(f"%l{u} = load double, ptr %g{u}")
        return f"%l{u}"

    def _store(self, value: str, base: str, index: Any) -> None:
        u = self.fresh()
        self.lines.append(f"%g{u} = getelementptr double, ptr {base}, i64 {index}")
        self.lines.append(f"store double {value}, ptr %g{u}")

    def _register(self, name: int) -> str:
        """Return the register of one number, loading it where it stands in memory."""
        layout = self.layout
        if name < 0:
            return literal(self.whole.tape.constants[~name])
        register = self.loaded.get(name)
        if register is not None:
            return register
        row = name - layout.first
        if row < 0:
            leaf = int(np.searchsorted(self.whole.starts, name, "right")) - 1
            register = self._load(self._input(leaf), name - self.whole.starts[leaf])
        else:
            stretch = layout.stretches[layout.stretch_of[row]]
            last = row - (stretch.turns - 1) * stretch.period
            if layout.part_of[row] == self.number and last >= stretch.start:
                return f"%v{layout.first + last}"
            register = self._load("%work", layout.places[name])
        self.loaded[name] = register
        return register

    # Code.

    def _emit(self, row: int, operands: list[str]) -> None:
        number = self.whole.tape.codes[row]
        code = codes[number]
        self.whole.declare(number)
        y = f"%v{self.layout.first + row}"
        self.lines.append(code.template.format(*operands, y=y))
        if code.guard:
            u = self.fresh()
            self.lines.append(f"%o{u} = or i1 {self.bad}, {y}")
            self.bad = f"%o{u}"

    def _straight(self, stretch: Stretch) -> None:
        layout = self.layout
        operands = layout.operands[stretch.start : stretch.stop].tolist()
        arities = layout.arity[stretch.start : stretch.stop].tolist()
        stored = set(layout.stored[stretch.start])
        for i, (names, arity) in enumerate(zip(operands, arities, strict=True)):
            row = stretch.start + i
            self._emit(row, [self._register(name) for name in names[:arity]])
            if i in stored:
                name = layout.first + row
                self._store(f"%v{name}", "%work", layout.places[name])

    def _loop(self, stretch: Stretch) -> None:
        layout = self.layout
        start, period, turns = stretch
        columns = layout.columns[start]
        body = layout.first + start
        u = self.fresh()
        fixed = {
            column: self._register(column.name)
            for row in columns
            for column in row
            if isinstance(column, Fixed)
        }
        carried = {
            column: (self._register(column.first), f"%c{u}.{i}")
            for i, column in enumerate(
                dict.fromkeys(c for row in columns for c in row if type(c) is Carried)
            )
        }
        before, block = f"before{u}", f"loop{u}"
        bad, guarded = (
            self.bad,
            any(
                codes[self.whole.tape.codes[row]].guard
                for row in range(start, start + period)
            ),
        )
        turn = f"%k{u}"
        self.lines += [f"br label %{before}", f"{before}:", f"br label %{block}"]
        self.lines.append(f"{block}:")
        self.lines.append(f"{turn} = phi i64 [0, %{before}], [{turn}.next, %{block}]")
        if guarded:
            self.bad = f"%bad{u}"
            place = len(self.lines)
            self.lines.append("")
        for carry, (first, register) in carried.items():
            value = f"%v{body + carry.position}"
            self.lines.append(
                f"{register} = phi double [{first}, %{before}], [{value}, %{block}]"
            )
        outside, self.loaded = self.loaded, dict(self.loaded)
        bases: dict[int, str] = {}
        width = layout.widths[start]
        stored = set(layout.stored[start])
        reads: dict[Any, str] = {}
        for position, row in enumerate(columns):
            operands = []
            for column in row:
                if isinstance(column, Fixed):
                    operand = fixed[column]
                elif isinstance(column, Turning):
                    operand = f"%v{body + column.position}"
                elif isinstance(column, Carried):
                    operand = carried[column][1]
                elif isinstance(column, Read):
                    operand = reads.get(column) or self._read(column, turn, bases)
                    reads[column] = operand
                elif isinstance(column, Looked):
                    operand = self._look_up(column, turn)
                else:
                    operand = self._constant(column, turn)
                operands.append(operand)
            self._emit(start + position, operands)
            if position in stored:
                place_ = int(layout.places[body + position])
                base = self._base(width, turn, bases)
                self._store(f"%v{body + position}", base, place_)
                reads.clear()
        self.loaded = outside
        if guarded:
            self.lines[place] = (
                f"%bad{u} = phi i1 [{bad}, %{before}], [{self.bad}, %{block}]"
            )
        self.lines += [
            f"{turn}.next = add nuw nsw i64 {turn}, 1",
            f"{turn}.more = icmp ult i64 {turn}.next, {turns}",
            f"br i1 {turn}.more, label %{block}, label %after{u}",
            f"after{u}:",
        ]
        self.block = f"after{u}"

    def _base(self, stride: int, turn: str, bases: dict[int, str]) -> str:
        base = bases.get(stride)
        if base is None:
            u = self.fresh()
            self.lines.append(f"%m{u} = mul nsw i64 {turn}, {stride}")
            self.lines.append(f"%n{u} = getelementptr double, ptr %work, i64 %m{u}")
            base = bases[stride] = f"%n{u}"
        return base

    def _read(self, column: Read, turn: str, bases: dict[int, str]) -> str:
        return self._load(self._base(column.stride, turn, bases), column.first)

    def _look_up(self, column: Looked, turn: str) -> str:
        table = self.whole.table("i64", list(map(str, column.places.tolist())))
        return self._load("%work", self._entry(table, "i64", turn))

    def _constant(self, column: Constants, turn: str) -> str:
        table = self.whole.table("double", list(map(literal, column.values.tolist())))
        return self._entry(table, "double", turn)

    def _entry(self, table: str, kind: str, turn: str) -> str:
        u = self.fresh()
        self.lines.append(f"%g{u} = getelementptr {kind}, ptr {table}, i64 {turn}")
        self.lines.append(f"%l{u} = load {kind}, ptr %g{u}")
        return f"%l{u}"

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
                self._store(self._register(name), f"%p{u}", i)

    def _gather(self, names: np.ndarray, pointer: str) -> None:
        """Write an output by a loop over the places of its entries."""
        places = self.layout.places_of(names)
        u = self.fresh()
        turn = f"%k{u}"
        self.lines += [
            f"br label %before{u}",
            f"before{u}:",
            f"br label %loop{u}",
            f"loop{u}:",
            f"{turn} = phi i64 [0, %before{u}], [{turn}.next, %loop{u}]",
        ]
        stride = int(places[1] - places[0])
        if (np.diff(places) == stride).all():
            value = self._read(Read(int(places[0]), stride), turn, {})
        else:
            value = self._look_up(Looked(places), turn)
        self._store(value, pointer, turn)
        self.lines += [
            f"{turn}.next = add nuw nsw i64 {turn}, 1",
            f"{turn}.more = icmp ult i64 {turn}.next, {len(names)}",
            f"br i1 {turn}.more, label %loop{u}, label %after{u}",
            f"after{u}:",
        ]
        self.block = f"after{u}"


_MEMCPY = "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)"
