"""The plain numbers that a tracked value consists of, and the value made of numbers.

What a solver of SciPy's computes from the values of a function is plain. Where it is
linear in them, as an integral is, the tangent of the result is that of the tangents,
and the gradient that of the gradients: so a function whose values are tracked is taken
apart into plain functions, its components, and their results are put together.

Derivatives along a direction stand in the value itself. Its gradient is found at once,
by a sweep back through what the call of the function recorded, down to what had been
recorded before: so nothing is called later, when closures may have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.modes.batch import Batching
from diffops.modes.dual import Forward
from diffops.modes.jet import Jets
from diffops.modes.pattern import Detection
from diffops.modes.trace import Trace
from diffops.primitive import adopt, table
from diffops.rules._arguments import known
from diffops.rules._fitting import is_complex, shape_of
from diffops.scipy.integrate.solution_gradients import Start, cotangents
from diffops.tags import Tracked, lower, newest


class Step(NamedTuple):
    """One derivative: of which level, and with respect to what.

    ``place`` is the order of a Taylor coefficient (1 of a tangent), or in a trace the
    place of a value, of which ``entry`` numbers one entry; in a batch it numbers the
    member.
    """

    level: Any
    place: Any
    entry: int


#: The modes that differentiate along a direction.
DIRECTIONAL = Forward, Jets

#: The derivatives that lead to a component, the newest first; () leads to the value.
Key = tuple[Step, ...]


class NewTrace(Exception):
    """A value is recorded by a trace of which the start is not known."""


class Components:
    """Takes the values of one function apart, and makes values of results.

    A gradient has one component per entry, if it is ``split``.
    """

    def __init__(self, split: bool = True) -> None:
        self.split = split
        self.starts: dict[Trace, Start] = {}
        self.unpacked: dict[tuple[Any, Any], list[Any]] = {}
        self.samples: dict[Any, Tracked] = {}

    def of(self, evaluate: Callable[[], Any]) -> dict[Key, float]:
        """Return the components of the real number that a call returns.

        The call is repeated where it meets a trace for the first time.
        """
        while True:
            rows = {level: len(level.rows or ()) for level in self.starts}
            value = as_number(evaluate())
            try:
                return {key: float(part) for key, part in self.parts(value, rows)}
            except NewTrace:
                continue

    def begin(self, places: Set[tuple[Any, Any]]) -> dict[Trace, int]:
        """Let gradients be those by what has been recorded so far; return the rows.

        What reads the numbers of a vector at one of these places (level and place) that
        has been unpacked before, reads the vector.
        """
        running = [(level, s) for level, s in self.starts.items() if level.running]
        for level, start in running:
            rows = level.rows or []
            for k in range(start.row, len(rows), 5):
                if isinstance(rows[k], slice):
                    place = level, rows[k + 3][0]
                    self.unpacked.setdefault(place, []).extend(rows[k : k + 5])
        self.unpacked = {p: rows for p, rows in self.unpacked.items() if p in places}
        for level, place in places:
            elements = getattr(place, "elements", None)
            if isinstance(elements, tuple) and (level, place) not in self.unpacked:
                self._note_unpacking(level, place)
        self.starts = {level: Start(level) for level, _ in running}
        for (level, _), rows in self.unpacked.items():
            if level in self.starts:
                self.starts[level].unpacked += rows
        return {level: start.row for level, start in self.starts.items()}

    def _note_unpacking(self, level: Trace, place: Any) -> None:
        """Find the row that unpacked a vector, be it before the trace was met."""
        rows = level.rows or []
        for k in range(len(rows) - 5, -1, -5):
            if isinstance(rows[k], slice) and rows[k + 3][0] is place:
                self.unpacked[level, place] = rows[k : k + 5]
                return

    def parts(
        self, value: Any, rows: Mapping[Trace, int], inside: bool = False
    ) -> Iterator[tuple[Key, Any]]:
        """Yield the plain components of a value recorded from these rows on.

        ``inside`` a derivative there may be a batch of them, and each has its own.
        """
        value = lower(value)
        level = value.level if isinstance(value, Tracked) else None
        if isinstance(level, Detection):
            raise NoDerivativeError(
                f"a function that SciPy calls is tracked{at_user_line()} to find a "
                "sparsity pattern, but SciPy hides what the result depends on; use "
                "jacobian or hessian"
            )
        if level is None:
            yield (), value
            return
        if level.keeps and not (inside and isinstance(level, Batching)):
            yield (), known(value)
            return
        self.samples.setdefault(level, value)
        if isinstance(level, Batching):
            parts = self._members(level, value)
        else:
            yield from self.parts(value.value(), rows, inside)
            if isinstance(level, Trace):
                parts = self._gradient(level, value, rows)
            else:
                parts = along(level, value)
        for step, part in parts:
            for key, number in self.parts(part, rows, inside=True):
                yield (step, *key), number

    def _members(self, level: Batching, value: Any) -> list[tuple[Step, Any]]:
        members = level.members(value)
        if not self.split:
            return [(Step(level, None, -1), members)]
        return [(Step(level, None, i), members[i]) for i in range(level.size)]

    def _gradient(
        self, level: Trace, value: Any, rows: Mapping[Trace, int]
    ) -> list[tuple[Step, Any]]:
        """Return the derivatives by what was recorded before the trace was met."""
        if level not in rows:
            self.starts.setdefault(level, Start(level))
            raise NewTrace
        start = self.starts[level]
        gradient = []
        for place, cotangent in cotangents(level, value, start, rows[level]):
            shape = shape_of(cotangent)
            dtype = getattr(cotangent, "dtype", None)
            start.likes.setdefault(place, (shape, dtype))
            whole = shape == () or not self.split
            entries = [cotangent] if whole else np.ravel(cotangent)
            gradient += [(Step(level, place, i), c) for i, c in enumerate(entries)]
        return gradient

    def value(self, results: Mapping[Key, Any]) -> Any:
        """Return the value that has these components."""
        leading = {key[0].level for key in results if key}
        if not leading:
            return results.get((), 0.0)
        level = newest(self.samples[level] for level in leading)
        inner: dict[Step, dict[Key, Any]] = {}
        rest: dict[Key, Any] = {}
        for key, result in results.items():
            if key and key[0].level is level:
                inner.setdefault(key[0], {})[key[1:]] = result
            else:
                rest[key] = result
        primal = self.value(rest)
        derivatives = {step: self.value(parts) for step, parts in inner.items()}
        if isinstance(level, Trace):
            return self._recorded(level, primal, derivatives)
        if isinstance(level, Batching):
            members = {step.entry: part for step, part in derivatives.items()}
            return level.batched(_array(members, (level.size,), np.dtype(float)))
        if isinstance(level, Forward):
            (tangent,) = derivatives.values()
            return level.dual(primal, tangent)
        assert isinstance(level, Jets)
        orders = {step.place: c for step, c in derivatives.items()}
        return level.jet(
            primal, *(orders.get(k, 0.0) for k in range(1, level.order + 1))
        )

    def _recorded(
        self, level: Trace, primal: Any, derivatives: Mapping[Step, Any]
    ) -> Any:
        """Record a number whose gradient is known."""
        likes = self.starts[level].likes
        by_place: dict[Any, dict[int, Any]] = {}
        for step, derivative in derivatives.items():
            by_place.setdefault(step.place, {})[step.entry] = derivative
        slopes = [_array(entries, *likes[place]) for place, entries in by_place.items()]
        return level.record(
            primal, list(by_place), lambda g: [g * slope for slope in slopes]
        )


def as_number(value: Any) -> Any:
    """Return a real number, of which a function may have made an array."""
    value = adopt(value)
    if isinstance(value, Tracked):
        if is_complex(value):
            raise TypeError("must be real number, not complex")
        if np.prod(shape_of(value), dtype=int) != 1:
            raise TypeError(
                "SciPy wants a function that returns one real number, but this one "
                f"returned an array of shape {shape_of(value)}{at_user_line()}; use "
                "scipy.integrate.quad_vec for arrays"
            )
        if shape_of(value) != ():
            return table[np.reshape](value, ())
    return value


def along(level: Any, value: Any) -> list[tuple[Step, Any]]:
    """Return the derivatives along the direction of a level."""
    if isinstance(level, Forward):
        return [(Step(level, 1, 0), value.carry)]
    if isinstance(level, Jets):
        orders = [(k, value.carry.at(k)) for k in range(1, level.order + 1)]
        return [(Step(level, k, 0), c) for k, c in orders if c is not None]
    raise NoDerivativeError(
        f"a function that closes over tracked values{at_user_line()} cannot be taken "
        f"apart in the mode {type(level).__name__}"
    )


def _array(entries: Mapping[int, Any], shape: tuple[int, ...], dtype: Any) -> Any:
    """Return a cotangent, given those of its entries that may not be zero."""
    if shape == ():
        return entries[0]
    full = [entries.get(i, 0.0) for i in range(int(np.prod(shape)))]
    array: Any = adopt(full)
    return np.reshape(array, shape).astype(dtype)


def levels_in(value: Any) -> set[Any]:
    """Return the levels that a value carries, and its derivatives along directions."""
    value = lower(value)
    if not isinstance(value, Tracked):
        return set()
    level = value.level
    found = {level} | levels_in(value.primal)
    if isinstance(level, DIRECTIONAL):
        for _, derivative in along(level, value):
            found |= levels_in(derivative)
    return found


def order_of(values: Sequence[Any]) -> int:
    """Return up to which order values can be differentiated by all of their levels.

    One is added for a level that stands in the slopes of a trace alone.
    """
    levels: set[Any] = set().union(*map(levels_in, values))
    orders = sum(level.order if isinstance(level, Jets) else 1 for level in levels)
    return orders + any(isinstance(level, Trace) for level in levels)
