"""What tangents and adjoints share: the rule of a step, its formula, its check."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from diffops.engines.arrays import whole
from diffops.errors import NoDerivativeError
from diffops.jit.program import kind_of, slots_in
from diffops.look.expression import Expression, Number, TooLong, expression_of
from diffops.look.looking import Looking, Seen, filled
from diffops.look.notation import SPEC, place, short
from diffops.look.shown import Shown
from diffops.look.table import Band, Gap, Line, Table, around_the_middle
from diffops.primitive import Pull
from diffops.tags import Tracked

if TYPE_CHECKING:
    from diffops.look.picture import Picture
    from diffops.look.wengert import WengertList


class Dependence:
    """A step as its rule sees it: the result y, the arguments, the parameters.

    ``values`` are what a formula of the rule may name: results first, then arguments.
    """

    def __init__(self, step: Seen, values: dict[int, Any], constants: Any) -> None:
        self.step = step
        self.params = {name: filled(v, values) for name, v in step.params.items()}
        self.args = [values[slot] for slot in step.slots]
        results = tuple(values[slot] for slot in step.outputs)
        self.y: Any = results if step.several else results[0]
        self.named = [
            slot
            for slot in dict.fromkeys(step.slots)
            if slot not in constants or np.ndim(constants[slot])
        ]
        self.values = [*results, *(values[slot] for slot in self.named)]

    def split(self, values: Sequence[Any], extra: int) -> tuple[Any, list[Any], Any]:
        """Return y and the arguments with other values, and as many values more."""
        count = len(self.step.outputs)
        results, rest = tuple(values[:count]), values[count:]
        given = dict(zip(self.named, rest[: len(self.named)], strict=True))
        args = [
            given.get(slot, arg)
            for slot, arg in zip(self.step.slots, self.args, strict=True)
        ]
        y = results if self.step.several else results[0]
        return y, args, rest[len(rest) - extra :]

    def names(self, name: Callable[[int], str]) -> list[str]:
        """Return how the values are called."""
        return [name(slot) for slot in (*self.step.outputs, *self.named)]

    def push(self, y: Any, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
        """Run the pushforward of the rule."""
        with self._noted(), np.errstate(all="ignore"):
            return self.step.rule.pushforward(y, args, self.params, tangents)

    def pull(self, y: Any, args: Sequence[Any], wrt: Sequence[int], g: Any) -> Any:
        """Run the pullback of the rule; return cotangents, or None where none are."""
        with self._noted(), np.errstate(all="ignore"):
            pull: Pull | None = self.step.rule.pullback(y, args, self.params, wrt)
            return [None] * len(wrt) if pull is None else list(map(whole, pull(g)))

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Say at which step a rule failed."""
        try:
            yield
        except Exception as error:
            where = f" ({place(self.step.line)})" if self.step.line else ""
            error.add_note(f"trace: in the derivative of {self.step.name}{where}")
            raise


class Differentiated(Shown):
    """A Wengert list with derivatives beside it."""

    title: str

    def __init__(self, wengert: WengertList) -> None:
        self.wengert = wengert
        self.program = wengert.program
        self.values = wengert.values

    def dependence(self, step: Seen) -> Dependence:
        """Return a step as its rule sees it."""
        return Dependence(step, self.values, self.program.constants)

    def refuse_parameters(self, step: Seen, active: Container[int]) -> None:
        """Refuse a derivative by an argument that has none."""
        for name, value in step.params.items():
            if any(slot in active for slot in slots_in(value)):
                raise NoDerivativeError(
                    f"{step.name} has no derivative with respect to its argument "
                    f"{name!r}, which varies ({step.line}); pass a plain value there, "
                    "or detach it with diffops.stop_gradient"
                )

    def compare(
        self, found: Sequence[Any], wanted: Sequence[Any], met: Iterable[Any]
    ) -> None:
        """Raise unless the steps add up to the derivative of f itself.

        They differ where f computes something else on its second run, or by ways that
        no step shows. Sums in another order differ by rounding alone, which is measured
        by the largest number on the way.
        """
        sizes = [np.max(np.abs(value)) for value in met if np.size(value)]
        scale = max((size for size in sizes if np.isfinite(size)), default=1.0)
        for a, b in zip(found, wanted, strict=True):
            coarse = np.result_type(getattr(b, "dtype", float)).itemsize < 8
            bound = 1e-3 if coarse else 1e-7
            if not np.allclose(a, b, bound, bound * scale, equal_nan=True):
                raise self._difference(a, b)

    def _difference(self, steps: Any, whole: Any) -> Exception:
        """Return the error for steps that do not add up to the whole."""
        f = self.wengert.point.f
        return RuntimeError(
            f"the steps of {getattr(f, '__name__', repr(f))} have the derivative "
            f"{short(steps)}, but the function has {short(whole)}: it computes "
            "something else at each call, or by ways that are no steps"
        )

    def formula(
        self,
        level: Looking,
        result: Any,
        names: Sequence[str],
        spec: str,
    ) -> tuple[Expression | None, Callable[[int], str]]:
        """Return a rule's result as an expression, and how its slots are called."""
        program = level.program
        called = dict(zip(program.inputs, names, strict=True))

        def name(slot: int) -> str:
            value = level.values[slot]
            return called.get(slot) or (
                kind_of(value) if np.ndim(value) else short(value, spec)
            )

        if not isinstance(result, Tracked):
            if np.ndim(result) and np.any(result):
                return None, name
            return Number(result if not np.ndim(result) else 0), name
        try:
            return expression_of(result.carry, program, set(program.inputs)), name
        except TooLong:
            return None, name

    # How it is shown

    def input_lines(self, spec: str) -> list[Line]:
        """Return a line for each input."""
        raise NotImplementedError

    def step_lines(self, step: Seen, spec: str) -> list[Line]:
        """Return the lines of a step."""
        raise NotImplementedError

    def output_lines(self, spec: str) -> list[Line]:
        """Return a line for each result of f."""
        raise NotImplementedError

    def node_line(self, slot: int, spec: str) -> str:
        """Return what a picture says of a value."""
        raise NotImplementedError

    def table(self, spec: str = SPEC, most: int = 60) -> Table:
        """Return both traces side by side."""
        wengert = self.wengert
        bands = [
            Band([left], [right])
            for left, right in zip(
                wengert.input_lines(spec), self.input_lines(spec), strict=True
            )
        ]
        bands += [Band([line], []) for line in wengert.constant_lines(spec)]
        for step in around_the_middle(self.program.steps, most):
            if isinstance(step, Gap):
                bands.append(Band([step.line()], [step.line()]))
                continue
            left = [line._replace(note="") for line in wengert.step_lines(step, spec)]
            right = self.step_lines(step, spec) if isinstance(step, Seen) else []
            bands.append(Band(left, right))
        bands += [
            Band([left], [right])
            for left, right in zip(
                wengert.output_lines(spec), self.output_lines(spec), strict=True
            )
        ]
        return Table(("Forward primal trace", self.title), bands)

    def picture(self, spec: str = SPEC, most: int = 60) -> Picture:
        """Return the computational graph with values and derivatives."""
        from diffops.look.picture import picture_of

        return picture_of(
            self.wengert, spec, most, lambda slot: self.node_line(slot, spec)
        )
