"""Native regions of a program that has no native form as a whole.

A factorisation or a sort is left to NumPy, or CuPy. What lies between, if it is loops
and products, becomes one native operation each, and the program that they are in is
replayed plainly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from diffops.jit.arrays.nodes import NotOfArrays
from diffops.jit.arrays.planning import Planning
from diffops.jit.compiled import compiled, native_kind
from diffops.jit.program import Guard, Operation, Program
from diffops.jit.replay import MISMATCH, Mismatch, replay_of
from diffops.native.interface import (
    MISMATCH as NATIVE_MISMATCH,
    MISS,
)

#: Fewer operations are not worth a call.
_LEAST = 3
#: Longer programs are replayed as they are.
_LONGEST = 3000

Step = Operation | Guard


class OnHost:
    """Makes regions that the processor runs, by so many threads."""

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads

    def takes(self, part: Program) -> bool:
        """Tell whether there is a native form of a program."""
        try:
            Planning(part).run()
        except NotOfArrays:
            return False
        return True

    def made(self, part: Program) -> Callable[..., Any] | None:
        """Return a program as a native function of the values of its inputs."""
        inputs = [native_kind(part.kinds[slot]) for slot in part.inputs]
        return compiled(part, tuple(inputs), tuple, "region", False, self.threads)  # type: ignore[arg-type]


class Maker(Protocol):
    """Makes functions of regions: `OnHost`, or `OnDevice` of `jit.cuda.on_device`."""

    def takes(self, part: Program) -> bool:
        """Tell whether there is a form of a program that runs there."""

    def made(self, part: Program) -> Callable[..., Any] | None:
        """Return a program as a function of the values of its inputs."""


def with_regions(program: Program, maker: Maker) -> Program | None:
    """Return the program with native regions in it, or None where there are none."""
    if len(program.short) > _LONGEST:
        return None
    runs = _runs(program, maker)
    replaced: list[Any] = []
    found = False
    for run, eligible in runs:
        region = _region(program, run, maker) if eligible else None
        found = found or region is not None
        replaced += [region] if region is not None else run
    if not found:
        return None
    whole = _like(program, replaced)
    whole.inputs, whole.outputs = program.inputs, program.outputs
    return whole


def _like(program: Program, steps: Sequence[Any]) -> Program:
    """Return a program with other steps, on the same slots."""
    other = Program()
    other.kinds, other.constants = program.kinds, program.constants
    other.short = list(steps)
    return other


def _runs(program: Program, maker: Maker) -> list[tuple[list[Step], bool]]:
    """Return the steps in runs that may become native, and others."""
    steps = program.steps
    readers: dict[int, list[int]] = {}
    for i, step in enumerate(steps):
        for slot in [step.slot] if isinstance(step, Guard) else step.reads():
            readers.setdefault(slot, []).append(i)
    native = [_is_native(program, step, maker) for step in steps]
    # What is no number or array of doubles cannot leave a region.
    for i in range(len(steps) - 1, -1, -1):
        step = steps[i]
        if native[i] and isinstance(step, Operation):
            for slot in step.outputs:
                inside = all(native[k] for k in readers.get(slot, ()))
                if native_kind(program.kinds[slot]) is None and not inside:
                    native[i] = False
    runs: list[tuple[list[Step], bool]] = []
    for step, flag in zip(steps, native, strict=True):
        if not runs or runs[-1][1] != flag:
            runs.append(([], flag))
        runs[-1][0].append(step)
    return runs


def _is_native(program: Program, step: Step, maker: Maker) -> bool:
    """Tell whether a step alone is a native program."""
    if isinstance(step, Guard):
        return step.read is bool and native_kind(program.kinds[step.slot]) is not None
    alone = _like(program, [step])
    reads = dict.fromkeys(step.reads())
    alone.inputs = [slot for slot in reads if slot not in program.constants]
    if any(native_kind(program.kinds[slot]) is None for slot in alone.inputs):
        # Truth values come from inside a region, or not at all.
        alone.kinds = [
            kind.replace("bool", "float64") if slot in reads else kind
            for slot, kind in enumerate(program.kinds)
        ]
    return maker.takes(alone)


def _region(program: Program, run: list[Step], maker: Maker) -> Operation | None:
    """Return a run as one operation, or None where that is not worth it."""
    operations = [step for step in run if isinstance(step, Operation)]
    if len(operations) < _LEAST:
        return None
    part = _like(program, run)
    made = {slot for step in operations for slot in step.outputs}
    read = {slot for step in operations for slot in step.reads()}
    read |= {step.slot for step in run if isinstance(step, Guard)}
    part.inputs = sorted(read - made - program.constants.keys())
    inside = set(map(id, run))
    later = set(program.outputs)
    for step in program.steps:
        if id(step) not in inside:
            later.update([step.slot] if isinstance(step, Guard) else step.reads())
    part.outputs = sorted(made & later)
    inputs = [native_kind(program.kinds[slot]) for slot in part.inputs]
    if None in inputs or not part.outputs:
        return None
    native = maker.made(part)
    if native is None:
        return None
    call = _calling(native, replay_of(part))
    names = tuple(part.inputs), tuple(part.outputs)
    return Operation(call, "region", names[0], {}, names[1], several=True)


def _calling(native: Callable[..., Any], plain: Callable[..., Any]) -> Any:
    """Return the function of a region, which takes arrays of any layout."""

    def region(*args: Any) -> Any:
        y = native(*args)
        if y is MISS:
            y = plain(*args)
        if y is NATIVE_MISMATCH or y is MISMATCH:
            raise Mismatch
        return y

    return region
