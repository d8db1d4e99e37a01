"""Gradient descent: plain, with momentum, with Nesterov's momentum, and averaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from diffops.optimize._method import Loss, Method, State, zeros


@dataclass(frozen=True)
class GradientDescent(Method):
    """w ← w − αₜ ∇f(w).

    >>> from diffops import optimize
    >>> optimize.descend(lambda w: w**2, 1.0, optimize.GradientDescent(0.25), 2)
    np.float64(0.25)
    """

    rate: Any
    clip: Any = None

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return the direction of steepest descent."""
        return -slope, ()


@dataclass(frozen=True)
class Momentum(Method):
    """b ← γ b + ∇f(w), w ← w − αₜ b, from b = 0 (Polyak 1964).

    >>> from diffops import optimize
    >>> optimize.descend(lambda w: w**2, 1.0, optimize.Momentum(0.25, 0.5), 2)
    np.float64(0.0)
    """

    rate: Any
    momentum: Any = 0.9
    clip: Any = None

    def start(self, w: Any) -> State:
        """Return b."""
        return (zeros(w),)

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return −b, and b."""
        b = self.momentum * state[0] + slope
        return -b, (b,)


@dataclass(frozen=True)
class Nesterov(Momentum):
    """b ← γ b + ∇f(w), w ← w − αₜ (∇f(w) + γ b): Nesterov's momentum.

    In the form of Sutskever, Martens, Dahl & Hinton (2013), with the weights taken
    where the gradient is.

    >>> from diffops import optimize
    >>> optimize.descend(lambda w: w**2, 1.0, optimize.Nesterov(0.25, 0.5), 1)
    np.float64(0.25)
    """

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return −(∇f + γ b), and b."""
        b = self.momentum * state[0] + slope
        return -(slope + self.momentum * b), (b,)


@dataclass(frozen=True)
class AveragedDescent(Method):
    """Gradient descent whose result is the average of its weights.

    w ← (1 − λ αₜ) w − αₜ ∇f(w) with αₜ = rate / (1 + λ · rate · t)^power; from the step
    ``begin`` on the average m ← m + μₜ (w − m), μₜ = 1 / max(1, t − begin), is kept,
    and returned (Polyak & Juditsky 1992). λ is ``decay``.

    >>> from diffops import optimize
    >>> method = optimize.AveragedDescent(0.25, decay=0.0)
    >>> optimize.descend(lambda w: w**2, 1.0, method, 3)  # of 1/4 and 1/8
    np.float64(0.1875)
    """

    rate: Any = 0.01
    decay: Any = 1e-4
    power: Any = 0.75
    begin: float = 0
    clip: Any = None

    def start(self, w: Any) -> State:
        """Return the average."""
        return (w,)

    def step(self, loss: Loss, w: Any, state: State, t: int) -> tuple[Any, State]:
        """Return the next weights, and their average."""
        rate = self.rate / (1.0 + self.decay * self.rate * t) ** self.power
        slope = loss.gradient(w)
        if self.clip is not None:
            slope = self.clip(slope)
        w = (1.0 - self.decay * rate) * w - rate * slope
        weight = 1.0 / max(1.0, t - self.begin)
        return w, (w if weight == 1.0 else state[0] + weight * (w - state[0]),)

    def result(self, w: Any, state: State) -> Any:
        """Return the average."""
        return state[0]

    def residual(self, loss: Loss, w: Any) -> Any:
        """Return the gradient with that of the decay."""
        return loss.gradient(w) + self.decay * w
