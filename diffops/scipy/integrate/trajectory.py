"""The solution of an initial value problem, gone through again with tracked values.

SciPy's solver has found the steps and the plain solution. Each step is taken again on
the tracked state, by the solver's own formula if that is explicit, and shortened where
the derivatives want it (`accuracy`). So the derivatives are those of the very steps
taken, in every mode and order, and the field is never called later.
"""

from __future__ import annotations

import itertools
import warnings
from bisect import bisect_right
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import integrate as original

from diffops.scipy.integrate.accuracy import Accuracy
from diffops.scipy.integrate.collocation import NODES, NotSolved, implicit_step
from diffops.scipy.integrate.components import order_of
from diffops.scipy.integrate.steps import EXPLICIT, Explicit, Field, Step
from diffops.tags import Tracked, strip

#: How often a step is halved at most; where its result is not finite, that seldom.
_DEPTH, _DEPTH_OF_BROKEN = 30, 6

#: How often the whole is gone through at most, to find how large derivatives become.
_PASSES = 6

#: After how many failures of the explicit method the problem is taken to be stiff.
_FAILURES = 3


class _State(NamedTuple):
    """Where a step begins, and the slope there, if it is known."""

    y: Any
    first: Any


class Trajectory:
    """The tracked solution, which agrees in value with ``plain(t)``, SciPy's.

    ``method`` is the solver's, or None if that is implicit; ``slope(t, y)`` is the
    plain Jacobian of the field.
    """

    def __init__(
        self,
        field: Field,
        plain: Callable[[Any], Any],
        method: Explicit | None,
        slope: Callable[[float, Any], Any],
        accuracy: Accuracy,
    ) -> None:
        self.field = field
        self.plain = plain
        self.method = method
        self.slope = slope
        self.accuracy = accuracy
        self.failures = 0
        self.steps: list[Step] = []
        self.places: list[float] = []
        self.direction = 1.0
        self.start: Any = None

    def follow(self, mesh: Any, y: Any) -> None:
        """Go through a mesh from a tracked state."""
        places = [float(t) for t in mesh]
        self.start = y
        self.direction = -1.0 if places[-1] < places[0] else 1.0
        self.accuracy.duration = abs(places[-1] - places[0]) or 1.0
        for _ in range(_PASSES):
            self._once(places, _State(y, None))
            if self.accuracy.is_settled():
                return
        warnings.warn(
            "the derivatives of an initial value problem may be less accurate than its "
            "solution: is the right-hand side smooth?",
            original.IntegrationWarning,
            stacklevel=2,
        )

    def _once(self, places: list[float], state: _State) -> None:
        self.steps, self.places = [], []
        if self.method is None:
            self._along(places, state)
            return
        for start, end in itertools.pairwise(places):
            if start != end:
                state = self._cover(start, end, state, 0)

    def _along(self, places: list[float], state: _State) -> None:
        """Go through the mesh of another method, several steps at once where it can."""
        k, stride, limit = 0, 1, 1
        while k < len(places) - 1:
            stop = min(k + stride, len(places) - 1)
            start, end = places[k], places[stop]
            if start != end and stop > k + 1:
                step = self._step(start, end - start, state, None)
                if step is None:
                    stride = limit = max((stop - k) // 2, 1)
                    continue
                state = self._taken(step, end)
            elif start != end:
                state = self._cover(start, end, state, 0)
            k, limit = stop, limit + 1
            stride = min(2 * stride, limit)

    def _cover(self, start: float, end: float, state: _State, depth: int) -> _State:
        """Go from one place to another, in one step or in two halves."""
        step = self._step(start, end - start, state, depth)
        if step is not None:
            return self._taken(step, end)
        middle = start + (end - start) / 2
        state = self._cover(start, middle, state, depth + 1)
        return self._cover(middle, end, state, depth + 1)

    def _taken(self, step: Step, end: float) -> _State:
        self.steps.append(step)
        self.places.append(self.direction * step.t)
        return _State(shifted(step.end, self.plain(end)), step.last)

    def _step(
        self, t: float, h: float, state: _State, depth: int | None
    ) -> Step | None:
        """Take a step; None where it is too long.

        At the last depth it is taken anyway; that is None where none is the last.
        """
        y, first = state
        if self.method is not None:
            return self._tried(y, self._explicit(self.method, t, h, y, first), depth)
        if first is None:
            first = self.field(t, y)
        if self.failures < _FAILURES:
            trial = self._explicit(EXPLICIT["DOP853"], t, h, y, first)
            step = self._tried(y, trial, None)
            if step is not None or depth is None:
                return step
            self.failures += 1
        guess = self.plain(t + h * NODES).T
        orders = order_of([y, first])
        try:
            return self._tried(
                y,
                lambda: implicit_step(
                    self.field,
                    self.slope,
                    t,
                    y,
                    h,
                    guess,
                    self._first(t, y, first),
                    orders,
                ),
                depth,
            )
        except NotSolved:
            if depth is None or depth < _DEPTH:
                return None
        raise RuntimeError(f"the implicit step of solve_ivp at t={t} did not converge")

    def _explicit(
        self, method: Explicit, t: float, h: float, y: Any, first: Any
    ) -> Callable[[], Step]:
        return lambda: method.step(self.field, t, y, h, self._first(t, y, first))

    def _first(self, t: float, y: Any, first: Any) -> Any:
        """Return the slope at the beginning of a step.

        A trace has to see how it comes about, or the gradient of the error, in which
        all slopes nearly cancel, would lack a part.
        """
        if first is None or self.accuracy.has_traces():
            return self.field(t, y)
        return first

    def _tried(
        self, y: Any, take: Callable[[], Step], depth: int | None
    ) -> Step | None:
        """Take a step, unless it is too long and not at the last depth."""
        with np.errstate(all="ignore"):
            taken = self.accuracy.take(y, take)
            met = self.accuracy.is_met(taken)
        if not met:
            finite = all(np.all(np.isfinite(part)) for part in taken.end.values())
            if depth is None or depth < (_DEPTH if finite else _DEPTH_OF_BROKEN):
                return None
        self.accuracy.accept(taken)
        return taken.step

    def at(self, t: Any) -> Any:
        """Return the state at a time, by the interpolation of the step."""
        if not self.steps:
            return self.start
        place = self.direction * float(strip(t))
        k = min(max(bisect_right(self.places, place) - 1, 0), len(self.steps) - 1)
        return shifted(self.steps[k].at(t), self.plain(strip(t)))


def shifted(y: Any, value: Any) -> Any:
    """Return a state with another value, and the same derivatives."""
    return y + (value - strip(y)) if isinstance(y, Tracked) else value


def moment(field: Field, t: float, y: Any, change: Any) -> Any:
    """Return the state a moment later: a length of 0 whose derivatives are not.

    A Runge-Kutta step of order p has the solution's Taylor expansion up to the p-th
    term, in the time, the state, and what the field closes over.
    """
    method = EXPLICIT["RK45" if order_of([change]) <= 5 else "DOP853"]
    return method.advance(field, t, y, change, field(t, y))[0]
