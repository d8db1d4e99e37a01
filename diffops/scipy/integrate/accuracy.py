"""Whether steps are short enough, not for the solution alone but for its derivatives.

A solver chooses its steps by the error of the solution. Where that is at rest, say,
while its derivatives are not, the steps are too long for them. So the estimate of the
error, which is a tracked value as the solution is, is taken apart: its tangents are
compared with those of the solution, and its gradient (of a mixture of the entries, by
the state before the step and by what the field closes over) with what it comes to in
all steps together. How large that is, the steps of the solver themselves tell.

A stiff problem wipes out most of what may change its state, and how it would do so need
not be resolved. There gradients become tangents: the derivatives of a step, by a sweep
for each unknown, take on those of the state before it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from diffops.modes.trace import Trace
from diffops.rules._fitting import shape_of
from diffops.scipy.integrate.components import DIRECTIONAL, Components, NewTrace, along
from diffops.scipy.integrate.steps import Step
from diffops.tags import Tracked

#: By how much an error may exceed its tolerance before a step is taken in halves, which
#: divides it by 2³ or more: those of the solution that the solver accepts stay below 1.
_SLACK = 4.0

#: And how much a step may miss it, where the slack was not known yet when it was taken.
_TOLERABLE = 10.0

#: The name of the state before a step, and the mark of gradients that became tangents.
_STATE, _TANGENT = "state", -2

#: Stiff problems of more unknowns keep the solution's steps for their gradients: what
#: the error does to each unknown takes a sweep for each.
_UNKNOWNS = 6

_Parts = dict[Any, Any]


class Taken(NamedTuple):
    """A step with the components of the state before it, at its end, and its errors."""

    step: Step
    before: _Parts
    end: _Parts
    errors: list[_Parts]


class Accuracy:
    """Judges the steps of one solution, in their order.

    ``largest`` is the largest entry of the plain solution; the solution itself is
    judged only if it is not the solver's ``own``, by whose formula it was computed.
    """

    def __init__(self, rtol: float, atol: Any, largest: float, own: bool) -> None:
        self.rtol = rtol
        self.atol = atol
        self.size = largest
        self.own = own
        #: How long all steps are together.
        self.duration = 1.0
        lost = float(np.max(atol, initial=0.0))
        #: What may be lost of a tangent, in relation to the largest at any time.
        self.floor = min(lost / largest, 0.1 * rtol) if largest else 0.1 * rtol
        self.components = Components(split=False)
        self.totals: dict[Any, float] | None = None
        self.accepted: list[Taken] = []

    def has_traces(self) -> bool:
        """Tell whether gradients are looked at."""
        return bool(self.components.starts)

    def take(self, y: Any, step: Callable[[], Step]) -> Taken:
        """Take a step from a state, and it and its errors apart."""
        states = set(_places(y))
        before = self.accepted[-1].end if self.accepted else {}
        while True:
            rows = self.components.begin(states)
            found = step()
            values = [found.end, *found.errors]
            try:
                named = [
                    _named(self.components.parts(value, rows), states)
                    for value in values
                ]
                if found.implicit and self.has_traces():
                    named = self._as_tangents(named, values, rows, states, before)
            except NewTrace:
                continue
            end, *errors = named
            return Taken(found, before, end, errors)

    def _as_tangents(
        self,
        named: list[_Parts],
        values: list[Any],
        rows: Any,
        states: set[tuple[Any, Any]],
        before: _Parts,
    ) -> list[_Parts]:
        """Return components with tangents in the place of gradients."""
        tangents = [
            {key: part for key, part in parts.items() if _is_forward(key)}
            for parts in named
        ]
        (size,) = shape_of(values[0])
        if size > _UNKNOWNS:
            return tangents
        for parts, value in zip(tangents, values, strict=True):
            entries = [
                _named(self.components.parts(value[i], rows), states)
                for i in range(size)
            ]
            parts |= _tangents(entries, before, size)
        return tangents

    def is_met(self, taken: Taken, slack: float = _SLACK) -> bool:
        """Tell whether a step is short enough, as far as it is known what that is."""
        for key in taken.errors[0]:
            if self.own if key == () else self.totals is None:
                continue
            allowed = self._allowed(key, taken)
            excess = _joint(
                np.abs(error.get(key, 0.0)) / allowed for error in taken.errors
            )
            if not excess <= slack:
                return False
        return True

    def _allowed(self, key: Any, taken: Taken) -> Any:
        """Return the error that a component may have."""
        size = np.abs(taken.end.get(key, 0.0))
        if _is_forward(key):
            size = np.maximum(size, np.abs(taken.before.get(key, 0.0)))
            if key == ():
                return self.atol + self.rtol * size
            return self.rtol * size + self.floor * self._total(key) + _TINY
        if key[0].place == _STATE and len(key) == 1:
            return self.rtol * max(1.0, float(np.max(size, initial=0.0)))
        # What it adds to a sum in a part of the time, and the like part of the sum.
        share = abs(taken.step.length) / self.duration
        size = float(np.max(size, initial=0.0)) + share * self._total(key)
        return self.rtol * size + _TINY

    def _total(self, key: Any) -> float:
        """Return what a component comes to, or what those of first order let expect."""
        assert self.totals is not None
        found = self.totals.get(key, 0.0)
        if len(key) == 1 or not self.size:
            return found
        first = (1.0 if s.place == _STATE else self.totals.get((s,), 0.0) for s in key)
        return max(found, math.prod(first) / self.size ** (len(key) - 1))

    def accept(self, taken: Taken) -> None:
        """Go on from the end of a step."""
        self.accepted.append(taken)

    def is_settled(self) -> bool:
        """Tell, after the last step, whether all were short enough; or begin anew."""
        taken, self.accepted = self.accepted, []
        self.totals = {}
        for key in {key for one in taken for key in one.end}:
            sizes = [
                float(np.max(np.abs(one.end[key]), initial=0.0))
                for one in taken
                if key in one.end
            ]
            self.totals[key] = sum(sizes) if _adds_up(key) else max(sizes)
        return all(self.is_met(one, _TOLERABLE) for one in taken)


_TINY = np.finfo(float).tiny


def _joint(ratios: Iterable[Any]) -> float:
    """Return the error in units of the tolerance; of two estimates as Hairer has it."""
    first, *more = (
        float(np.max(np.sqrt(np.mean(np.square(ratio), axis=-1)), initial=0.0))
        for ratio in map(np.atleast_1d, ratios)
    )
    if not more or not first:
        return first
    return first * first / math.sqrt(first * first + 0.01 * more[0] * more[0])


def _is_forward(key: Any) -> bool:
    return not any(
        isinstance(step.level, Trace) and step.entry != _TANGENT for step in key
    )


def _adds_up(key: Any) -> bool:
    """Tell whether a derivative is the sum of what each step adds to it."""
    return not _is_forward(key) and all(step.place != _STATE for step in key)


def _places(y: Any) -> Iterator[tuple[Any, Any]]:
    """Yield where the state before a step, and its tangents, stand in which trace."""
    while isinstance(y, Tracked):
        if isinstance(y.level, Trace):
            yield y.level, y.carry
        elif isinstance(y.level, DIRECTIONAL):
            for _, derivative in along(y.level, y):
                yield from _places(derivative)
        y = y.primal


def _named(parts: Iterable[tuple[Any, Any]], states: set[tuple[Any, Any]]) -> _Parts:
    """Return components, with one name for the state, at whatever places it stands."""
    named: _Parts = {}
    for key, part in parts:
        key = tuple(
            step._replace(place=_STATE) if (step.level, step.place) in states else step
            for step in key
        )
        if key in named:
            part = np.maximum(np.abs(part), np.abs(named[key]))
        named[key] = part
    return named


def _tangents(entries: list[_Parts], before: _Parts, size: int) -> _Parts:
    """Return the derivatives of a value by each place, one row per entry of a place.

    A step adds its own to what it makes of those of the state before; by the state at
    the beginning all of them begin.
    """
    tangents: _Parts = {}
    for key in {key for entry in entries for key in entry}:
        if len(key) != 1 or not isinstance(key[0].level, Trace):
            continue
        name = (key[0]._replace(entry=_TANGENT),)
        columns = [np.ravel(entry.get(key, 0.0)) for entry in entries]
        count = max(len(column) for column in columns)
        own = np.stack([np.broadcast_to(column, count) for column in columns], axis=1)
        if key[0].place == _STATE:
            tangents[name] = before.get(name, np.eye(size)) @ own
            continue
        state = (key[0]._replace(place=_STATE),)
        passed = np.stack([entry.get(state, np.zeros(size)) for entry in entries])
        tangents[name] = own + before.get(name, np.zeros((count, size))) @ passed.T
    return tangents
