"""Truncated power series: the Taylor coefficients of a value along one direction.

Coefficients come one after the other: the k-th of a result needs those of its arguments
up to the k-th, and its own before the k-th (Griewank & Walther, Evaluating Derivatives,
2nd ed., ch. 13; Karczmarczuk 2001 on doing so lazily). A coefficient is whatever a
value is: a number, an array, or a tracked one.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import mul
from typing import Any

import numpy as np

#: Returns the k-th coefficient, or None: it and all that follow are zero.
Step = Callable[[int], Any]

#: Tells how the series of a primitive's output continues; None is a way of the mode's.
Rule = Callable[["Call"], Step | None]


class Series(list[Any]):
    """The coefficients of a value that are known, lowest first, and how to get more.

    Without a ``step`` all that follow are zero.
    """

    __slots__ = ("__weakref__", "_slope", "step")

    step: Step | None

    def __init__(self, known: Iterable[Any] = (), step: Step | None = None) -> None:
        super().__init__(map(self.settle, known))
        self.step = step
        self._slope: weakref.ref[Series] | None = None

    @classmethod
    def whole(cls, coefficients: Iterable[Any]) -> Series:
        """Return the series of all coefficients that are not zero."""
        series = cls()
        series.extend(coefficients)
        return series

    @staticmethod
    def settle(coefficient: Any) -> Any:
        """Return the form in which a coefficient is kept."""
        return as_float(coefficient)

    def reach(self, k: int) -> None:
        """Compute all coefficients up to the k-th."""
        while self.step is not None and len(self) <= k:
            coefficient = self.step(len(self))
            if coefficient is None:
                self.step = None
            else:
                self.append(self.settle(coefficient))

    def at(self, k: int) -> Any:
        """Return the k-th coefficient, or None if it is zero beyond the last one."""
        self.reach(k)
        return self[k] if k < len(self) else None

    def slope(self) -> Series:
        """Return the series of the derivative: (k + 1) times the coefficient after.

        It is the same one each time, as long as somebody holds it.
        """
        slope = None if self._slope is None else self._slope()
        if slope is None:
            kind = Doubles if isinstance(self, Doubles) else Series
            slope = kind((), lambda k: scaled(self.at(k + 1), k + 1))
            self._slope = weakref.ref(slope)
        return slope


class Doubles(Series):
    """The series of a float64 number that meets values of other dtypes.

    Its coefficients are NumPy's, which Python's floats would yield to. Those of an
    array without axes are too: they can be indexed as it can.
    """

    __slots__ = ()

    @staticmethod
    def settle(coefficient: Any) -> Any:
        """Return NumPy's number for a Python float."""
        if coefficient.__class__ is float:
            return np.float64(coefficient)
        return coefficient

    @classmethod
    def of(cls, series: Series) -> Doubles:
        """Return the same series with NumPy's numbers."""
        return cls(series, series.step and series.at)


def as_float(coefficient: Any) -> Any:
    """Return the Python float of a float64 number, which computes faster."""
    return float(coefficient) if coefficient.__class__ is np.float64 else coefficient


def scaled(coefficient: Any, factor: Any) -> Any:
    """Return a multiple of a coefficient; None stays zero."""
    if coefficient is None or (factor.__class__ is int and factor == 1):
        return coefficient
    return coefficient * factor


def shared(coefficient: Any, divisor: Any) -> Any:
    """Return a part of a coefficient; None stays zero."""
    if coefficient is None or (divisor.__class__ is int and divisor == 1):
        return coefficient
    return coefficient / divisor


def negated(coefficient: Any) -> Any:
    """Return minus a coefficient; None stays zero."""
    return None if coefficient is None else -coefficient


def difference(a: Any, b: Any) -> Any:
    """Return a − b, where None is zero."""
    if b is None:
        return a
    return -b if a is None else a - b


def total(a: Any, b: Any) -> Any:
    """Return a + b, where None is zero."""
    if b is None:
        return a
    return b if a is None else a + b


def convolve(
    a: Sequence[Any], b: Sequence[Any], k: int, times: Callable[..., Any] = mul
) -> Any:
    """Return Σⱼ aⱼ bₖ₋ⱼ over the coefficients that both lists hold; None if none do.

    So the k-th term of a list that is known up to the one before it is left out.
    """
    start = max(k + 1 - len(b), 0)
    stop = min(k + 1, len(a))
    if start >= stop:
        return None
    left = a[start:stop]
    right = b[k + 1 - stop : k + 1 - start][::-1]
    if times is mul and left[0].__class__ is float is right[0].__class__:
        return sum(map(mul, left, right), -0.0)  # which changes no sign of a zero
    terms = map(times, left, right)
    y = next(terms)
    for term in terms:
        if (
            y.__class__ is np.ndarray is term.__class__
            and times is mul
            and y.dtype is term.dtype
            and y.shape == term.shape
        ):
            y += term
        else:
            y = y + term
    return y


class Call:
    """A primitive called on series: what its coefficients are computed from.

    ``value`` and ``primals`` are the output and the arguments as Python knows them,
    ``y`` and ``args`` their series; an argument that does not vary is itself in both.
    """

    __slots__ = ("args", "params", "primals", "pushforward", "value", "y")

    def __init__(
        self,
        pushforward: Callable[..., Any],
        value: Any,
        primals: Sequence[Any],
        params: dict[str, Any],
        args: Sequence[Any],
        kind: type[Series] = Series,
    ) -> None:
        self.pushforward = pushforward
        self.value = value
        self.primals = primals
        self.params = params
        self.args = list(args)
        self.y = kind([value])

    def varying(self) -> list[int]:
        """Return the numbers of the arguments that are series."""
        return [i for i, arg in enumerate(self.args) if isinstance(arg, Series)]


def by_terms(call: Call) -> Step:
    """Continue a function that is linear in all of its arguments together.

    Each coefficient is pushed forward. Piecewise linear functions count too.
    """
    series = [arg if isinstance(arg, Series) else None for arg in call.args]

    def step(k: int) -> Any:
        tangents = [None if x is None else x.at(k) for x in series]
        if all(tangent is None for tangent in tangents):
            return None
        return call.pushforward(call.value, call.primals, call.params, tangents)

    return step


def by_products(call: Call) -> Step:
    """Continue a function that is linear in each of its arguments.

    Its coefficients are sums over all ways to share k among the arguments.
    """
    varying = call.varying()
    first, *others = varying
    if not others:
        return by_terms(call)
    series = [call.args[i] for i in varying]

    def step(k: int) -> Any:
        for x in series:
            x.reach(k)
        y = None
        for degrees in _shares(k, [len(x) - 1 for x in series]):
            factors, tangents = list(call.primals), [None] * len(call.args)
            for i, x, degree in zip(varying, series, degrees, strict=True):
                factors[i] = x[degree]
            tangents[first] = factors[first]
            y = total(y, call.pushforward(call.value, factors, call.params, tangents))
        return y

    return step


def _shares(k: int, bounds: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield all ways to write k as a sum of one number up to each bound."""
    head, *rest = bounds
    if not rest:
        if k <= head:
            yield (k,)
        return
    for degree in range(min(k, head) + 1):
        for degrees in _shares(k - degree, rest):
            yield (degree, *degrees)
