"""A loop of a program of numbers as LLVM IR."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from diffops.jit.numbers.placement import (
    Carried,
    Column,
    Constants,
    Fixed,
    Looked,
    Read,
    Turning,
)
from diffops.jit.numbers.rolling import Stretch
from diffops.native.codes import codes

if TYPE_CHECKING:
    from diffops.jit.numbers.part import Part


def literal(value: float) -> str:
    """Return a double as LLVM writes it, to the last bit."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


def emit_loop(part: Part, stretch: Stretch) -> None:
    """Add a stretch of several turns to a function."""
    placement = part.placement
    start, period, turns = stretch
    columns = placement.columns[start]
    first = placement.first + start
    numbers = part.whole.tape.codes[start : start + period]
    loop = Loop(part, turns, first, guarded=any(codes[n].guard for n in numbers))
    for row in columns:
        for column in row:
            loop.prepare(column)
    loop.open()
    stored = set(placement.stored[start])
    for position, row in enumerate(columns):
        part.emit(start + position, [loop.operand(column) for column in row])
        if position in stored:
            place = int(placement.places[first + position])
            base = loop.base(placement.widths[start])
            part.store(f"%v{first + position}", base, place)
    loop.close()


class Loop:
    """A loop under construction: its counter, and what each operand of it is.

    ``first`` is the name of the first number that a turn computes.
    """

    def __init__(
        self, part: Part, turns: int, first: int = 0, guarded: bool = False
    ) -> None:
        self.part = part
        self.turns = turns
        self.first = first
        self.label = part.fresh()
        self.turn = f"%k{self.label}"
        self.guarded = guarded
        self.fixed: dict[Fixed, str] = {}
        self.carried: dict[Carried, str] = {}
        #: What the registers of carried numbers begin with.
        self.begun: dict[Carried, str] = {}
        self.bases: dict[int, str] = {}
        self.reads: dict[Read, str] = {}

    def prepare(self, column: Column) -> None:
        """Bring what an operand needs from before the loop into registers."""
        if isinstance(column, Fixed):
            self.fixed[column] = self.part.register(column.name)
        elif isinstance(column, Carried) and column not in self.carried:
            self.begun[column] = self.part.register(column.first)
            self.carried[column] = f"%c{self.label}.{len(self.carried)}"

    def open(self) -> None:
        """Begin the body."""
        label, turn, lines = self.label, self.turn, self.part.lines
        lines += [
            f"br label %before{label}",
            f"before{label}:",
            f"br label %loop{label}",
            f"loop{label}:",
            f"{turn} = phi i64 [0, %before{label}], [{turn}.next, %loop{label}]",
        ]
        for column, register in self.carried.items():
            self._merge(register, "double", self.begun[column], self._own(column))
        self.guards_at = len(lines)
        self.bad = self.part.bad
        if self.guarded:
            self.part.bad = f"%bad{label}"

    def _merge(self, register: str, kind: str, before: str, after: str) -> None:
        label = self.label
        self.part.lines.append(
            f"{register} = phi {kind} [{before}, %before{label}], "
            f"[{after}, %loop{label}]"
        )

    def _own(self, column: Carried | Turning) -> str:
        return f"%v{self.first + column.position}"

    def close(self) -> None:
        """End the body, and with it the loop."""
        label, turn, part = self.label, self.turn, self.part
        if self.guarded:
            body = part.lines[self.guards_at :]
            del part.lines[self.guards_at :]
            self._merge(f"%bad{label}", "i1", self.bad, part.bad)
            part.lines += body
        part.lines += [
            f"{turn}.next = add nuw nsw i64 {turn}, 1",
            f"{turn}.more = icmp ult i64 {turn}.next, {self.turns}",
            f"br i1 {turn}.more, label %loop{label}, label %after{label}",
            f"after{label}:",
        ]

    def operand(self, column: Column) -> str:
        """Return the register of an operand in this turn."""
        if isinstance(column, Fixed):
            return self.fixed[column]
        if isinstance(column, Carried):
            return self.carried[column]
        if isinstance(column, Turning):
            return self._own(column)
        if isinstance(column, Read):
            # A place is written once, so what was read from it stays as it is.
            if column not in self.reads:
                base = self.base(column.stride)
                self.reads[column] = self.part.load(base, column.first)
            return self.reads[column]
        whole = self.part.whole
        if isinstance(column, Looked):
            table = whole.table("i64", list(map(str, column.places.tolist())))
            return self.part.load("%work", self._entry(table, "i64"))
        assert isinstance(column, Constants)
        table = whole.table("double", list(map(literal, column.values.tolist())))
        return self._entry(table, "double")

    def base(self, stride: int) -> str:
        """Return the workspace, moved by a stride in each turn."""
        if stride not in self.bases:
            u, lines = self.part.fresh(), self.part.lines
            lines.append(f"%m{u} = mul nsw i64 {self.turn}, {stride}")
            lines.append(f"%n{u} = getelementptr double, ptr %work, i64 %m{u}")
            self.bases[stride] = f"%n{u}"
        return self.bases[stride]

    def _entry(self, table: str, kind: str) -> str:
        u, lines = self.part.fresh(), self.part.lines
        lines.append(f"%g{u} = getelementptr {kind}, ptr {table}, i64 {self.turn}")
        lines.append(f"%l{u} = load {kind}, ptr %g{u}")
        return f"%l{u}"
