"""FISTA: accelerated proximal gradient steps for losses that are not smooth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from diffops.optimize._method import Loss, Method, State


@dataclass(frozen=True)
class L1:
    """The proximal operator of weight · ‖w‖₁: soft thresholding.

    ``L1(c)(w, s)`` = argminᵤ ½ ‖u − w‖² + s c ‖u‖₁ = sign(w) · max(|w| − s c, 0).

    >>> import numpy as np
    >>> from diffops import optimize
    >>> optimize.L1(0.5)(np.array([2.0, -0.25]), 1.0)
    array([ 1.5, -0. ])
    """

    weight: Any

    def __call__(self, w: Any, step: Any) -> Any:
        """Return the proximal point of w."""
        return np.sign(w) * np.maximum(np.abs(w) - step * self.weight, 0.0)


@dataclass(frozen=True)
class FISTA(Method):
    """Accelerated proximal gradient descent with backtracking, on f + h.

    w⁺ = prox(y − ∇f(y) / L, 1 / L), and y = w⁺ + (θ − 1) / θ⁺ (w⁺ − w) with
    θ⁺ = (1 + √(1 + 4 θ²)) / 2. L begins at ``curvature`` and grows by ``grow`` until
    f(w⁺) ≤ f(y) + ∇f(y)·(w⁺ − y) + L/2 ‖w⁺ − y‖². ``prox(w, s)`` is the proximal
    operator of h on the vector of weights, such as `L1`; none for h = 0.

    Source: Beck & Teboulle, A fast iterative shrinkage-thresholding algorithm (2009).

    >>> import numpy as np
    >>> from diffops import optimize
    >>> loss = lambda w: 0.5 * np.sum((w - np.array([2.0, 0.25])) ** 2)
    >>> optimize.descend(loss, np.zeros(2), optimize.FISTA(optimize.L1(0.5)), 20)
    array([1.5, 0. ])
    """

    prox: Callable[[Any, Any], Any] | None = None
    curvature: Any = 1.0
    grow: Any = 2.0
    most: int = 60

    def start(self, w: Any) -> State:
        """Return y, θ and L."""
        return w, 1.0, self.curvature * 1.0

    def step(self, loss: Loss, w: Any, state: State, t: int) -> tuple[Any, State]:
        """Return the next weights, y, θ and L."""
        y, theta, curvature = state
        value, slope = loss.both(y)
        for _ in range(self.most):
            after = self._near(y - slope / curvature, 1.0 / curvature)
            move = after - y
            bound = value + slope @ move + 0.5 * curvature * (move @ move)
            rounding = 1e-15 * abs(value)
            if loss.value(after) <= bound + rounding:
                break
            curvature = curvature * self.grow
        next_theta = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * theta * theta))
        y = after + (theta - 1.0) / next_theta * (after - w)
        return after, (y, next_theta, curvature)

    def _near(self, w: Any, step: Any) -> Any:
        return w if self.prox is None else self.prox(w, step)

    def residual(self, loss: Loss, w: Any) -> Any:
        """Return the step of proximal gradient descent, which vanishes at rest."""
        return w - self._near(w - loss.gradient(w), 1.0)
