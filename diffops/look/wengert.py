"""The Wengert list of f at a point: steps, decisions, values, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from diffops.jit.program import Guard
from diffops.look.adjoints import AdjointTrace
from diffops.look.expression import call_of
from diffops.look.inputs import named_leaves
from diffops.look.looking import Looking
from diffops.look.notation import SPEC, place, short, subscript
from diffops.look.printing import written
from diffops.look.shown import Shown
from diffops.look.table import Band, Gap, Line, Table, around_the_middle
from diffops.look.tangents import TangentTrace
from diffops.operators._passes import Output
from diffops.operators._point import Point
from diffops.tags import lower

if TYPE_CHECKING:
    from diffops.look.picture import Picture


class Step(NamedTuple):
    """One line of the list: ``v₂ = v₋₁ × v₀``, its value, and ``file.py:line``."""

    name: str
    formula: str
    value: Any
    line: str


class Decision(NamedTuple):
    """What Python made of a value: ``bool(v₃)`` was True, at a line of the user's."""

    question: str
    value: Any
    line: str


class WengertList(Shown):
    """What f computes at a point, as `trace` has seen it.

    ``inputs`` and ``steps`` hold the lines, ``value`` what f returned, ``left_out`` how
    many steps no result depends on.
    """

    def __init__(
        self, level: Looking, point: Point, names: Sequence[str], output: Output
    ) -> None:
        program = level.program
        self.point = point
        self.program = program
        self.values = level.values
        self.parameters = list(names)
        program.outputs = list(map(level.slot_of, output.leaves))
        before = len(program.steps)
        program.prune()
        self.left_out = before - len(program.steps)
        self.structure = output.rebuild
        self.value = output.rebuild([lower(self.values[s]) for s in program.outputs])
        self.results = named_leaves(self.value, "y")
        self.names = self._named()

    def _named(self) -> dict[int, str]:
        """Return how each slot is called, in order: inputs, constants, steps."""
        program = self.program
        first = 1 - len(program.inputs)
        names = {
            slot: "v" + subscript(first + i) for i, slot in enumerate(program.inputs)
        }
        arrays = [slot for slot, c in program.constants.items() if np.ndim(c)]
        names |= {slot: "c" + subscript(i) for i, slot in enumerate(arrays, 1)}
        steps = [slot for step in program.operations for slot in step.outputs]
        names |= {slot: "v" + subscript(i) for i, slot in enumerate(steps, 1)}
        return names

    # What it says

    @property
    def inputs(self) -> list[Step]:
        """The inputs: ``v₀``, the parameter that it is, and its value."""
        pairs = zip(self.program.inputs, self.parameters, strict=True)
        return [Step(self.names[s], name, self.values[s], "") for s, name in pairs]

    @property
    def steps(self) -> list[Step | Decision]:
        """The steps and decisions, in order."""
        return [self.told(step) for step in self.program.steps]

    def told(self, step: Any) -> Step | Decision:
        """Return what a step of the program says."""
        if isinstance(step, Guard):
            question = f"{_question(step.read)}({self.name(step.slot)})"
            return Decision(question, step.expected, step.line.strip(" ()"))
        values = tuple(lower(self.values[slot]) for slot in step.outputs)
        return Step(
            ", ".join(self.names[slot] for slot in step.outputs),
            written(call_of(step, self.program), self.name),
            values if step.several else values[0],
            step.line,
        )

    def name(self, slot: int) -> str:
        """Return how the value of a slot is called: a plain number by itself."""
        return self.names.get(slot) or short(self.values[slot])

    def __len__(self) -> int:
        return len(self.program.steps)

    def __iter__(self) -> Iterator[Step | Decision]:
        return iter(self.steps)

    # Derivatives

    def forward(self, *tangents: Any) -> TangentTrace:
        """Return the forward tangent trace, along one tangent per varying argument.

        Each tangent is like its argument; where f has one number for its only input,
        the tangent 1 may be left out. Raises ValueError for other shapes, and
        NoDerivativeError where f has no derivative, or none that steps show. Calls f
        once more, in forward mode, and compares.

        >>> from diffops import trace
        >>> print(trace(lambda x: x * x)(3.0).forward())
        Forward primal trace   Forward tangent trace
        v₀ = x       = 3       v̇₀ = ẋ                 = 1
        v₁ = v₀ × v₀ = 9       v̇₁ = v̇₀ × v₀ + v̇₀ × v₀ = 1 × 3 + 1 × 3 = 6
        y  = v₁      = 9       ẏ  = v̇₁                = 6
        """
        return TangentTrace(self, tangents)

    def reverse(self, *cotangent: Any) -> AdjointTrace:
        """Return the reverse adjoint trace, from a cotangent that is like f's result.

        Where f returns one number, the cotangent 1 may be left out. Raises ValueError
        for other shapes, and NoDerivativeError where f has no derivative, or none that
        steps show. The right column is read upwards. Calls f once more, in reverse
        mode, and compares; every adjoint is kept.

        >>> from diffops import trace
        >>> print(trace(lambda x: x * x)(3.0).reverse())
        Forward primal trace   Reverse adjoint trace (upwards)
        v₀ = x       = 3       x̄  = v̄₀              = 6
        v₁ = v₀ × v₀ = 9       v̄₀ = v̄₀ + v̄₁ ∂v₁/∂v₀ = v̄₀ + v̄₁ × v₀ = 6
                               v̄₀ = v̄₁ ∂v₁/∂v₀      = v̄₁ × v₀ = 3
        y  = v₁      = 9       v̄₁ = ȳ               = 1
        """
        return AdjointTrace(self, cotangent)

    # How it is shown

    def table(self, spec: str = SPEC, most: int = 60) -> Table:
        """Return the lines, of which at most so many are shown: the first and last."""
        lines: list[Line] = [*self.input_lines(spec), *self.constant_lines(spec)]
        for step in around_the_middle(self.program.steps, most):
            if isinstance(step, Gap):
                lines.append(step.line())
            else:
                lines += self.step_lines(step, spec, numbers=True)
        lines += self.output_lines(spec)
        notes = []
        if self.left_out:
            steps = "step" if self.left_out == 1 else "steps"
            notes.append(f"({self.left_out} {steps} that nothing depends on left out)")
        return Table(("Forward primal trace",), [Band([x], []) for x in lines], notes)

    def picture(self, spec: str = SPEC, most: int = 60) -> Picture:
        """Return the computational graph with the values."""
        from diffops.look.picture import picture_of

        return picture_of(self, spec, most)

    def input_lines(self, spec: str = SPEC) -> list[Line]:
        """Return a line for each input: ``v₀ = x``."""
        return [
            Line(step.name, step.formula, "", short(step.value, spec))
            for step in self.inputs
        ]

    def constant_lines(self, spec: str = SPEC) -> list[Line]:
        """Return a line for each array that f knew before."""
        return [
            Line(self.names[slot], "constant", "", short(value, spec))
            for slot, value in self.program.constants.items()
            if np.ndim(value)
        ]

    def step_lines(
        self, step: Any, spec: str = SPEC, numbers: bool = False
    ) -> list[Line]:
        """Return the lines of a step: one for each result."""
        told = self.told(step)
        line = place(told.line) if told.line else ""
        if isinstance(told, Decision):
            answer = short(told.value, spec)
            return [Line("", f"{told.question} is {answer}", "", "", line)]
        call = call_of(step, self.program)
        formula, plugged = written(call, self.name), ""
        if numbers and not any(np.ndim(self.values[slot]) for slot in step.reads()):
            plugged = written(call, lambda slot: short(self.values[slot], spec))
        return [
            Line(
                self.names[slot],
                f"{formula}[{i}]" if len(step.outputs) > 1 else formula,
                "" if step.several else plugged,
                short(self.values[slot], spec),
                line,
            )
            for i, slot in enumerate(step.outputs)
        ]

    def output_lines(self, spec: str = SPEC) -> list[Line]:
        """Return a line for each result of f."""
        return [
            Line(name, self.name(slot), "", short(self.values[slot], spec))
            for name, slot in zip(self.results, self.program.outputs, strict=True)
        ]


def _question(read: Any) -> str:
    """Return what Python asked of a value: ``bool``, ``float``, ``index``."""
    return str(getattr(read, "__name__", repr(read))).strip("_")
