"""Training in fixed-point integers: steps of SGD with momentum, and their inverses.

Sums of integers are exact, so ``w + a`` is undone by ``- a`` where a is computed again
from the same numbers. Products with the momentum keep their remainders.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from diffops.reversible.remainders import LARGEST, Integers, Remainders

Floats = np.ndarray[Any, np.dtype[np.float64]]

#: Integers stand for multiples of 1 / SCALE.
SCALE = 2.0**52

#: What weights, velocities and their changes stay below.
RANGE = 2.0**10


def to_fixed(x: Floats) -> Integers:
    """Return the nearest fixed-point numbers; OverflowError where there are none."""
    if not np.all(np.abs(x) < RANGE):
        raise OverflowError(_OUTSIDE)
    return np.rint(x * SCALE).astype(np.int64)


def to_float(x: Integers) -> Floats:
    """Return the floats nearest to fixed-point numbers."""
    return x / SCALE


@functools.lru_cache(maxsize=1024)
def fraction(momentum: float) -> tuple[int, int]:
    """Return the fraction nearest to a momentum, with a denominator below 2³¹."""
    nearest = Fraction(momentum).limit_denominator(LARGEST)
    return nearest.numerator, nearest.denominator


class Training:
    """Weights and velocities, and the bits that take them back to where they began."""

    def __init__(self, weights: Floats) -> None:
        self.w = to_fixed(weights)
        self.v: Integers = np.zeros_like(self.w)
        self.lost = Remainders(self.w.size)

    def copy(self) -> Training:
        """Return a training that can be undone while this one stays."""
        other = object.__new__(Training)
        other.w, other.v, other.lost = self.w, self.v, self.lost.copy()
        return other

    @property
    def weights(self) -> Floats:
        """The weights as floats."""
        return to_float(self.w)

    @property
    def velocities(self) -> Floats:
        """The velocities as floats."""
        return to_float(self.v)

    def step(self, rate: float, momentum: float, gradient: Floats) -> None:
        """Take a step: v ← γ v − (1 − γ) g and w ← w + α v."""
        slowed = self.lost.times(self.v, *fraction(momentum))
        self.v = _within(slowed + _push(momentum, gradient))
        self.w = _within(self.w + to_fixed(rate * self.velocities))

    def undo(
        self, rate: float, momentum: float, gradient: Callable[[], Floats]
    ) -> Floats:
        """Take a step back; ``gradient()`` is called at the weights before it.

        Returns that gradient.
        """
        self.w = self.w - to_fixed(rate * self.velocities)
        g = gradient()
        slowed = self.v - _push(momentum, g)
        self.v = self.lost.undone(slowed, *fraction(momentum))
        return g


def _push(momentum: float, gradient: Floats) -> Integers:
    return to_fixed((momentum - 1) * gradient)


def _within(x: Integers) -> Integers:
    if not np.all(np.abs(x) < RANGE * SCALE):
        raise OverflowError(_OUTSIDE)
    return x


_OUTSIDE = (
    f"reversible_sgd computes with fixed-point numbers between ±{RANGE:.0f}, but a "
    "weight, a velocity or one of their changes is larger or not a number; lower the "
    "learning rates, or scale the weights and the loss"
)
