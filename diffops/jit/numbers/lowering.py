"""From a recorded program to a tape, where all that it computes are float64 numbers.

Small arrays are taken apart: each entry becomes a number, and functions that only move
entries (reshape, stack, indexing, …) run on the names of the numbers instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.index import getitem, update
from diffops.jit.numbers import codes
from diffops.jit.numbers.codes import Code, code_of, power_code
from diffops.jit.numbers.tape import Tape
from diffops.jit.program import (
    Guard,
    Operation,
    Program,
    Slot,
    kind_of,
    shape_in,
    slots_in,
)
from diffops.jit.recorded import _entries, _index
from diffops.rules.arithmetic import whole_power
from diffops.rules.casting import cast
from diffops.rules.contractions import _rearrange
from diffops.rules.creation import beside
from diffops.rules.indexing import scatter
from diffops.rules.joining import collected, concatenated, stacked
from diffops.rules.padding import surround
from diffops.rules.reductions import sum_
from diffops.rules.selecting import chosen
from diffops.rules.sorting import permute

#: So many operations may those on arrays become, and so many entries be moved.
_MOST_OPERATIONS = 100_000
_MOST_ENTRIES = 5_000_000


class NotOfNumbers(Exception):
    """The program computes something else than a few float64 numbers."""


def lowered(program: Program, exact: bool) -> Tape:
    """Return a program as a tape, or raise NotOfNumbers."""
    lowering = _Lowering(program, exact)
    lowering.run()
    tape = lowering.tape
    if lowering.entries:
        tape.prune()
    return tape


#: Functions that only move entries, and what runs on their names instead.
_MOVES: dict[Callable[..., Any], Callable[..., Any]] = {
    **{
        function: function
        for function in (
            getitem,
            collected,
            concatenated,
            stacked,
            permute,
            _rearrange,
            np.reshape,
            np.ravel,
            np.transpose,
            np.broadcast_to,
            np.roll,
            np.tile,
            np.repeat,
            np.diagonal,
            np.copy,
            np.lib.stride_tricks.sliding_window_view,
        )
    },
    np.real: lambda x: x,
    np.conjugate: lambda x: x,
    np.positive: lambda x: x,
}

_ROUNDINGS: dict[Any, Code] = {
    int: codes.GUARD_TRUNC,
    math.trunc: codes.GUARD_TRUNC,
    _index: codes.GUARD_TRUNC,
    math.floor: codes.GUARD_FLOOR,
    math.ceil: codes.GUARD_CEIL,
    round: codes.GUARD_ROUND,
}

_NUMBERS = frozenset(("float", "float64", "bool"))


class _Lowering:
    """One program on its way to a tape: what its slots have become."""

    def __init__(self, program: Program, exact: bool) -> None:
        self.program = program
        self.exact = exact
        self.tape = Tape()
        self.entries = self.spread = 0
        #: The name of a number, or an array of names, by slot.
        self.found: list[Any] = [None] * len(program.kinds)
        self.known: dict[Any, Code | None] = {}

    def run(self) -> None:
        program, found = self.program, self.found
        for slot in program.inputs:
            found[slot] = self._input(program.kinds[slot])
        for slot, value in program.constants.items():
            if np.ndim(value) == 0:
                found[slot] = self._constant(value)
        known, note = self.known, self.tape.note
        for step in program.steps:
            if isinstance(step, Guard):
                self._guard(step)
                continue
            function = step.function
            if function in known:
                code = known[function]
            else:
                code = known[function] = code_of(function, self.exact)
            if code is not None and not step.params:
                names = [found[slot] for slot in step.slots]
                if all(type(name) is int for name in names):
                    self._check_kind(step)
                    found[step.outputs[0]] = note(code, *names)
                    if step.name == "power":
                        self._guard_power(step.outputs[0], *names)
                    continue
            self._general(step, code)
        for slot in program.outputs:
            if program.kinds[slot].partition("[")[0] not in ("float", "float64"):
                raise NotOfNumbers
            output = np.array(self._names(slot), dtype=np.int64)
            if not self.exact:
                output[output == self.tape.constant(-0.0)] = self.tape.constant(0.0)
            self.tape.outputs.append(output)

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
        self._count(tape.inputs)
        return np.arange(first, tape.inputs).reshape(shape)

    def _constant(self, value: Any) -> int:
        kind = np.asarray(value).dtype
        if kind.kind not in "fiub" or kind.itemsize > 8:
            raise NotOfNumbers
        if float(value) != value and value == value:
            raise NotOfNumbers  # a whole number beyond those that a double holds
        return self.tape.constant(value)

    def _count(self, entries: int) -> None:
        self.entries += entries
        if self.entries > _MOST_ENTRIES:
            raise NotOfNumbers

    def _count_operations(self, operations: int) -> None:
        self.spread += operations
        if self.spread > _MOST_OPERATIONS:
            raise NotOfNumbers

    def _names(self, slot: int) -> Any:
        """Return the name, or the array of names, of a slot."""
        names = self.found[slot]
        if names is None:
            array = np.asarray(self.program.constants[slot])
            if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
                raise NotOfNumbers
            self._count(array.size)
            names = [self._constant(v) for v in array.ravel().tolist()]
            names = self.found[slot] = np.array(names, dtype=int).reshape(array.shape)
        return names

    def _check_kind(self, step: Operation) -> None:
        for slot in step.outputs:
            if self.program.kinds[slot].partition("[")[0] not in _NUMBERS:
                raise NotOfNumbers

    def _general(self, step: Operation, code: Code | None) -> None:
        self._check_kind(step)
        if step.several:
            raise NotOfNumbers
        kind = self.program.kinds[step.outputs[0]]
        y = self._computed(step, code)
        if "[" in kind:
            self._count(y.size)
        else:
            y = int(y)
        self.found[step.outputs[0]] = y

    def _computed(self, step: Operation, code: Code | None) -> Any:
        function = step.function
        if function is whole_power:
            return self._power(step)
        names = [self._names(slot) for slot in step.slots]
        if function is beside:
            return self._plain(step.params["array"])
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
                condition = self._plain(condition)
            else:
                condition = self._names(condition)
            return self._each(codes.CHOSEN, *names, condition)
        if _has_slots(step.params):
            raise NotOfNumbers
        if function is scatter:
            return self._scatter(names[0], **step.params)
        if function in _MOVES:
            return _MOVES[function](*names, **step.params)
        if function is sum_:
            return self._sum(names[0], **step.params)
        if code is not None and not step.params:
            return self._each(code, *names)
        raise NotOfNumbers

    def _plain(self, value: Any) -> Any:
        array = np.asarray(value)
        if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
            raise NotOfNumbers
        self._count(array.size)
        names = [self._constant(v) for v in array.ravel().tolist()]
        return np.array(names, dtype=int).reshape(array.shape)

    def _each(self, code: Code, *names: Any) -> Any:
        """Note an operation for each entry."""
        arrays = np.broadcast_arrays(*names)
        results = arrays[0].copy()
        flat = results.reshape(-1)
        rows = np.stack([a.ravel() for a in arrays])
        places = np.arange(flat.size)
        if code is codes.ADD:
            nothing = self.tape.constant(-0.0)
            flat[:] = np.where(rows[0] == nothing, rows[1], rows[0])
            places = np.flatnonzero((rows != nothing).all(axis=0))
        self._count_operations(len(places))
        for place, operands in zip(
            places.tolist(), rows[:, places].T.tolist(), strict=True
        ):
            flat[place] = self.tape.note(code, *operands)
        return results

    def _power(self, step: Operation) -> Any:
        base, exponent = step.slots
        n = self.program.constants[exponent]
        name = self._names(base)
        if n == 0:
            return np.full(np.shape(name), self.tape.constant(1.0))
        if n == 1:
            return name
        whole = isinstance(name, np.ndarray) and n == 2
        code = codes.SQUARE if whole else power_code(n, self.exact)
        if code is not None:
            return self._each(code, name)
        code = code_of(np.power, self.exact) if np.ndim(name) else codes.POWER
        if code is None:
            raise NotOfNumbers
        return self._each(code, name, self.tape.constant(n))

    def _scatter(self, names: Any, key: Any, shape: tuple[int, ...]) -> Any:
        """Add entries up at their places in zeros.

        Adding −0 changes no number, so that is what stands elsewhere.
        """
        nothing = self.tape.constant(0.0 if self.exact else -0.0)
        whole = np.full(math.prod(shape), nothing)
        places = np.arange(whole.size).reshape(shape)[key]
        names = np.broadcast_to(names, np.shape(places))
        taken: set[int] = set()
        for place, name in zip(np.ravel(places).tolist(), np.ravel(names), strict=True):
            if place in taken or self.exact:  # 0 + (-0) is 0
                name = self.tape.note(codes.ADD, int(whole[place]), int(name))
            taken.add(place)
            whole[place] = name
        return whole.reshape(shape)

    def _sum(self, names: Any, axis: Any = None, keepdims: bool = False) -> Any:
        """Add entries in the order in which NumPy adds them."""
        names = np.asarray(names)
        if axis is None:
            axes = tuple(range(names.ndim))
        else:
            axes = tuple(np.atleast_1d(axis) % max(names.ndim, 1))
        rest = [i for i in range(names.ndim) if i not in axes]
        rows = np.transpose(names, (*rest, *axes))
        shape = rows.shape[: len(rest)]
        rows = rows.reshape(math.prod(shape), -1)
        inner = not axes or axes[-1] == names.ndim - 1
        if self.exact and len(axes) != 1 and rest:
            raise NotOfNumbers  # the order in which NumPy adds here is not known
        add = self._pairwise if inner else self._in_turn
        self._count_operations(rows.size)
        sums = np.array([add(row.tolist()) for row in rows], dtype=int)
        if keepdims:
            shape = tuple(1 if i in axes else n for i, n in enumerate(names.shape))
        return sums.reshape(shape)

    def _in_turn(self, names: list[int]) -> int:
        if not names:
            return self.tape.constant(0.0)
        total = names[0]
        for name in names[1:]:
            total = self.tape.note(codes.ADD, total, name)
        return total

    def _pairwise(self, names: list[int]) -> int:
        """Add as NumPy does along contiguous memory: in eight partial sums."""
        count = len(names)
        if count < 8:
            return self._in_turn(names)
        if count > 128:
            half = count // 2
            half -= half % 8
            parts = self._pairwise(names[:half]), self._pairwise(names[half:])
            return self.tape.note(codes.ADD, *parts)
        sums = names[:8]
        whole = count - count % 8
        for i in range(8, whole, 8):
            for k in range(8):
                sums[k] = self.tape.note(codes.ADD, sums[k], names[i + k])
        while len(sums) > 1:
            sums = [
                self.tape.note(codes.ADD, a, b)
                for a, b in zip(sums[::2], sums[1::2], strict=True)
            ]
        return self._in_turn([*sums, *names[whole:]])

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
