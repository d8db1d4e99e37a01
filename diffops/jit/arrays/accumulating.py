"""Cotangents of windows are added up in place.

The derivative of ``x[1:]`` is an array of zeros with a window that is written, and sums
of such arrays are what a gradient ends with. Here the other summand becomes the result,
and the window is added to it there: no zeros are written, read and added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diffops.jit.arrays.buffers import Shape, View
from diffops.jit.arrays.reals import real_of_step
from diffops.jit.numbers.functions import code_of
from diffops.jit.program import Guard, Operation, Program, in_full
from diffops.native import codes

if TYPE_CHECKING:
    from diffops.jit.arrays.planning import Planning


@dataclass(eq=False)
class Scattered:
    """Zeros but for a window, which nobody has written yet."""

    value: Any
    key: Any
    shape: Shape
    real: str

    def written(self, planning: Planning) -> View:
        """Return it in memory."""
        before, planning.real = planning.real, self.real
        target = planning.moved(0.0, self.shape)
        planning.sums.write(planning, self.value, target, self.key, adds=False)
        planning.real = before
        return target


class Sums:
    """The sums so far that nobody else reads."""

    def __init__(self, program: Program, write: Callable[..., None]) -> None:
        self.write = write
        #: Whether windows wait for what they are added to.
        self.in_place = True
        self._reads = Counter(program.outputs)
        for step in map(in_full, program.short):
            reads = (step.slot,) if isinstance(step, Guard) else step.reads()
            self._reads.update(reads)
        self._open: dict[int, View] = {}

    def added(self, planning: Planning, step: Operation, shape: Shape) -> Any:
        """Return the sum of two slots, in place; None where there is no window."""
        if step.name != "add" or code_of(step.function, exact=False) is not codes.ADD:
            return None
        planning.real = real_of_step(planning.program, step, ())
        for ours, other in (step.slots, step.slots[::-1]):
            part = planning.found[ours]
            if isinstance(part, Scattered) and planning.shape(other) == shape:
                break
        else:
            return None
        if part.shape != shape or part.real != planning.real or ours == other:
            return None
        rest = planning.found[other]
        if _is_same_window(part, rest):
            space = part.value.shape
            total = planning.each(codes.ADD, [part.value, rest.value], space)
            return Scattered(total, part.key, shape, part.real)
        target = self._target(planning, other, shape)
        self.write(planning, part.value, target, part.key, adds=True)
        self._open[step.outputs[0]] = target
        return target

    def _target(self, planning: Planning, slot: int, shape: Shape) -> View:
        """Return memory with the other summand, which may be written."""
        if self._reads[slot] == 1 and slot in self._open:
            return self._open[slot]
        other = planning.found[slot]
        alone = self._reads[slot] == 1 and isinstance(other, Scattered)
        if alone and other.real == planning.real:
            target: View = other.written(planning)
            return target
        # Adding 0, as NumPy does where nothing is written: -0 becomes 0.
        whole = planning.each(codes.ADD, [planning.value(slot), 0.0], shape)
        return planning.stored(whole, shape)


def _is_same_window(part: Scattered, other: Any) -> bool:
    """Tell whether two arrays of values lie in the same window."""
    return (
        isinstance(other, Scattered)
        and (part.key, part.shape, part.real) == (other.key, other.shape, other.real)
        and getattr(part.value, "shape", None) == getattr(other.value, "shape", 0)
    )
