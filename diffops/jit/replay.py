"""Plain replay: the program as Python source, or as a list that is gone through.

Results of elementwise operations are written into the memory of operands that nobody
needs any more; what is returned is always fresh.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import is_array
from diffops.index import getitem, update
from diffops.jit.program import Guard, Operation, Program, Slot

#: What a replay returns where a guard does not hold.
MISMATCH = object()


class Mismatch(Exception):
    """A guard inside an operation of the program does not hold."""


#: Python compiles longer programs more slowly than they run.
_LONG = 3000

_SYMBOLS = {"add": "+", "subtract": "-", "multiply": "*"}
_SYMBOLS |= {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">="}
_SYMBOLS |= {"equal": "==", "not_equal": "!="}


def replay_of(program: Program) -> Callable[..., Any]:
    """Return a function of the inputs that yields a list of outputs, or MISMATCH."""
    if len(program.short) > _LONG:
        return _listed(program)
    return _compiled(program)


def last_reads(program: Program) -> dict[int, int]:
    """Return at which step each slot is read for the last time."""
    last: dict[int, int] = {}
    steps = program.steps
    for i, step in enumerate(steps):
        reads = [step.slot] if isinstance(step, Guard) else step.reads()
        for slot in reads:
            last[slot] = i
    for slot in program.outputs:
        last[slot] = len(steps)
    return last


def in_fresh_memory(program: Program) -> set[int]:
    """Return the slots of arrays that own their memory alone."""
    return {
        slot
        for step in program.operations
        if _ufunc_of(step, program) is not None or step.function is update
        for slot in step.outputs
        if "[" in program.kinds[slot]
    }


def _ufunc_of(step: Operation, program: Program) -> Any:
    """Return the ufunc that an operation on arrays is, or None."""
    if step.several or step.params or "[" not in program.kinds[step.outputs[0]]:
        return None
    if isinstance(step.function, np.ufunc):
        return step.function
    found = getattr(np, step.name, None)
    wraps = getattr(step.function, "operates", False)
    return found if wraps and isinstance(found, np.ufunc) else None


def _seen_through_windows(program: Program, fresh: set[int]) -> set[int]:
    """Return the slots of arrays on which some other value may be a window."""
    return {
        slot
        for step in program.operations
        if not fresh.issuperset(step.outputs)
        and any("[" in program.kinds[out] for out in step.outputs)
        for slot in step.reads()
    }


class _Source:
    """The source of a replay, under construction."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.names: dict[str, Any] = {"MISMATCH": MISMATCH}
        self.lines: list[str] = []
        self.last = last_reads(program)
        self.fresh = in_fresh_memory(program)
        self.ours = self.fresh - _seen_through_windows(program, self.fresh)

    def bound(self, prefix: str, value: Any) -> str:
        """Return a name in the source for a value."""
        name = f"{prefix}{len(self.names)}"
        self.names[name] = value
        return name

    def read(self, slot: int) -> str:
        """Return how the source refers to a value."""
        if slot in self.program.constants:
            value = self.program.constants[slot]
            if type(value) in (int, float) and value == value and abs(value) < 1e300:
                return f"({value!r})"
            name = f"c{slot}"
            self.names[name] = value
            return name
        return f"v{slot}"

    def parameter(self, value: Any) -> str:
        """Return the source of a parameter."""
        if isinstance(value, Slot):
            return self.read(value)
        if isinstance(value, tuple) and any(isinstance(v, Slot) for v in value):
            return f"({', '.join(map(self.parameter, value))},)"
        return self.bound("p", value)

    def guard(self, step: Guard) -> None:
        value = self.read(step.slot)
        if step.read is bool:
            test = f"not {value}" if step.expected else value
        else:
            test = f"not {self.bound('h', step.holds)}({value})"
        self.lines.append(f"if {test}: return MISMATCH")

    def operation(self, i: int, step: Operation) -> None:
        args = [self.read(slot) for slot in step.slots]
        targets = ", ".join(f"v{slot}" for slot in step.outputs)
        targets += "," if step.several else ""
        self.lines.append(f"{targets} = {self.call(i, step, args)}")
        dead = {
            slot
            for slot in step.reads()
            if self.last[slot] == i and "[" in self.program.kinds[slot]
        }
        self.lines += [
            f"v{slot} = None"
            for slot in sorted(dead - set(self.program.constants))
            if slot not in self.program.inputs
        ]

    def call(self, i: int, step: Operation, args: list[str]) -> str:
        ufunc = _ufunc_of(step, self.program)
        if ufunc is not None:
            out = self.memory(i, step)
            into = f", out=v{out}" if out is not None else ""
            return f"{self.bound('u', ufunc)}({', '.join(args)}{into})"
        if step.function is getitem:
            return f"{args[0]}[{self.parameter(step.params['key'])}]"
        symbol = _SYMBOLS.get(step.name)
        if symbol and getattr(step.function, "operates", False):
            return f"{args[0]} {symbol} {args[1]}"
        params = dict(step.params)
        if step.function is update:
            params["reuse"] = self.memory(i, step) == step.slots[0]
        args += [f"{name}={self.parameter(value)}" for name, value in params.items()]
        return f"{self.bound('f', step.function)}({', '.join(args)})"

    def memory(self, i: int, step: Operation) -> int | None:
        """Return the slot of an operand that is dead and has the result's shape."""
        kind = self.program.kinds[step.outputs[0]]
        for slot in step.slots:
            if (
                slot in self.ours
                and self.last[slot] == i
                and self.program.kinds[slot] == kind
            ):
                return slot
        return None

    def result(self, place: int, slot: int) -> str:
        """Return the source of an output, which shares memory with nothing."""
        value = self.read(slot)
        if "[" not in self.program.kinds[slot]:
            return value
        again = slot in self.program.outputs[:place]
        return value if slot in self.fresh and not again else f"{value}.copy('K')"


def _compiled(program: Program) -> Callable[..., Any]:
    source = _Source(program)
    for i, step in enumerate(program.steps):
        if isinstance(step, Guard):
            source.guard(step)
        else:
            source.operation(i, step)
    results = [source.result(i, slot) for i, slot in enumerate(program.outputs)]
    inputs = ", ".join(f"v{slot}" for slot in program.inputs)
    body = "\n    ".join([*source.lines, f"return [{', '.join(results)}]"])
    exec(f"def replay({inputs}):\n    {body}\n", source.names)
    return source.names["replay"]


def _listed(program: Program) -> Callable[..., Any]:
    steps = program.steps
    dying: list[list[int]] = [[] for _ in steps]
    for slot, i in last_reads(program).items():
        if i < len(steps) and slot not in program.constants:
            dying[i].append(slot)

    def replay(*leaves: Any) -> Any:
        values: list[Any] = [None] * len(program.kinds)
        for slot, constant in program.constants.items():
            values[slot] = constant
        for slot, leaf in zip(program.inputs, leaves, strict=True):
            values[slot] = leaf
        for i, step in enumerate(steps):
            if isinstance(step, Guard):
                if not step.holds(values[step.slot]):
                    return MISMATCH
            else:
                params = {n: _filled(v, values) for n, v in step.params.items()}
                y = step.function(*[values[slot] for slot in step.slots], **params)
                for slot, part in zip(step.outputs, _parts(y, step), strict=True):
                    values[slot] = part
            for slot in dying[i]:
                values[slot] = None
        results = [values[slot] for slot in program.outputs]
        return [r.copy("K") if is_array(r) else r for r in results]

    return replay


def _parts(y: Any, step: Operation) -> Any:
    return y if step.several else (y,)


def _filled(value: Any, values: Sequence[Any]) -> Any:
    if isinstance(value, Slot):
        return values[value]
    if isinstance(value, (tuple, list)):
        return type(value)(_filled(item, values) for item in value)
    return value
