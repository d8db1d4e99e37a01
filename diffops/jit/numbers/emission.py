"""A tape as LLVM IR: ``@core``, straight code and loops, in several parts if long."""

from __future__ import annotations

import math

import numpy as np

from diffops.jit.numbers.lowering import lowered
from diffops.jit.numbers.part import Part
from diffops.jit.numbers.placement import Placement
from diffops.jit.numbers.rolling import Stretch, stretches
from diffops.jit.numbers.tape import Tape
from diffops.jit.program import Program, shape_in
from diffops.jit.source import Source
from diffops.native.codes import codes

#: A function of more operations takes LLVM too long.
_LONG_PART = 400
#: Programs of more operations in several parts.
_LONG = 1500


def number_source(program: Program, exact: bool) -> Source:
    """Return a program of numbers, or raise NotOfNumbers."""
    sizes = [
        math.prod(shape_in(kind)) if "[" in kind else 1
        for kind in (program.kinds[slot] for slot in program.inputs)
    ]
    return source_of(lowered(program, exact), sizes)


def source_of(tape: Tape, sizes: list[int]) -> Source:
    """Return a tape as LLVM IR, given how many entries each input has."""
    rolled = stretches(tape.arrays()[0])
    length = sum(stretch.period for stretch in rolled)
    placement = Placement(tape, _in_parts(rolled, length))
    emission = Emission(placement, sizes)
    text = emission.text()
    return Source(text, length, len(tape.codes), 8 * placement.size, emission.symbols)


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


class Emission:
    """The text of one program, part by part."""

    def __init__(self, placement: Placement, shapes: list[int]) -> None:
        self.placement = placement
        self.tape = placement.tape
        self.shapes = shapes
        self.starts = np.cumsum([0, *shapes]).tolist()
        self.globals: list[str] = []
        self.declared: dict[str, None] = {}
        self.symbols: dict[str, int] = {}
        self.tables = 0

    def text(self) -> str:
        """Return the module."""
        parts = self.placement.parts
        bodies = [Part(self, number).text() for number in range(len(parts))]
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
                "attributes #0 = { nounwind willreturn readnone }",
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
        """Declare what a code needs besides."""
        code = codes[number]
        if code.declares:
            self.declared.setdefault(code.declares)
            self.symbols.update(code.symbols)
