"""Looking: f runs once, and every primitive is kept with its value and its line.

It is jit's recording, with three differences: the values are kept, nothing is computed
once that f computes twice, and only the decisions that the user's code takes are noted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import diffops.errors
from diffops.engines.arrays import whole
from diffops.errors import NoDerivativeError, at_user_line
from diffops.jit.program import Operation, Slot
from diffops.jit.recorded import Recorded, RecordedArray, RecordedIndices
from diffops.jit.recorder import NotRecordable, Recording
from diffops.primitive import adopt
from diffops.rules._constant import Constant
from diffops.tags import Tracked, lower
from diffops.values.scalar import (
    FLOAT64,
    OTHER,
    PYTHON,
    Float64Value,
    OtherValue,
    ScalarValue,
    is_number,
    kind_of,
)

_HERE = os.path.dirname(os.path.abspath(diffops.errors.__file__)) + os.sep


class SeenFloat64(Recorded, Float64Value):
    """A float64 number under the eye; each operation goes through the dispatch."""

    __slots__ = ()


class SeenFloat(Recorded, ScalarValue):
    """A Python float under the eye."""

    __slots__ = ()
    kind = PYTHON


class SeenNumber(Recorded, OtherValue):
    """A number of another dtype under the eye."""

    __slots__ = ()


_NUMBERS: dict[int, type[Any]] = {
    FLOAT64: SeenFloat64,
    PYTHON: SeenFloat,
    OTHER: SeenNumber,
}


class Seen(Operation):
    """An operation with the rule that it ran by, and the user's line (``f.py:3``)."""

    __slots__ = ("line", "rule")

    def __init__(
        self,
        rule: Any,
        slots: tuple[int, ...],
        params: dict[str, Any],
        outputs: tuple[int, ...],
        several: bool,
        line: str,
    ) -> None:
        super().__init__(rule.function, rule.name, slots, params, outputs, several)
        self.rule = rule
        self.line = line


def stop_gradient(value: Any) -> Any:
    """Return the value itself."""
    return value


_STOP = Constant(stop_gradient)


class Looking(Recording):
    """One run of a function under the eye; ``values`` holds what each slot held."""

    __slots__ = ("_stopped", "values")

    #: What is found by a solver shows one of the steps that give it its derivatives.
    order = 1

    def __init__(self, lines: bool = False) -> None:
        super().__init__(lines)
        self.values: dict[int, Any] = {}
        self._stopped: dict[int, int] = {}

    def recorded(self, value: Any, slot: int) -> Tracked:
        """Track a value, and keep it."""
        self.values[slot] = value
        result: Tracked
        if is_number(value):
            result = _NUMBERS[kind_of(value)]()
        else:
            whole = value.dtype.kind in "biu"
            result = RecordedIndices() if whole else RecordedArray()
        result.level = self
        result.primal = value
        result.carry = slot
        return result

    def constant(self, value: Any) -> int:
        """Return the slot of a constant, and keep its value."""
        slot = super().constant(value)
        self.values[slot] = self.program.constants[slot]
        return slot

    def slot_of(self, value: Any) -> int:
        """Return the slot of a value; those of other differentiations are refused."""
        try:
            return super().slot_of(value)
        except NotRecordable:
            self.refusal = NoDerivativeError(
                "trace runs f on plain numbers, but f uses a value that is being "
                f"differentiated outside of it{at_user_line()}; call trace outside, "
                "on the function that differentiates"
            )
            raise self.refusal from None

    def stripped(self, value: Any) -> Any:
        """Return the value as a constant: a step, which functions of it may skip."""
        if not self.running:
            return value
        return self.noted(_STOP, (value.carry,), {}, value.value())

    def noted(
        self, rule: Any, slots: tuple[int, ...], params: dict[str, Any], y: Any
    ) -> Any:
        """Note an operation, each time that it is computed."""
        several = isinstance(y, tuple)
        results = y if several else (y,)
        if isinstance(rule, Constant) and rule is not _STOP:
            slots = tuple(self._stopped.get(slot, slot) for slot in slots)
        outputs = tuple(map(self.program.new_slot, results))
        line = at_user_line().strip(" ()") if self.lines else ""
        self.program.steps.append(Seen(rule, slots, params, outputs, several, line))
        if rule is _STOP:
            self._stopped[outputs[0]] = self._stopped.get(slots[0], slots[0])
        values = tuple(map(self.recorded, results, outputs))
        return values if several else values[0]

    def _guard(self, slot: int, read: Callable[[Any], Any], answer: Any) -> None:
        if _is_asked_by_user():
            super()._guard(slot, read, answer)


def _is_asked_by_user() -> bool:
    """Tell whether the user's code asks for a value, perhaps through NumPy."""
    frame: FrameType | None = sys._getframe(3)  # above `decide`
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name != Recorded.__module__ and name.partition(".")[0] != "numpy":
            return not frame.f_code.co_filename.startswith(_HERE)
        frame = frame.f_back
    return True


def filled(value: Any, values: dict[int, Any]) -> Any:
    """Return a parameter with the values of the slots that it holds."""
    if isinstance(value, Slot):
        return values[value]
    if isinstance(value, (tuple, list)):
        return type(value)(filled(item, values) for item in value)
    return value


def watch(
    run: Callable[..., Sequence[Any]], values: Sequence[Any]
) -> tuple[Looking, list[Any]]:
    """Run a rule under the eye; return the level and the rule's results."""
    level = Looking()
    try:
        results = [lower(adopt(whole(y))) for y in run(*map(level.input, values))]
    finally:
        level.end()
    return level, results
