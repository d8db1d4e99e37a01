"""Series that come from a pushforward, which states an equation for the output.

y′ = pushforward(y, x, x′). The pushforward runs once, on series that are computed as
far as they are asked for: the k-th coefficient of y′ needs y up to the k-th alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from diffops.modes.jet_values import Expansion
from diffops.primitive import Primitive
from diffops.series import Call, Series, shared
from diffops.tags import belongs
from diffops.values.views import link_view

_UNKNOWN = object()


class Lazy(Expansion):
    """The expansion in which a pushforward runs: series computed when asked for.

    An elementwise function of the same series is computed once. So sin and cos, which
    are each other's derivative, and Bessel functions of neighbouring orders, are solved
    for together.
    """

    __slots__ = ("depth", "known", "order", "rounds")

    def __init__(self, order: int) -> None:
        super().__init__()
        self.order = order
        #: By primitive and arguments: value, series, and what the key speaks of.
        self.known: dict[Any, tuple[Any, Series, Any]] = {}
        #: The series that each round of pushforwards made: a round starts when the
        #: series of the one before it are first asked for more than their values.
        self.rounds: list[list[Series]] = [[]]
        self.depth = 0

    def end(self) -> None:
        """Let go of the series: they refer to each other in circles."""
        super().end()
        for series in itertools.chain.from_iterable(self.rounds):
            series.step = None
        self.rounds = []
        self.known = {}

    def advance(self, k: int) -> None:
        """Reach what the k-th coefficients of the first round are made from.

        The last round comes first, so that no recursion goes through the rounds.
        """
        for depth in range(len(self.rounds) - 1, -1, -1):
            for series in self.rounds[depth]:
                series.reach(k - depth)

    def apply(
        self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Run a primitive on the primals; its series wait."""
        key, carries = None, []
        if primitive.partials and not params:
            carries = [arg.carry if belongs(arg, self) else arg for arg in args]
            key = name_of_call(primitive, carries)
            if key in self.known:
                value, y, _ = self.known[key]
                return self.track(value, y)
        call = self.called(primitive, args, params)
        y = call.y
        y.step = primitive.series and primitive.series(call)
        if y.step is None:
            outputs = Equation(call, self, self.depth + 1).outputs
            self.rounds[self.depth] += outputs
            if isinstance(call.value, tuple):
                return tuple(map(self.track, call.value, outputs))
            (y,) = outputs
        else:
            self.rounds[self.depth].append(y)
        if key is not None:
            self.known[key] = (call.value, y, carries)
        jet = self.track(call.value, y)
        if primitive.view:
            link_view(args[0], jet, primitive, params)
        return jet

    def run(self, depth: int, push: Callable[[], Any]) -> Any:
        """Run a pushforward, whose series belong to a round."""
        before, self.depth = self.depth, depth
        if depth == len(self.rounds):
            self.rounds.append([])
        try:
            return push()
        finally:
            self.depth = before


def name_of_call(primitive: Primitive, carries: Sequence[Any]) -> Any:
    """Name a call by its function and the identities of its arguments."""
    return (primitive, *map(_name_of, carries))


def _name_of(carry: Any) -> Any:
    if isinstance(carry, (float, int)):
        return type(carry), repr(carry)  # which tells −0 from 0
    return id(carry)


class Equation:
    """y′ = pushforward(y, x, x′), solved for the series of y."""

    __slots__ = ("call", "level", "outputs", "round", "slope", "values")

    def __init__(self, call: Call, level: Lazy, round: int = 0) -> None:
        self.call = call
        self.level = level
        self.round = round
        value = call.value
        self.values = value if isinstance(value, tuple) else (value,)
        self.outputs = [
            Series([value], partial(self._coefficient, number))
            for number, value in enumerate(self.values)
        ]
        self.slope: Any = _UNKNOWN

    def _coefficient(self, number: int, k: int) -> Any:
        if self.slope is _UNKNOWN:
            self.slope = self._push()
        slope = self.slope[number] if isinstance(self.slope, tuple) else self.slope
        if belongs(slope, self.level):
            return shared(slope.carry.at(k - 1), k)
        return slope if k == 1 else None

    def _push(self) -> Any:
        """Run the pushforward on the series."""
        call, level = self.call, self.level
        y: Any = tuple(map(level.track, self.values, self.outputs))
        args: list[Any] = []
        tangents: list[Any] = []
        for primal, x in zip(call.primals, call.args, strict=True):
            varies = isinstance(x, Series)
            args.append(level.track(primal, x) if varies else primal)
            tangents.append(self._tangent(primal, x) if varies else None)
        if all(tangent is None for tangent in tangents):
            return None
        if not isinstance(call.value, tuple):
            (y,) = y
        return level.run(
            self.round, lambda: call.pushforward(y, args, call.params, tangents)
        )

    def _tangent(self, primal: Any, x: Series) -> Any:
        """Return x′: a constant if it is one, None if it is zero."""
        first = x.at(1)
        if primal.__class__ is np.float64 and first.__class__ is float:
            first = np.float64(first)
        if first is None or (x.step is None and len(x) == 2):
            return first
        slope = x.slope()
        slope.reach(0)
        return self.level.track(first, slope)
