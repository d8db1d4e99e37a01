"""Where the numbers of a rolled-up tape stand: in a register, or in the workspace.

A number that is used where it was computed stays in a register. One that is read by
address (by a later loop, turn by turn, or from another part of the program) has a place
in the workspace: place ``base + turn * width + column`` for those of a loop.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from diffops.jit.numbers.rolling import Stretch
from diffops.jit.numbers.tape import Tape
from diffops.native.codes import codes


class Fixed(NamedTuple):
    """An operand that is the same number in every turn."""

    name: int


class Carried(NamedTuple):
    """An operand that the turn before computed at ``position``; ``first`` in turn 0."""

    position: int
    first: int


class Turning(NamedTuple):
    """An operand that this turn computed at ``position``."""

    position: int


class Constants(NamedTuple):
    """An operand that is another constant in each turn."""

    values: Any


class Read(NamedTuple):
    """An operand in the workspace: place ``first + stride * turn``."""

    first: int
    stride: int


class Looked(NamedTuple):
    """An operand in the workspace at a place that a table says."""

    places: Any


Column = Fixed | Carried | Turning | Constants | Read | Looked


def addressed(places: np.ndarray) -> Read | Looked:
    """Return the operand that stands at these places, turn by turn."""
    stride = int(places[1] - places[0])
    if (np.diff(places) == stride).all():
        return Read(int(places[0]), stride)
    return Looked(places)


class Placement:
    """The stretches of a tape in parts, with columns for loops and places in memory.

    ``parts`` are lists of stretches that become one function each. ``columns`` holds
    for each loop, by its start, a tuple of columns per position.
    """

    def __init__(self, tape: Tape, parts: list[list[Stretch]]) -> None:
        self.tape = tape
        self.parts = parts
        self.first = tape.inputs
        self.total = tape.inputs + len(tape.codes)
        numbers, self.operands = tape.arrays()
        self.arity = np.array([code.arity for code in codes])[numbers]
        self.columns: dict[int, list[tuple[Column, ...]]] = {}
        #: The stretch and the part of each operation.
        self.stretch_of = np.zeros(len(tape.codes), dtype=np.int64)
        self.part_of = np.zeros(len(tape.codes), dtype=np.int64)
        self.stretches = [stretch for part in parts for stretch in part]
        number = 0
        for place, part in enumerate(parts):
            for stretch in part:
                self.stretch_of[stretch.start : stretch.stop] = number
                self.part_of[stretch.start : stretch.stop] = place
                number += 1
        self._needed = np.zeros(len(tape.codes), dtype=bool)
        self._needed_constants: set[int] = set()
        self.copies_inputs = False
        self._classify()
        self._place()
        self._address()

    # Which numbers are read by address.

    def _classify(self) -> None:
        self._waiting: list[tuple[Stretch, int, int, Any]] = []
        for stretch in self.stretches:
            if stretch.turns == 1:
                self._straight(stretch)
            else:
                self._loop(stretch)
        for output in self.tape.outputs:
            if output.size > LONG_OUTPUT:
                self._need(output.ravel())
            else:
                for name in output.ravel().tolist():
                    self._use(name, len(self.parts) - 1)

    def _straight(self, stretch: Stretch) -> None:
        names = self.operands[stretch.start : stretch.stop].ravel()
        names = names[names >= self.first] - self.first
        part = self.part_of[stretch.start]
        elsewhere = self.part_of[names] != part
        last = self._is_last(names)
        self._need(names[elsewhere | ~last] + self.first)

    def _is_last(self, rows: np.ndarray) -> np.ndarray:
        """Tell which operations are straight, or in the last turn of a loop."""
        numbers = self.stretch_of[rows]
        stops = np.array([s.stop for s in self.stretches], dtype=np.int64)
        periods = np.array([s.period for s in self.stretches], dtype=np.int64)
        return rows >= stops[numbers] - periods[numbers]

    def _use(self, name: int, part: int) -> None:
        """Note that a single number is read in some part."""
        row = name - self.first
        if row >= 0 and (
            self.part_of[row] != part or not self._is_last(np.array([row]))[0]
        ):
            self._need(np.array([name]))

    def _loop(self, stretch: Stretch) -> None:
        start, period, turns = stretch
        block = self.operands[start : stretch.stop].reshape(turns, period, 3)
        own = self.first + start
        part = int(self.part_of[start])
        turn = np.arange(turns)
        columns: list[tuple[Column, ...]] = []
        for position in range(period):
            row: list[Any] = []
            for k in range(int(self.arity[start + position])):
                names = block[:, position, k]
                head = int(names[0])
                back = int(names[1]) - own
                if head < own and (names == head).all():
                    column: Any = Fixed(head)
                    self._use(head, part)
                elif (
                    0 <= head - own < position and (names == head + period * turn).all()
                ):
                    column = Turning(head - own)
                elif (
                    head < own
                    and 0 <= back < period
                    and (names[1:] == names[1] + period * turn[:-1]).all()
                ):
                    column = Carried(back, head)
                    self._use(head, part)
                elif (names < 0).all():
                    constants = np.array(self.tape.constants)
                    column = Constants(constants[~names])
                else:
                    column = None
                    self._need(names)
                    self._waiting.append((stretch, position, k, names))
                row.append(column)
            columns.append(tuple(row))
        self.columns[start] = columns

    def _need(self, names: np.ndarray) -> None:
        """Note that numbers are read by address."""
        self._needed[names[names >= self.first] - self.first] = True
        self._needed_constants.update((~names[names < 0]).tolist())
        if ((names >= 0) & (names < self.first)).any():
            self.copies_inputs = True

    # Where they stand.

    def _place(self) -> None:
        """Give a place to each number that needs one: inputs, constants, results."""
        self.places = np.full(self.total, -1, dtype=np.int64)
        self.stored: dict[int, list[int]] = {}
        self.widths: dict[int, int] = {}
        size = 0
        if self.copies_inputs:
            self.places[: self.first] = np.arange(self.first)
            size = self.first
        self.constants_at = size
        self.constants = sorted(self._needed_constants)
        self.constant_places = {k: size + i for i, k in enumerate(self.constants)}
        size += len(self.constants)
        for start, period, turns in self.stretches:
            needed = self._needed[start : start + period * turns]
            positions = np.flatnonzero(needed.reshape(turns, period).any(axis=0))
            width = len(positions)
            self.stored[start] = positions.tolist()
            self.widths[start] = width
            rows = start + np.arange(turns)[:, None] * period + positions
            places = size + np.arange(turns * width).reshape(turns, width)
            self.places[self.first + rows] = places
            size += turns * width
        self.size = size

    def places_of(self, names: np.ndarray) -> np.ndarray:
        """Return where numbers stand in the workspace."""
        places = np.empty_like(names)
        places[names >= 0] = self.places[names[names >= 0]]
        for i in np.flatnonzero(names < 0).tolist():
            places[i] = self.constant_places[~int(names[i])]
        return places

    def _address(self) -> None:
        for stretch, position, k, names in self._waiting:
            row = list(self.columns[stretch.start][position])
            row[k] = addressed(self.places_of(names))
            self.columns[stretch.start][position] = tuple(row)
        del self._waiting


#: Longer outputs are written by a loop.
LONG_OUTPUT = 16
