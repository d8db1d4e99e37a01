"""Second order along many directions at once, of which only the sum is kept.

A value carries its first-order change along every direction, batched, and the sum of
its second-order coefficients over them. The latter obeys the chain rule of a tangent,
plus what the first-order changes add up to: f′ Σ xᵢ″ + Σ f″ xᵢ′ xᵢ′. So a Laplacian
costs a forward pass along n directions and one along their sum (Li, Ye, Zhang and
Wang 2023, "Forward Laplacian"; Dangel, Siebert, Zeinhofer and Walther 2025, who
collapse Taylor mode in general).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from diffops.modes.jet import Continuing
from diffops.modes.jet_lists import Operation
from diffops.primitive import Primitive
from diffops.series import (
    Call,
    Series,
    as_float,
    by_terms,
    difference,
    negated,
    scaled,
    shared,
    total,
)
from diffops.tags import Tracked, belongs


class Bent(Series):
    """A value, its changes along all directions, and the sum of its curvatures."""

    __slots__ = ("bend",)

    bend: Any

    @classmethod
    def of(cls, value: Any, change: Any, bend: Any = None) -> Bent:
        """Return these parts; a bend of None is zero."""
        bent = cls((value, change))
        bent.bend = as_float(bend)
        return bent


def _add(a: Bent, b: Bent, level: Collapsed) -> Bent:
    return Bent.of(a[0] + b[0], a[1] + b[1], total(a.bend, b.bend))


def _subtract(a: Bent, b: Bent, level: Collapsed) -> Bent:
    return Bent.of(a[0] - b[0], a[1] - b[1], difference(a.bend, b.bend))


def _multiply(a: Bent, b: Bent, level: Collapsed) -> Bent:
    bend = total(scaled(a.bend, b[0]), scaled(b.bend, a[0]))
    cross = level.summed(a[1] * b[1])
    return Bent.of(a[0] * b[0], a[1] * b[0] + b[1] * a[0], total(bend, cross))


def _divide(a: Bent, b: Bent, level: Collapsed) -> Bent:
    y = a[0] / b[0]
    change = (a[1] - b[1] * y) / b[0]
    bend = difference(a.bend, scaled(b.bend, y))
    bend = difference(bend, level.summed(change * b[1]))
    return Bent.of(y, change, bend / b[0])


def _divide_number(c: Any, b: Bent, level: Collapsed) -> Bent:
    y = c / b[0]
    change = b[1] * (-y / b[0])
    bend = total(scaled(b.bend, y), level.summed(change * b[1]))
    return Bent.of(y, change, -bend / b[0])


class Collapsed(Continuing):
    """One expansion of second order along the directions of a batch, or a single one.

    ``batch`` is the level by which directions are batched, or None.
    """

    __slots__ = ("batch",)

    operations: ClassVar[dict[Any, Operation]] = {
        operator.add: Operation(
            _add,
            lambda a, c, level: Bent.of(a[0] + c, a[1], a.bend),
            lambda c, a, level: Bent.of(c + a[0], a[1], a.bend),
        ),
        operator.sub: Operation(
            _subtract,
            lambda a, c, level: Bent.of(a[0] - c, a[1], a.bend),
            lambda c, a, level: Bent.of(c - a[0], -a[1], negated(a.bend)),
        ),
        operator.mul: Operation(
            _multiply,
            lambda a, c, level: Bent.of(a[0] * c, a[1] * c, scaled(a.bend, c)),
            lambda c, a, level: Bent.of(c * a[0], a[1] * c, scaled(a.bend, c)),
        ),
        operator.truediv: Operation(
            _divide,
            lambda a, c, level: Bent.of(a[0] / c, a[1] / c, shared(a.bend, c)),
            _divide_number,
        ),
    }

    def __init__(self, batch: Any = None) -> None:
        super().__init__(2)
        self.batch = batch

    def along(self, value: Any, directions: Any) -> Tracked:
        """Track a value that moves along every direction of the batch."""
        return self.track(value, Bent.of(value, directions))

    def summed(self, value: Any) -> Any:
        """Return the sum over all directions."""
        return value if self.batch is None else self.batch.members(value).sum(axis=0)

    def of_number(self, primitive: Primitive, call: Call) -> Series | None:
        """Expand a function of one number along one direction alone."""
        (x,) = call.args
        call.args = [Series.whole((x[0], 1.0))]
        y = self.by_rule(primitive, call)
        if y is None or not all(map(math.isfinite, y)):
            return None
        _, slope, *rest = y
        bend = scaled(x.bend, slope)
        if rest:
            bend = total(bend, self.summed(x[1] * x[1]) * rest[0])
        return Bent.of(y[0], x[1] * slope, bend)

    def continued(self, primitive: Primitive, call: Call) -> list[Series]:
        """Expand a function of the entries of one argument along one direction alone.

        y = f(x) has y′ = f′ x′ and Σ y″ = f″ Σ x′ x′ + f′ Σ x″.
        """
        varying = call.varying()
        if primitive.series is by_terms:
            changes = [arg[1] if isinstance(arg, Series) else None for arg in call.args]
            first = call.pushforward(call.value, call.primals, call.params, changes)
            return [call.y if first is None else Bent.of(call.value, first)]
        if not primitive.partials or len(varying) != 1:
            return super().continued(primitive, call)
        (i,) = varying
        change = call.args[i][1]
        call.args[i] = Series.whole((call.args[i][0], 1.0))
        (y,) = super().continued(primitive, call)
        tangents = [change if j == i else None for j in range(len(call.args))]
        first = call.pushforward(call.value, call.primals, call.params, tangents)
        if first is None:
            return [y]
        bend = None
        if len(y) > 2:
            squares = self.summed(change * change)
            bend = squares * y[2]
            if primitive.regular is not None:
                bend = np.where(squares == 0, 0.0, bend)[()]
        return [Bent.of(y[0], first, bend)]

    def settled(
        self, call: Call, args: Sequence[Any], outputs: list[Series]
    ) -> list[Series]:
        """Add what the curvatures of the arguments contribute, pushed forward."""
        bends = [bend_of(arg, self) for arg in args]
        pushed: Any = None
        if any(bend is not None for bend in bends):
            pushed = call.pushforward(call.value, call.primals, call.params, bends)
        if all(len(y) == 1 for y in outputs):
            return outputs
        parts = pushed if isinstance(pushed, tuple) else [pushed] * len(outputs)
        return [self._bent(y, part) for y, part in zip(outputs, parts, strict=True)]

    def _bent(self, y: Series, pushed: Any) -> Series:
        if isinstance(y, Bent):
            own = y.bend
        else:
            own = self.summed(y[2]) if len(y) > 2 else None
        change = y[1] if len(y) > 1 else np.zeros_like(y[0])[()]
        return Bent.of(y[0], change, total(pushed, own))


def bend_of(value: Any, level: Collapsed) -> Any:
    """Return the sum of the second coefficients of a value; None is zero."""
    return value.carry.bend if belongs(value, level) else None
