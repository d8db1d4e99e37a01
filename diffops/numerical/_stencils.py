"""Directional derivatives of any order, and mixed ones, from values of f around x."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.numerical._extrapolation import Estimate, extrapolate
from diffops.numerical._sampling import Samples, Shift, rounding_of

#: Where x is so much smaller than 1, it is smaller than the shortest steps may see.
_NEAR = 1e-3

#: Weights, and the shifts that they belong to.
Stencil = list[tuple[int, Shift]]


def along(samples: Samples, v: Shift, order: int = 1) -> Estimate:
    """Return the derivative of some order of f along v, per entry of f(x).

    (d/dt)ⁿ f(x + t v) = lim Σⱼ (−1)ʲ C(n, j) f(x + (n/2 − j) h v) / hⁿ as h → 0:
    n + 1 calls of f for each of 4 to 20 steps, or to 40 where f varies on a
    smaller scale than x.
    """
    if order == 0:
        return _as_given(samples)

    def stencil(reach: float) -> Stencil:
        return [
            ((-1) ** j * math.comb(order, j), _times(v, (order / 2 - j) * reach))
            for j in range(order + 1)
        ]

    return _limit(samples, stencil, [v], order)


def mixed(samples: Samples, u: Shift, v: Shift) -> Estimate:
    """Return the second derivative of f along u and v: four calls of f for each step.

    ∂²f/∂u∂v = lim (f(x + p) − f(x + q) − f(x − q) + f(x − p)) / h² as h → 0, with
    p = h (u + v) / 2 and q = h (u − v) / 2.
    """

    def stencil(reach: float) -> Stencil:
        p = [reach / 2 * (a + b) for a, b in zip(u, v, strict=True)]
        q = [reach / 2 * (a - b) for a, b in zip(u, v, strict=True)]
        return [(1, p), (-1, q), (-1, _times(q, -1)), (1, _times(p, -1))]

    return _limit(samples, stencil, [u, v], 2)


def _limit(
    samples: Samples, stencil: Any, directions: Sequence[Shift], order: int
) -> Estimate:
    """Extrapolate a stencil, over steps as long as x allows along the directions."""
    if not all(any(np.any(part) for part in v) for v in directions):
        return Estimate(np.zeros(samples.count, samples.dtype), np.zeros(samples.count))
    reach, near, one = _reaches(samples.point.leaves, directions)
    found = _ladder(samples, stencil, directions, order, reach)
    # Good to half of the digits: nothing asks for shorter steps, unless all steps were
    # so long beside x that they cannot have seen what f does there. The quotients of an
    # f that swings many times in a step are small, and so is what they differ by.
    flat = min(1.0, 1.0 / reach) ** order
    good = found.error <= samples.unit**0.5 * (flat + np.abs(found.value))
    short = min(near, one)
    if near < _NEAR * reach or (short < reach and not np.all(good)):
        local = _ladder(samples, stencil, directions, order, short)
        apart = np.abs(local.value - found.value) > local.error + found.error
        better = apart | ~(found.error <= local.error)
        found = Estimate(
            np.where(better, local.value, found.value),
            np.where(better, local.error, found.error),
        )
    samples.check_defined(found.value)
    return found


def _ladder(
    samples: Samples,
    stencil: Any,
    directions: Sequence[Shift],
    order: int,
    reach: float,
) -> Estimate:
    grain = _coarseness(samples.point.leaves, directions) / reach * samples.unit
    with np.errstate(all="ignore"):
        return extrapolate(_Quotients(samples, stencil, reach, order, grain))


class _Quotients:
    """The difference quotient for each step, with its rounding error."""

    def __init__(
        self, samples: Samples, stencil: Any, reach: float, order: int, grain: float
    ) -> None:
        self.samples = samples
        self.stencil = stencil
        self.reach = reach
        self.order = order
        self.grain = grain
        self.largest: Any = 0.0
        self.steepest: Any = 0.0

    def __call__(self, step: float) -> Estimate:
        terms = self.stencil(step * self.reach)
        values = [self.samples.at(shift) for _, shift in terms]
        weights = [weight for weight, _ in terms]
        total = sum(w * y for w, y in zip(weights, values, strict=True))
        sizes = np.abs(values)
        swing = np.max(np.abs(np.asarray(values) - values[0]), axis=0, initial=0.0)
        # f itself is rounded, and so is the x where it is computed. Short steps alone
        # would not show it: there f may stand still, on a step of its own rounding.
        defined = np.isfinite(total)
        size = np.max(sizes, axis=0)
        self.largest = np.where(defined, np.fmax(self.largest, size), self.largest)
        slope = np.fmax(self.steepest, swing / step)
        self.steepest = np.where(defined, slope, self.steepest)
        if step < self.grain / self.samples.unit ** (1 / 3):
            total = total * np.nan  # x has too few digits for such a step
        slip = self.samples.unit * self.largest + self.grain * self.steepest
        scale = (step * self.reach) ** self.order
        return Estimate(total / scale, sum(map(abs, weights)) * slip / abs(scale))


def _reaches(
    leaves: Sequence[Any], directions: Sequence[Shift]
) -> tuple[float, float, float]:
    """Return how far to go along the directions, for x large, for x small, and by 1."""
    large, small, unit = [], [], []
    for leaf, *parts in zip(leaves, *directions, strict=True):
        x = np.ravel(np.abs(leaf))
        speeds = np.max([np.ravel(np.abs(part)) for part in parts], axis=0, initial=0)
        moves = speeds > 0
        unit.append(1 / speeds[moves])
        large.append(np.maximum(x, 1)[moves] / speeds[moves])
        moves &= x > 0
        small.append(x[moves] / speeds[moves])
    far, near, one = (
        float(np.min(np.concatenate(parts), initial=np.inf))
        for parts in (large, small, unit)
    )
    return far, near, one


def _coarseness(leaves: Sequence[Any], directions: Sequence[Shift]) -> float:
    """Return the largest entry of x that moves, in units of the fastest."""
    largest = fastest = 0.0
    for leaf, *parts in zip(leaves, *directions, strict=True):
        speed = np.max(np.abs(parts), axis=0)
        size = np.where(speed > 0, np.abs(leaf), 0)
        largest = max(largest, float(np.max(size, initial=0.0)))
        fastest = max(fastest, float(np.max(speed, initial=0.0)))
    return largest / fastest


def _times(v: Shift, factor: float) -> list[Any]:
    return [factor * part for part in v]


def _as_given(samples: Samples) -> Estimate:
    value = samples.joined(samples.output.leaves)
    worst = max(map(rounding_of, samples.output.leaves), default=0.0)
    return Estimate(value, worst * np.abs(value))
