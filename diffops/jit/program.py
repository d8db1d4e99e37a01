"""A recorded program: one flat list of steps, which prints as a Wengert list.

Every value is computed once and has a number, its slot. A step is an operation, or a
guard: a decision that Python took while the program was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from diffops.tags import Tracked


class Slot(int):
    """The number of a value, where it stands in a parameter of an operation."""

    __slots__ = ()


class Operation:
    """A function of the values in some slots, into one slot or (``several``) a tuple.

    Parameters are plain, but for a `Slot` where they depend on recorded values.
    """

    __slots__ = ("function", "name", "outputs", "params", "several", "slots")

    def __init__(
        self,
        function: Callable[..., Any],
        name: str,
        slots: tuple[int, ...],
        params: dict[str, Any],
        outputs: tuple[int, ...],
        several: bool,
    ) -> None:
        self.function = function
        self.name = name
        self.slots = slots
        self.params = params
        self.outputs = outputs
        self.several = several

    def reads(self) -> tuple[int, ...]:
        """Return the slots that the operation depends on."""
        if not self.params:
            return self.slots
        return (*self.slots, *slots_in(list(self.params.values())))


#: The functions that short steps call, with their names; see `Program.steps`.
short_functions: list[tuple[Callable[..., Any], str]] = []


class Guard:
    """What Python made of a value (``read``), and that it must make the same again."""

    __slots__ = ("expected", "line", "read", "slot")

    def __init__(
        self, slot: int, read: Callable[[Any], Any], expected: Any, line: str
    ) -> None:
        self.slot = slot
        self.read = read
        self.expected = expected
        self.line = line

    def holds(self, value: Any) -> bool:
        """Tell whether Python would go on as it did."""
        found = self.read(value)
        if found != self.expected:
            return bool(found != found and self.expected != self.expected)
        # Zeros of both signs are equal, but Python can tell them apart.
        return bool(found or repr(found) == repr(self.expected))


def in_full(step: Operation | Guard | tuple[int, ...]) -> Operation | Guard:
    """Return a step that may be short as one that is not."""
    if type(step) is not tuple:
        return step  # type: ignore[return-value]
    number, output, *slots = step
    function, name = short_functions[number]
    return Operation(function, name, tuple(slots), {}, (output,), False)


def slots_in(value: Any) -> Iterator[int]:
    """Yield the slots that a parameter holds."""
    if isinstance(value, Slot):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from slots_in(item)
    elif isinstance(value, slice):
        yield from slots_in([value.start, value.stop, value.step])


class Program:
    """The steps in order, and which slots are inputs, constants and outputs.

    A step is an `Operation` or a `Guard`; or, while a program is ``short``, a tuple of
    the number of a function (see `short_functions`), the slot of its result and those
    of its arguments: long programs of numbers are made of those.
    """

    def __init__(self) -> None:
        self.inputs: list[int] = []
        self.constants: dict[int, Any] = {}
        self.short: list[Operation | Guard | tuple[int, ...]] = []
        self.outputs: list[int] = []
        self.kinds: list[str] = []

    def new_slot(self, example: Any) -> int:
        """Return the slot of a value like this one."""
        self.kinds.append(kind_of(example))
        return len(self.kinds) - 1

    @property
    def steps(self) -> list[Operation | Guard]:
        """The steps in full."""
        self.short[:] = map(in_full, self.short)
        return self.short  # type: ignore[return-value]

    @property
    def operations(self) -> list[Operation]:
        """The steps that compute something."""
        return [step for step in self.steps if isinstance(step, Operation)]

    @property
    def guards(self) -> list[Guard]:
        """The decisions that must be taken again."""
        return [step for step in self.short if isinstance(step, Guard)]

    def prune(self) -> None:
        """Leave out the operations whose results nobody needs, and such constants."""
        needed = bytearray(len(self.kinds))
        for slot in self.outputs:
            needed[slot] = 1
        kept: list[Operation | Guard | tuple[int, ...]] = []
        for step in reversed(self.short):
            if type(step) is tuple:
                if not needed[step[1]]:
                    continue
                for slot in step[2:]:
                    needed[slot] = 1
            elif isinstance(step, Guard):
                needed[step.slot] = 1
            else:
                if not any(needed[slot] for slot in step.outputs):  # type: ignore[union-attr]
                    continue
                for slot in step.reads():  # type: ignore[union-attr]
                    needed[slot] = 1
            kept.append(step)
        self.short = kept[::-1]
        self.constants = {
            slot: value for slot, value in self.constants.items() if needed[slot]
        }

    def name(self, slot: int) -> str:
        """Return what the program calls a value: x for inputs, a number, or v."""
        if slot in self.constants:
            value = self.constants[slot]
            return repr(value) if np.ndim(value) == 0 else f"c{slot}"
        if slot in self.inputs:
            return f"x{self.inputs.index(slot)}"
        return f"v{slot}"

    def __str__(self) -> str:
        lines = [f"{self.name(slot)}: {self.kinds[slot]}" for slot in self.inputs]
        for slot, value in self.constants.items():
            if np.ndim(value):
                lines.append(f"{self.name(slot)}: {self.kinds[slot]}, constant")
        for step in self.steps:
            if isinstance(step, Guard):
                where = f"guard {self.name(step.slot)}"
                lines.append(f"{where} -> {step.expected!r}{step.line}")
            else:
                lines.append(self._line(step))
        lines.append(f"return {', '.join(map(self.name, self.outputs))}")
        return "\n".join(lines)

    def _line(self, step: Operation) -> str:
        args = [self.name(slot) for slot in step.slots]
        args += [f"{name}={self._shown(value)}" for name, value in step.params.items()]
        targets = ", ".join(map(self.name, step.outputs))
        kinds = ", ".join(self.kinds[slot] for slot in step.outputs)
        return f"{targets} = {step.name}({', '.join(args)}): {kinds}"

    def _shown(self, value: Any) -> str:
        if isinstance(value, Slot):
            return self.name(value)
        if isinstance(value, (tuple, list)):
            inner = ", ".join(map(self._shown, value))
            return f"[{inner}]" if isinstance(value, list) else f"({inner})"
        if isinstance(value, slice):
            ends = (value.start, value.stop, value.step)
            return ":".join("" if end is None else str(end) for end in ends[:2]) + (
                "" if value.step is None else f":{value.step}"
            )
        return kind_of(value) if np.ndim(value) else repr(value)


def kind_of(value: Any) -> str:
    """Return dtype and shape, as ``float64[3, 2]``; Python's own is ``float``.

    A tracked array is no array: where a function returns one in a replay, as eigh does
    at equal eigenvalues, the program does not hold.
    """
    dtype = getattr(value, "dtype", None)
    if dtype is None or isinstance(value, type):  # np.float64 itself
        return type(value).__name__
    shape = ", ".join(map(str, value.shape))
    bare = isinstance(value, (np.generic, Tracked))
    return str(dtype) if bare else f"{dtype}[{shape}]"


def shape_in(kind: str) -> tuple[int, ...]:
    """Return the shape of an array of this kind."""
    inside = kind[kind.index("[") + 1 : -1]
    return tuple(map(int, inside.split(", "))) if inside else ()
