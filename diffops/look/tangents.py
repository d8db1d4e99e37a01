"""The forward tangent trace: how each step moves when the inputs do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from diffops.look.differentiated import Differentiated
from diffops.look.expression import Expression
from diffops.look.looking import Seen, watch
from diffops.look.notation import DOT, marked, short
from diffops.look.printing import Letter, written
from diffops.look.table import Line
from diffops.operators._passes import forward
from diffops.operators._vectors import like_leaves, one_like
from diffops.tags import lower
from diffops.values.scalar import is_number

if TYPE_CHECKING:
    from diffops.look.wengert import WengertList


class TangentTrace(Differentiated):
    """The primal trace beside the tangents along one direction.

    ``tangents`` holds them by name (``"v₃"``), ``value`` that of f's result.
    """

    title = "Forward tangent trace"

    def __init__(self, wengert: WengertList, direction: Sequence[Any]) -> None:
        super().__init__(wengert)
        point = wengert.point
        if not direction and len(point.leaves) == 1 and is_number(point.leaves[0]):
            direction = (one_like(point.leaves[0]),)
        count = len(point.rebuild(point.leaves))
        if len(direction) != count:
            raise ValueError(
                "forward wants one tangent for each argument that varies, "
                f"{count} in all, not {len(direction)}"
            )
        self.direction = like_leaves(tuple(direction), point.leaves, "forward")
        self.moves: dict[int, Any] = dict(
            zip(self.program.inputs, self.direction, strict=True)
        )
        for step in self.program.operations:
            self._push(step)
        self._check()
        names = wengert.names
        moves = self.moves.items()
        self.tangents = {names[slot]: lower(tangent) for slot, tangent in moves}

    def _push(self, step: Any) -> None:
        """Find the tangents of a step's results as forward mode does."""
        self.refuse_parameters(step, self.moves)
        tangents = [self.moves.get(slot) for slot in step.slots]
        if all(tangent is None for tangent in tangents):
            return
        dependence = self.dependence(step)
        found = dependence.push(dependence.y, dependence.args, tangents)
        if found is None:
            return
        moved = found if step.several else (found,)
        self.moves.update(zip(step.outputs, moved, strict=True))

    def _check(self) -> None:
        """Compare with what forward mode finds on f itself, which also refuses."""
        output, changes = forward(self.wengert.point, self.direction)
        found = [lower(self.of(slot)) for slot in self.program.outputs]
        self.compare(found, changes, self.moves.values())
        self.value = output.rebuild(found)

    def of(self, slot: int) -> Any:
        """Return the tangent of a slot: zero where it does not move."""
        tangent = self.moves.get(slot)
        return np.zeros_like(self.values[slot])[()] if tangent is None else tangent

    # How it is shown

    def input_lines(self, spec: str) -> list[Line]:
        """Return the lines ``v̇₀ = ẋ = 1``."""
        return [
            Line(self.dotted(slot), marked(name, DOT), "", short(self.of(slot), spec))
            for slot, name in zip(
                self.program.inputs, self.wengert.parameters, strict=True
            )
        ]

    def step_lines(self, step: Any, spec: str) -> list[Line]:
        """Return a line for each result of a step that moves."""
        if not any(slot in self.moves for slot in step.outputs):
            return []
        formulas = self._formulas(step, spec)
        return [
            Line(self.dotted(slot), formula, numbers, short(self.of(slot), spec))
            for slot, (formula, numbers) in zip(step.outputs, formulas, strict=True)
        ]

    def output_lines(self, spec: str) -> list[Line]:
        """Return the lines ``ẏ = v̇₅ = 5.5``."""
        return [
            Line(
                marked(name, DOT),
                self.dotted(slot) if slot in self.moves else "0",
                "",
                short(self.of(slot), spec),
            )
            for name, slot in zip(
                self.wengert.results, self.program.outputs, strict=True
            )
        ]

    def node_line(self, slot: int, spec: str) -> str:
        """Return what a picture says of a value: ``v̇₃ = 0.5``."""
        if slot not in self.moves:
            return ""
        return f"{self.dotted(slot)} = {short(self.of(slot), spec)}"

    def dotted(self, slot: int) -> str:
        """Return the name of a tangent."""
        return marked(self.wengert.name(slot), DOT)

    def _formulas(self, step: Seen, spec: str) -> list[tuple[str, str]]:
        """Return the formula of each tangent, and the same with numbers in it."""
        dependence = self.dependence(step)
        moving = [slot for slot in dict.fromkeys(step.slots) if slot in self.moves]

        def run(*values: Any) -> Sequence[Any]:
            y, args, tangents = dependence.split(values, len(moving))
            given = dict(zip(moving, tangents, strict=True))
            found = dependence.push(y, args, [given.get(s) for s in step.slots])
            return found if step.several else (found,)

        worth = [*dependence.values, *(self.moves[slot] for slot in moving)]
        names = dependence.names(self.wengert.name) + list(map(self.dotted, moving))
        level, results = watch(run, worth)
        return [
            self._told(
                step, part, *self.formula(level, result, names, spec), worth, spec
            )
            for part, result in enumerate(results)
        ]

    def _told(
        self,
        step: Seen,
        part: int,
        expression: Expression | None,
        name: Letter,
        worth: Sequence[Any],
        spec: str,
    ) -> tuple[str, str]:
        """Return a formula and the same with numbers; ``D sort(v₁)[v̇₁]`` if long.

        ``worth`` holds the values of the first slots, which the formula names.
        """
        if expression is None:
            args = ", ".join(map(self.wengert.name, step.slots))
            moves = ", ".join(
                self.dotted(slot) if slot in self.moves else "0" for slot in step.slots
            )
            suffix = f"[{part}]" if len(step.outputs) > 1 else ""
            return f"D {step.name}({args})[{moves}]{suffix}", ""
        formula = written(expression, name)
        if any(map(np.ndim, worth)):
            return formula, ""
        return formula, written(
            expression,
            lambda slot: short(worth[slot], spec) if slot < len(worth) else name(slot),
        )
