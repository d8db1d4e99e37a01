"""One step of an explicit Runge-Kutta method, on plain or tracked values.

The coefficients are those of SciPy's solvers (Bogacki & Shampine 1989, Dormand & Prince
1980, Hairer, Nørsett & Wanner, *Solving Ordinary Differential Equations I*).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import integrate as original

from diffops.rules._batches import broadcasting
from diffops.rules._kinds import jointly_linear
from diffops.tags import Tracked

#: The right-hand side of an equation: f(t, y).
Field = Callable[[Any, Any], Any]


def weighted_sum(y: Any, *slopes: Any, weights: Sequence[float]) -> Any:
    """Return y plus weighted arrays of its shape."""
    total = y + weights[0] * slopes[0]
    for weight, slope in zip(weights[1:], slopes[1:], strict=True):
        if weight:
            total = total + weight * slope
    return total


def _transpose(g: Any, index: int, shapes: Any, weights: Sequence[float]) -> Any:
    return g * weights[index - 1] if index else g


weighted_sum_ = jointly_linear(weighted_sum, _transpose, batch=broadcasting)


def moved(y: Any, slopes: Sequence[Any], weights: Any, h: Any) -> Any:
    """Return y + h Σ wᵢ kᵢ, where the length h, or the weights, may be tracked."""
    if isinstance(h, Tracked) or any(isinstance(w, Tracked) for w in weights):
        for weight, slope in zip(weights, slopes, strict=False):
            if isinstance(weight, Tracked) or weight:
                y = y + (h * weight) * slope
        return y
    used = [(float(h * w), k) for w, k in zip(weights, slopes, strict=False) if w]
    if not used:
        return y
    return weighted_sum_(y, *(k for _, k in used), weights=tuple(w for w, _ in used))


class Step(NamedTuple):
    """What a step found: where it led, and the curve that it took.

    y(t + x length) = y + factor Σ wᵢ(x) kᵢ with ``weights(x)`` and the terms k.
    ``errors`` are one or two estimates of the error at the end; ``last`` is the slope
    there, if known. An ``implicit`` step is one of a stiff problem.
    """

    t: float
    length: float
    y: Any
    factor: float
    terms: Sequence[Any]
    weights: Callable[[Any], Sequence[Any]]
    end: Any
    errors: Sequence[Any]
    last: Any
    implicit: bool = False

    def at(self, t: Any) -> Any:
        """Return y at a time within the step."""
        x = (t - self.t) / self.length
        return moved(self.y, self.terms, self.weights(x), self.factor)


class Explicit:
    """An explicit method, by its coefficients."""

    def __init__(self, method: Any) -> None:
        self.order: int = method.order
        self.stages = [
            (float(c), [float(a) for a in row[:s]])
            for s, (c, row) in enumerate(zip(method.C, method.A, strict=True))
        ]
        self.ends = [float(b) for b in method.B]
        self.extra: list[tuple[float, list[float]]] = []
        if hasattr(method, "A_EXTRA"):
            self.errors = [method.E5, method.E3]
            self.extra = [
                (float(c), [float(a) for a in row])
                for c, row in zip(method.C_EXTRA, method.A_EXTRA, strict=True)
            ]
            self.weights = _Interpolant(method).weights
        else:
            self.errors = [method.E]
            powers = np.arange(1, method.P.shape[1] + 1)
            self.weights = lambda x: [
                sum(
                    float(p) * x ** int(n)
                    for p, n in zip(row, powers, strict=True)
                    if p
                )
                for row in method.P
            ]

    def advance(self, field: Field, t: Any, y: Any, h: Any, first: Any) -> Any:
        """Return where a step leads, and the slopes on the way."""
        slopes = [first]
        for c, row in self.stages[1:]:
            slopes.append(field(t + c * h, moved(y, slopes, row, h)))
        return moved(y, slopes, self.ends, h), slopes

    def step(self, field: Field, t: float, y: Any, h: float, first: Any) -> Step:
        """Take a step from where the slope is known, with estimates of its error."""
        end, slopes = self.advance(field, t, y, h, first)
        last = field(t + h, end)
        slopes.append(last)
        zero = np.zeros_like(end)
        errors = [moved(zero, slopes, e, h) for e in self.errors]
        for c, row in self.extra:
            slopes.append(field(t + c * h, moved(y, slopes, row, h)))
        return Step(t, h, y, h, slopes, self.weights, end, errors, last)


class _Interpolant:
    """The interpolant of seventh order of the method of eighth order."""

    def __init__(self, method: Any) -> None:
        count = method.D.shape[1]
        change = np.zeros(count)
        change[: len(method.B)] = method.B
        first, last = np.eye(1, count)[0], np.eye(1, count, len(method.B))[0]
        self.parts = [
            change,
            first - change,
            2 * change - (last + first),
            *method.D,
        ]

    def weights(self, x: Any) -> Any:
        """Return the weights of the slopes: nested products of x and 1 - x."""
        factors = []
        factor: Any = 1.0
        for i in range(len(self.parts)):
            factor = factor * (x if i % 2 == 0 else 1 - x)
            factors.append(factor)
        return [
            sum(f * float(part[k]) for f, part in zip(factors, self.parts, strict=True))
            for k in range(len(self.parts[0]))
        ]


EXPLICIT = {
    name: Explicit(getattr(original, name)) for name in ("RK23", "RK45", "DOP853")
}
