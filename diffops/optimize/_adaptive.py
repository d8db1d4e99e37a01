"""Methods that scale each entry of the gradient by what it has been."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from diffops.optimize._method import Loss, Method, State, zeros


@dataclass(frozen=True)
class AdaGrad(Method):
    """s ← s + g², w ← w − αₜ g / (√s + ε) (Duchi, Hazan & Singer 2011).

    >>> from diffops import optimize
    >>> optimize.descend(lambda w: w**2, 1.0, optimize.AdaGrad(0.5, eps=0.0), 1)
    np.float64(0.5)
    """

    rate: Any = 0.01
    eps: Any = 1e-10
    clip: Any = None

    def start(self, w: Any) -> State:
        """Return s."""
        return (zeros(w),)

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return the scaled direction, and s."""
        s = state[0] + slope * slope
        return -slope / (np.sqrt(s) + self.eps), (s,)


@dataclass(frozen=True)
class RMSProp(Method):
    """v ← ρ v + (1 − ρ) g², b ← γ b + g / (√v + ε), w ← w − αₜ b.

    Tieleman & Hinton (2012); ``centered`` subtracts the squared mean gradient from v
    (Graves 2013).

    >>> from diffops import optimize
    >>> optimize.descend(lambda w: w**2, 1.0, optimize.RMSProp(0.05, 0.75, 0.0), 1)
    np.float64(0.9)
    """

    rate: Any = 0.01
    decay: Any = 0.99
    eps: Any = 1e-8
    momentum: Any = 0.0
    centered: bool = False
    clip: Any = None

    def start(self, w: Any) -> State:
        """Return v, the mean gradient, and b."""
        return zeros(w), zeros(w), zeros(w)

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return −b, and the state."""
        v, mean, b = state
        v = self.decay * v + (1.0 - self.decay) * slope * slope
        size = v
        if self.centered:
            mean = self.decay * mean + (1.0 - self.decay) * slope
            size = v - mean * mean
        b = self.momentum * b + slope / (np.sqrt(size) + self.eps)
        return -b, (v, mean, b)


@dataclass(frozen=True)
class AdaDelta(Method):
    """δ = √(u + ε) / √(s + ε) · g with means s of g² and u of δ²; w ← w − αₜ δ.

    s ← ρ s + (1 − ρ) g² before, u ← ρ u + (1 − ρ) δ² after the step (Zeiler 2012).

    >>> from diffops import optimize
    >>> method = optimize.AdaDelta(eps=1.0, decay=0.25)
    >>> optimize.descend(lambda w: w**2, 1.0, method, 1)  # 1 − 2 / √(1 + 0.75 · 4)
    np.float64(0.0)
    """

    rate: Any = 1.0
    decay: Any = 0.9
    eps: Any = 1e-6
    clip: Any = None

    def start(self, w: Any) -> State:
        """Return s and u."""
        return zeros(w), zeros(w)

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return −δ, and both means."""
        s, u = state
        s = self.decay * s + (1.0 - self.decay) * slope * slope
        delta = np.sqrt(u + self.eps) / np.sqrt(s + self.eps) * slope
        u = self.decay * u + (1.0 - self.decay) * delta * delta
        return -delta, (s, u)


@dataclass(frozen=True)
class Adam(Method):
    """w ← w − αₜ m̂ / (√v̂ + ε) with means m of g and v of g² (Kingma & Ba 2015).

    m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²; m̂ and v̂ are divided by 1 − β₁ᵗ and
    1 − β₂ᵗ, t counting from 1.

    >>> from diffops import optimize
    >>> optimize.descend(lambda w: w**2, 1.0, optimize.Adam(0.5, eps=0.0), 1)
    np.float64(0.5)
    """

    rate: Any = 0.001
    beta1: Any = 0.9
    beta2: Any = 0.999
    eps: Any = 1e-8
    clip: Any = None

    def start(self, w: Any) -> State:
        """Return both means."""
        return zeros(w), zeros(w)

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return the scaled direction, and both means."""
        m, v = state
        m = self.beta1 * m + (1.0 - self.beta1) * slope
        v = self.beta2 * v + (1.0 - self.beta2) * slope * slope
        size = np.sqrt(v / (1.0 - self.beta2 ** (t + 1)))
        return -m / (1.0 - self.beta1 ** (t + 1)) / (size + self.eps), (m, v)


@dataclass(frozen=True)
class AdaMax(Adam):
    """w ← w − αₜ m̂ / u with the mean m of g and u ← max(β₂ u, |g| + ε).

    m̂ = m / (1 − β₁ᵗ), as in `Adam`; the same paper, section 7.1.

    >>> from diffops import optimize
    >>> optimize.descend(lambda w: w**2, 1.0, optimize.AdaMax(0.5, eps=0.0), 1)
    np.float64(0.5)
    """

    rate: Any = 0.002

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return the scaled direction, m and u."""
        m, u = state
        m = self.beta1 * m + (1.0 - self.beta1) * slope
        u = np.maximum(self.beta2 * u, np.abs(slope) + self.eps)
        return -m / (1.0 - self.beta1 ** (t + 1)) / u, (m, u)


@dataclass(frozen=True)
class Rprop(Method):
    """Steps of a size of their own for each weight, by the signs of g alone.

    A size grows by ``grow`` where the sign of g stays, shrinks by ``shrink`` where it
    changes (and the weight stays), within ``smallest`` and ``largest``; the first is
    ``size``. Source: Riedmiller & Braun 1993, in the variant without going back.

    >>> from diffops import optimize
    >>> optimize.descend(lambda w: w**2, 1.0, optimize.Rprop(0.5), 1)
    np.float64(0.5)
    """

    size: Any = 0.01
    shrink: Any = 0.5
    grow: Any = 1.2
    smallest: Any = 1e-6
    largest: Any = 50.0
    rate: Any = 1.0
    clip: Any = None

    def start(self, w: Any) -> State:
        """Return the last gradient, and the sizes."""
        return zeros(w), zeros(w) + self.size

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return the signs times the sizes, and the state."""
        last, size = state
        same = np.sign(slope * last)
        factor = np.where(same > 0, self.grow, np.where(same < 0, self.shrink, 1.0))
        size = np.clip(size * factor, self.smallest, self.largest)
        slope = np.where(same < 0, 0.0, slope)
        return -np.sign(slope) * size, (slope, size)
