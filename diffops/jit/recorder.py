"""Recording: f runs on values that note every primitive, and every decision.

It is a mode like the others, the oldest of those that run: so derivatives inside f
are recorded as the operations that they consist of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.engines.arrays import is_array, keep
from diffops.engines.loading import engine_of
from diffops.errors import at_user_line
from diffops.jit.copies import Copies
from diffops.jit.program import (
    Guard,
    Operation,
    Program,
    Slot,
    kind_of,
    short_functions,
)
from diffops.jit.recorded import class_for
from diffops.jit.signature import LAZY
from diffops.primitive import Primitive
from diffops.rules._batches import same_for_all, same_or_differing, stacking
from diffops.rules.arithmetic import is_whole
from diffops.tags import Level, Tracked
from diffops.values.views import link_view


class NotRecordable(Exception):
    """f depends on a value of a differentiation that runs outside of it."""


class Recording(Level):
    """One recording of f: the program so far.

    ``lines`` asks for the user's line at every guard, which takes longer.
    """

    __slots__ = (
        "_arrays",
        "_asked",
        "_copies",
        "_numbers",
        "known",
        "lines",
        "program",
        "raised",
    )

    keeps = True

    def __init__(self, lines: bool = False) -> None:
        super().__init__()
        self.program = Program()
        self.lines = lines
        #: Whether something raised: what f did about it holds for these values alone.
        self.raised = False
        #: The outputs of the operations noted so far (of a short step, its result):
        #: nothing is computed twice.
        self.known: dict[Any, Any] = {}
        self._numbers: dict[Any, int] = {}
        self._arrays: dict[int, tuple[int, Any]] = {}
        self._copies = Copies()
        self._asked: set[Any] = set()

    def input(self, value: Any) -> Tracked:
        """Record an argument of f."""
        slot = self.program.new_slot(value)
        self.program.inputs.append(slot)
        return self.recorded(value, slot)

    def recorded(self, value: Any, slot: int) -> Tracked:
        """Track a value that the program computes."""
        result = class_for(value)()
        result.level = self
        result.primal = value
        result.carry = slot
        return result

    def stripped(self, value: Any) -> Any:
        """Return the value itself: there are no differentiations inside it."""
        return value

    def example(self, value: Any) -> Any:
        """Return the value that f was recorded with."""
        return value.primal

    def decide(self, value: Any, read: Callable[[Any], Any]) -> Any:
        """Return what Python makes of a value, and note that it was asked."""
        try:
            answer = read(value.primal)
        except Exception:
            self.raised = True
            raise
        key = (value.carry, read)
        if self.running and key not in self._asked:
            self._asked.add(key)
            self._guard(value.carry, read, answer)
        return answer

    def _guard(self, slot: int, read: Callable[[Any], Any], answer: Any) -> None:
        line = at_user_line() if self.lines else ""
        self.program.short.append(Guard(slot, read, answer, line))

    def slot_of(self, value: Any) -> int:
        """Return the slot of a value, entering it as a constant if it is plain."""
        if not isinstance(value, Tracked):
            return self.constant(value)
        if value.level is not self:
            raise NotRecordable
        return value.carry

    def constant(self, value: Any) -> int:
        """Return the slot of a constant; equal ones share it."""
        if is_array(value):
            return self._constant_array(value)
        if engine_of(value) is not None:
            raise TypeError(LAZY)
        # Zeros of both signs are equal, and nothing is equal to NaN.
        key = (type(value), value if value else repr(value))
        slot = self._numbers.get(key)
        if slot is None:
            slot = self._numbers[key] = self.program.new_slot(value)
            self.program.constants[slot] = value
        return slot

    def _constant_array(self, array: Any) -> int:
        found = self._arrays.get(id(array))
        if found is not None and _same(self.program.constants[found[0]], array):
            return found[0]
        slot = self.program.new_slot(array)
        self.program.constants[slot] = self._copies.of(array)
        self._arrays[id(array)] = (slot, array)  # alive, so that its id stays its own
        return slot

    def apply(
        self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Run a primitive, and note it unless the same was computed before."""
        slots = tuple(map(self.slot_of, args))
        plain = {name: _plain(value) for name, value in params.items()}
        noted = {name: self._with_slots(value) for name, value in params.items()}
        if "reuse" in params:
            plain["reuse"] = noted["reuse"] = False
        try:
            y = primitive.function(*map(_plain, args), **plain)
        except Exception:
            self.raised = True
            raise
        if primitive.batch is same_for_all:
            return y
        value = self.noted(primitive, slots, noted, y)
        if primitive.name == "power" and type(y) in (float, complex):
            self._keep_kind(value, *args)
        if primitive.view:
            link_view(args[0], value, primitive, params)
        return value

    def _keep_kind(self, y: Tracked, base: Any, exponent: Any) -> None:
        """Guard that a power of Python's numbers is real, or complex, as it was.

        A derivative need not compute the power, but goes by its kind.
        """
        if isinstance(exponent, Tracked):
            self.decide(y, kind_of)
        elif not isinstance(_plain(base), complex) and not is_whole(abs(exponent)):
            self.decide(base < 0, bool)

    def noted(
        self, rule: Any, slots: tuple[int, ...], params: dict[str, Any], y: Any
    ) -> Any:
        """Return y as what a rule computes from the values in some slots."""
        several = isinstance(y, tuple)
        results = y if several else (y,)
        if any(isinstance(result, Tracked) for result in results):
            self.raised = True  # equal eigenvalues: see diffops.repeated
            raise NotRecordable
        key = _key(rule.function, slots, params)
        outputs = None if key is None else self.known.get(key)
        if type(outputs) is int:
            outputs = (outputs,)
        if outputs is None:
            outputs = tuple(map(self.program.new_slot, results))
            self.program.short.append(
                Operation(rule.function, rule.name, slots, params, outputs, several)
            )
            if key is not None:
                self.known[key] = outputs
            if rule.batch in _BY_VALUE and not isinstance(rule.function, np.ufunc):
                for result, slot in zip(results, outputs, strict=True):
                    self._guard(slot, kind_of, kind_of(result))
        values = tuple(map(self.recorded, results, outputs))
        return values if several else values[0]

    def _with_slots(self, value: Any) -> Any:
        """Return a parameter with slots for what it holds of recorded values."""
        if isinstance(value, Tracked):
            return Slot(self.slot_of(value))
        if isinstance(value, (tuple, list)):
            return type(value)(map(self._with_slots, value))
        return keep(value) if is_array(value) else value


#: The batching rules of functions whose shapes, or dtypes, may go by values.
_BY_VALUE = (same_or_differing, stacking, None)


def _plain(value: Any) -> Any:
    if isinstance(value, Tracked):
        return value.value()
    if isinstance(value, (tuple, list)):
        return type(value)(map(_plain, value))
    return value


def _same(a: Any, b: Any) -> bool:
    return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")


def _key(function: Any, slots: tuple[int, ...], params: dict[str, Any]) -> Any:
    """Return what tells an operation from others, or None if that is unknown."""
    if not params and function in short_numbers:
        return (short_numbers[function], *slots)
    try:
        key = (function, slots, tuple((n, _frozen(v)) for n, v in params.items()))
        hash(key)
    except TypeError:
        return None
    return key


#: The numbers of the functions that short steps call.
short_numbers: dict[Any, int] = {}


def short_number(rule: Any) -> int:
    """Return the number of the function of a rule in short steps."""
    number = short_numbers.setdefault(rule.function, len(short_functions))
    if number == len(short_functions):
        short_functions.append((rule.function, rule.name))
    return number


def _frozen(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return (type(value), *map(_frozen, value))
    if isinstance(value, slice):
        return (slice, value.start, value.stop, value.step)
    if isinstance(value, np.ndarray):
        return (value.shape, value.dtype.str, value.tobytes())
    return (type(value), value)
