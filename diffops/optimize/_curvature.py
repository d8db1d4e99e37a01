"""Methods that use how f curves: conjugate gradients, Newton, and Newton-CG."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from diffops.optimize._line_search import Backtracking, StrongWolfe
from diffops.optimize._method import Loss, Method, State, zeros

#: β of the direction −g + β d, from g and d, and the last gradient.
_BETAS = {
    "fletcher-reeves": lambda g, last, d: (g @ g) / (last @ last),
    "polak-ribiere": lambda g, last, d: (g @ (g - last)) / (last @ last),
    "hestenes-stiefel": lambda g, last, d: (g @ (g - last)) / (d @ (g - last)),
    "dai-yuan": lambda g, last, d: (g @ g) / (d @ (g - last)),
}


@dataclass(frozen=True)
class ConjugateGradient(Method):
    """Nonlinear conjugate gradients: d ← −g + β d, with β ≥ 0.

    ``beta`` is "fletcher-reeves" (g·g / g₀·g₀), "polak-ribiere" (g·(g − g₀) / g₀·g₀),
    "hestenes-stiefel" (g·(g − g₀) / d·(g − g₀)) or "dai-yuan" (g·g / d·(g − g₀)), g₀
    being the last gradient. Where d does not descend, it begins again with −g.

    Source: Nocedal & Wright, Numerical Optimization, section 5.2; Dai & Yuan 1999.

    >>> import numpy as np
    >>> from diffops import optimize
    >>> loss = lambda w: w[0] ** 2 + 10 * w[1] ** 2
    >>> w = optimize.descend(loss, np.ones(2), optimize.ConjugateGradient(), 12)
    >>> bool(np.max(np.abs(w)) < 1e-6)
    True
    """

    rate: Any = field(default_factory=lambda: StrongWolfe(curvature=0.1))
    beta: str = "polak-ribiere"
    clip: Any = None

    def __post_init__(self) -> None:
        """Check the name of β."""
        if self.beta not in _BETAS:
            raise ValueError(
                f"beta must be one of {', '.join(_BETAS)}, not {self.beta!r}"
            )

    def start(self, w: Any) -> State:
        """Return the last gradient and direction."""
        return zeros(w), zeros(w)

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return the conjugate direction, and the state."""
        last, d = state
        down = -slope
        if t > 0 and np.any(last != 0) and np.any(slope != last):
            beta = _BETAS[self.beta](slope, last, d)
            if beta > 0:
                down = beta * d - slope
            if not slope @ down < 0:
                down = -slope
        return down, (slope, down)


@dataclass(frozen=True)
class Newton(Method):
    """w ← w − αₜ H⁻¹ ∇f(w), H being the Hessian at w.

    Goes to the next stationary point: begin where f curves up. Raises
    numpy.linalg.LinAlgError where H is singular.

    >>> import numpy as np
    >>> from diffops import optimize
    >>> optimize.descend(lambda w: w @ w + w[0], np.ones(2), optimize.Newton(), 1)
    array([-0.5,  0. ])
    """

    rate: Any = 1.0
    clip: Any = None

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return −H⁻¹ g."""
        return -np.linalg.solve(loss.hessian(w), slope), ()


@dataclass(frozen=True)
class NewtonCG(Method):
    """Newton's direction by conjugate gradients, from products H v alone.

    They stop where ‖H d + g‖ ≤ min(½, √‖g‖) ‖g‖, after ``iterations`` (by default as
    many as there are weights), or where H curves down: then d is what there is so far,
    or −g. Source: Nocedal & Wright, Numerical Optimization, algorithm 7.1.

    >>> import numpy as np
    >>> from diffops import optimize
    >>> w = optimize.descend(lambda w: w @ w + w[0], np.ones(2), optimize.NewtonCG(), 5)
    >>> bool(np.allclose(w, [-0.5, 0.0]))
    True
    """

    rate: Any = field(default_factory=Backtracking)
    iterations: int | None = None
    clip: Any = None

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return an approximation of −H⁻¹ g."""
        size = slope @ slope
        if size == 0:
            return -slope, ()
        norm = np.sqrt(size)
        enough = min(0.5, np.sqrt(norm)) * norm
        d, residual, p = zeros(w), slope, -slope
        for i in range(self.iterations or w.shape[0]):
            bent = loss.product(w, p)
            curvature = p @ bent
            if not curvature > 0:
                return (p if i == 0 else d), ()
            length = size / curvature
            d = d + length * p
            residual = residual + length * bent
            after = residual @ residual
            if np.sqrt(after) <= enough:
                break
            p = after / size * p - residual
            size = after
        return d, ()
