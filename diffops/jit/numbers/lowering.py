"""From a recorded program to a tape, where all that it computes are float64 numbers.

Small arrays are taken apart: each entry becomes a number (see `small_arrays`).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.index import update
from diffops.jit.numbers.functions import code_of
from diffops.jit.numbers.small_arrays import MOVES, Entries, NotOfNumbers
from diffops.jit.numbers.tape import Tape
from diffops.jit.program import (
    Guard,
    Operation,
    Program,
    Slot,
    in_full,
    kind_of,
    shape_in,
    short_functions,
    slots_in,
)
from diffops.jit.recorded import _entries, _index
from diffops.native import codes
from diffops.native.codes import Code
from diffops.rules.arithmetic import whole_power
from diffops.rules.casting import cast
from diffops.rules.creation import beside
from diffops.rules.indexing import scatter
from diffops.rules.padding import surround
from diffops.rules.reductions import sum_
from diffops.rules.selecting import chosen


def lowered(program: Program, exact: bool) -> Tape:
    """Return a program as a tape, or raise NotOfNumbers."""
    lowering = _Lowering(program, exact)
    lowering.run()
    tape = lowering.tape
    if lowering.entries.computed:
        tape.prune()
    return tape


_ROUNDINGS: dict[Any, Code] = {
    int: codes.GUARD_TRUNC,
    math.trunc: codes.GUARD_TRUNC,
    _index: codes.GUARD_TRUNC,
    math.floor: codes.GUARD_FLOOR,
    math.ceil: codes.GUARD_CEIL,
    round: codes.GUARD_ROUND,
}

#: What is something else of truth values than of numbers.
_NO_TRUTH = frozenset((codes.ADD, codes.SQUARE, codes.POWER))

_NUMBERS = frozenset(("float", "float64", "bool"))


class _Lowering:
    """One program on its way to a tape: what its slots have become."""

    def __init__(self, program: Program, exact: bool) -> None:
        self.program = program
        self.exact = exact
        self.tape = Tape()
        self.entries = Entries(self.tape, exact)
        #: The name of a number, or an array of names, by slot.
        self.found: list[Any] = [None] * len(program.kinds)
        self.known: dict[Any, Code | None] = {}

    def run(self) -> None:
        program, found = self.program, self.found
        for slot in program.inputs:
            found[slot] = self._input(program.kinds[slot])
        for slot, value in program.constants.items():
            if np.ndim(value) == 0:
                found[slot] = self.entries.constant(value)
        known, note = self.known, self.tape.note
        for step in program.short:
            if type(step) is tuple:
                code = known.get(step[0])
                if code is not None:
                    found[step[1]] = note(code, *[found[slot] for slot in step[2:]])
                    continue
                known[step[0]] = self._code(short_functions[step[0]][0])
            whole = in_full(step)
            if isinstance(whole, Guard):
                self._guard(whole)
            else:
                self._operation(whole)
        for slot in program.outputs:
            if program.kinds[slot].partition("[")[0] not in ("float", "float64"):
                raise NotOfNumbers
            output = np.array(self._names(slot), dtype=np.int64)
            if not self.exact:
                output[output == self.tape.nothing()] = self.tape.constant(0.0)
            self.tape.outputs.append(output)

    def _code(self, function: Any) -> Code | None:
        known = self.known
        if function not in known:
            known[function] = code_of(function, self.exact)
        return known[function]

    def _operation(self, step: Operation) -> None:
        code, found = self._code(step.function), self.found
        if code is not None and not step.params:
            names = [found[slot] for slot in step.slots]
            if all(type(name) is int for name in names):
                self._check_kind(step, code)
                found[step.outputs[0]] = self.tape.note(code, *names)
                if step.name == "power":
                    self._guard_power(step.outputs[0], *names)
                return
        self._general(step, code)

    def _input(self, kind: str) -> Any:
        tape = self.tape
        if kind in ("float", "float64"):
            tape.inputs += 1
            return tape.inputs - 1
        if not kind.startswith("float64["):
            raise NotOfNumbers
        shape = shape_in(kind)
        first = tape.inputs
        tape.inputs += math.prod(shape)
        self.entries.count(tape.inputs)
        return np.arange(first, tape.inputs).reshape(shape)

    def _names(self, slot: int) -> Any:
        """Return the name, or the array of names, of a slot."""
        names = self.found[slot]
        if names is None:
            names = self.entries.names_of(self.program.constants[slot])
            self.found[slot] = names
        return names

    def _check_kind(self, step: Operation, code: Code | None) -> None:
        for slot in step.outputs:
            kind = self.program.kinds[slot].partition("[")[0]
            if kind not in _NUMBERS or (kind == "bool" and code in _NO_TRUTH):
                raise NotOfNumbers

    def _general(self, step: Operation, code: Code | None) -> None:
        self._check_kind(step, code)
        if step.several:
            raise NotOfNumbers
        kind = self.program.kinds[step.outputs[0]]
        y = self._computed(step, code)
        if "[" in kind:
            self.entries.count(y.size)
        else:
            y = int(y)
        self.found[step.outputs[0]] = y

    def _computed(self, step: Operation, code: Code | None) -> Any:
        function = step.function
        if function is whole_power:
            base, exponent = step.slots
            n = self.program.constants[exponent]
            return self.entries.power(self._names(base), n)
        names = [self._names(slot) for slot in step.slots]
        if function is beside:
            return self.entries.names_of(step.params["array"])
        if function is cast:
            return names[0]
        if function is update:
            params = {**step.params, "reuse": False}
            return update(np.asarray(names[0]), names[1], **params)
        if function is surround:
            inside = np.pad(np.ones_like(names[0], bool), step.params["widths"] or 0)
            moved = np.full(inside.shape, self.tape.constant(0.0))
            moved[inside] = np.ravel(names[0])
            return moved
        if function is chosen:
            condition = step.params["condition"]
            if not isinstance(condition, Slot):
                condition = self.entries.names_of(condition)
            else:
                condition = self._names(condition)
            return self.entries.each(codes.CHOSEN, *names, condition)
        if _has_slots(step.params):
            raise NotOfNumbers
        if function is scatter:
            return self.entries.scatter(names[0], **step.params)
        if function in MOVES:
            return MOVES[function](*names, **step.params)
        if function is sum_:
            return self.entries.sum(names[0], **step.params)
        if code is not None and not step.params:
            return self.entries.each(code, *names)
        raise NotOfNumbers

    def _guard(self, step: Guard) -> None:
        names = self._names(step.slot)
        read, expected = step.read, step.expected
        note, constant = self.tape.note, self.tape.constant
        if read is bool:
            if np.ndim(names):
                names = int(np.asarray(names).reshape(()))
            note(codes.GUARD_TRUE if expected else codes.GUARD_FALSE, names)
        elif read in _ROUNDINGS:
            if np.ndim(names) or abs(expected) > 2**53:
                raise NotOfNumbers
            note(_ROUNDINGS[read], names, constant(expected))
        elif read is float or read is _entries:
            wanted = np.ravel(np.asarray(expected))
            if wanted.dtype.kind not in "fb":
                raise NotOfNumbers
            flat = np.ravel(names).tolist()
            for name, value in zip(flat, wanted.tolist(), strict=True):
                note(codes.GUARD_SAME, name, constant(value))
        elif read is not kind_of:  # what could change the kind is refused or guarded
            raise NotOfNumbers

    def _guard_power(self, slot: int, base: int, exponent: int) -> None:
        """Guard a power that Python computes: of a negative base it may be complex."""
        if self.program.kinds[slot] == "float":
            self.tape.note(codes.GUARD_REAL, self.found[slot], base, exponent)


def _has_slots(params: dict[str, Any]) -> bool:
    return bool(params) and any(True for _ in slots_in(list(params.values())))
