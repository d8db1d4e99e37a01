"""The reverse adjoint trace: how the result moves with each value on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from diffops.look.differentiated import Differentiated
from diffops.look.expression import (
    Call,
    Expression,
    Name,
    Number,
    negated,
)
from diffops.look.looking import Seen, watch
from diffops.look.notation import BAR, marked, short
from diffops.look.printing import Letter, written
from diffops.look.table import Line
from diffops.operators._passes import reverse
from diffops.operators._vectors import like_leaves, one_like
from diffops.rules._constant import Constant
from diffops.tags import lower
from diffops.values.scalar import is_number

if TYPE_CHECKING:
    from diffops.look.wengert import WengertList


class Increment(NamedTuple):
    """What a step adds to the adjoint of an argument, which may have had one before."""

    argument: int
    slot: int
    again: bool
    adjoint: Any


class AdjointTrace(Differentiated):
    """The primal trace beside the adjoints, to be read upwards.

    ``adjoints`` holds them by name (``"v₃"``), ``value`` the cotangents of the inputs:
    a tuple with one entry, like the argument, for each that varies.
    """

    title = "Reverse adjoint trace (upwards)"

    def __init__(self, wengert: WengertList, cotangent: Sequence[Any]) -> None:
        super().__init__(wengert)
        outputs = [self.values[slot] for slot in self.program.outputs]
        if not cotangent and len(outputs) == 1 and is_number(outputs[0]):
            cotangent = (one_like(outputs[0]),)
        if len(cotangent) != 1:
            raise ValueError(
                f"reverse wants one cotangent like the result of f, not "
                f"{len(cotangent)} of them; leave it out where f returns one number"
            )
        self.cotangents = like_leaves(cotangent[0], outputs, "reverse")
        self._active = self._find_active()
        self._sums: dict[int, Any] = {}
        self._given: dict[int, list[Increment]] = {}
        for slot, part in zip(self.program.outputs, self.cotangents, strict=True):
            if slot in self._active:
                self._add(slot, part)
        for step in reversed(self.program.operations):
            self._pull(step)
        self._check()
        names = wengert.names
        sums = self._sums.items()
        self.adjoints = {names[slot]: lower(total) for slot, total in sums}

    def _find_active(self) -> set[int]:
        """Return the slots through which f depends smoothly on its inputs."""
        active = set(self.program.inputs)
        for step in self.program.operations:
            if isinstance(step.rule, Constant):  # type: ignore[attr-defined]
                continue
            self.refuse_parameters(step, active)  # type: ignore[arg-type]
            if active.intersection(step.slots):
                active.update(filter(self._is_smooth, step.outputs))
        return active

    def _is_smooth(self, slot: int) -> bool:
        return np.result_type(self.values[slot]).kind in "fc"

    def _add(self, slot: int, term: Any) -> bool:
        """Add to an adjoint; tell whether there was one."""
        again = slot in self._sums
        self._sums[slot] = self._sums[slot] + term if again else term
        return again

    def _pull(self, step: Any) -> None:
        """Find what a step adds to the adjoints of its arguments, as reverse mode."""
        g = self._cotangent(step, self._sums)
        wrt = [i for i, slot in enumerate(step.slots) if slot in self._active]
        if g is None or not wrt or isinstance(step.rule, Constant):
            return
        dependence = self.dependence(step)
        terms = dependence.pull(dependence.y, dependence.args, wrt, g)
        given = self._given[step.outputs[0]] = []
        for i, term in zip(wrt, terms, strict=True):
            if term is not None:
                slot = step.slots[i]
                again = self._add(slot, term)
                given.append(Increment(i, slot, again, self._sums[slot]))

    def _cotangent(self, step: Seen, sums: dict[int, Any]) -> Any:
        """Return the cotangent of a step's result, as pullbacks want it."""
        parts = {i: sums[s] for i, s in enumerate(step.outputs) if s in sums}
        return (parts or None) if step.several else parts.get(0)

    def _check(self) -> None:
        """Compare with what reverse mode finds on f itself, which also refuses."""
        point = self.wengert.point
        _, back = reverse(point)
        found = [lower(self.of(slot)) for slot in self.program.inputs]
        self.compare(found, back(self.cotangents), self._sums.values())
        self.value = point.rebuild(found)

    def of(self, slot: int) -> Any:
        """Return the adjoint of a slot: zero where the result does not depend on it."""
        total = self._sums.get(slot)
        return np.zeros_like(self.values[slot])[()] if total is None else total

    # How it is shown

    def input_lines(self, spec: str) -> list[Line]:
        """Return the lines ``x̄ = v̄₀ = 5.5``."""
        return [
            Line(
                marked(name, BAR),
                self.barred(slot) if slot in self._sums else "0",
                "",
                short(self.of(slot), spec),
            )
            for slot, name in zip(
                self.program.inputs, self.wengert.parameters, strict=True
            )
        ]

    def step_lines(self, step: Seen, spec: str) -> list[Line]:
        """Return a line for each increment, the first at the bottom."""
        given = self._given.get(step.outputs[0])
        if not given:
            return []
        results = [slot for slot in step.outputs if slot in self._sums]
        terms = self._terms(step, results, given, spec)
        lines = []
        for item, term in zip(given, terms, strict=True):
            name = self.wengert.name(item.slot)
            chain = " + ".join(
                f"{self.barred(out)} ∂{self.wengert.name(out)}/∂{name}"
                for out in results
            )
            bar = marked(name, BAR)
            value = short(item.adjoint, spec)
            chain = f"{bar} + {chain}" if item.again else chain
            lines.append(Line(bar, chain, term, value))
        return lines[::-1]

    def output_lines(self, spec: str) -> list[Line]:
        """Return the lines ``v̄₅ = ȳ = 1``."""
        lines = []
        for i, (name, slot) in enumerate(
            zip(self.wengert.results, self.program.outputs, strict=True)
        ):
            bar = marked(name, BAR)
            value = short(self.cotangents[i], spec)
            if slot not in self._active:
                lines.append(Line(bar, value, "", ""))
                continue
            again = slot in self.program.outputs[:i]
            before = f"{self.barred(slot)} + " if again else ""
            lines.append(Line(self.barred(slot), before + bar, "", value))
        return lines

    def node_line(self, slot: int, spec: str) -> str:
        """Return what a picture says of a value: ``v̄₃ = −1``."""
        if slot not in self._sums:
            return ""
        return f"{self.barred(slot)} = {short(self.of(slot), spec)}"

    def barred(self, slot: int) -> str:
        """Return the name of an adjoint."""
        return marked(self.wengert.name(slot), BAR)

    def _terms(
        self, step: Seen, results: list[int], given: list[Increment], spec: str
    ) -> list[str]:
        """Return the formulas of the adjoints of a step's arguments."""
        dependence = self.dependence(step)
        wrt = [item.argument for item in given]

        def run(*values: Any) -> Sequence[Any]:
            y, args, cotangents = dependence.split(values, len(results))
            sums = dict(zip(results, cotangents, strict=True))
            return dependence.pull(y, args, wrt, self._cotangent(step, sums))

        bars = [self._sums[slot] for slot in results]
        names = dependence.names(self.wengert.name) + list(map(self.barred, results))
        level, terms = watch(run, [*dependence.values, *bars])
        told = []
        for item, term in zip(given, terms, strict=True):
            expression, name = self.formula(level, term, names, spec)
            before = self.barred(item.slot)
            if expression is None:
                text = self._untold(step, results)
                told.append(f"{before} + {text}" if item.again else text)
                continue
            expression = _with_factor(expression)
            if item.again:
                expression = _sum(expression)
            told.append(written(expression, _naming(name, before)))
        return told

    def _untold(self, step: Seen, results: list[int]) -> str:
        """Return ``Dᵀ sort(v₁)[v̄₂]`` for a formula that is too long to read."""
        args = ", ".join(map(self.wengert.name, step.slots))
        bars = ", ".join(map(self.barred, results))
        return f"Dᵀ {step.name}({args})[{bars}]"


#: The slot of the adjoint that there was before.
_BEFORE = -1


def _naming(name: Letter, before: str) -> Letter:
    return lambda slot: before if slot == _BEFORE else name(slot)


def _sum(term: Expression) -> Expression:
    """Return the adjoint that there was before, and a term more."""
    is_factor = isinstance(term, Call) and term.name == "multiply"
    positive = None if is_factor else negated(term)
    if positive is None:
        return Call("add", (Name(_BEFORE), term))
    return Call("subtract", (Name(_BEFORE), positive))


def _with_factor(node: Expression) -> Expression:
    """Return ``v̄₄ × 1`` for v̄₄: each increment is an adjoint times a partial."""
    if isinstance(node, Name):
        return Call("multiply", (node, Number(1)))
    positive = negated(node)
    if isinstance(positive, Name):
        return Call("multiply", (positive, Number(-1)))
    return node
