"""Second-order conditions: whether a stationary point is a minimum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.errors import ConvergenceError, at_user_line


def minimum_check(name: str, free: Any = None) -> Callable[[Any], None]:
    """Return a check of the Jacobian of the first-order conditions at a solution.

    That is the Hessian H of the Lagrangian, under it the rows A of the constraints that
    hold with equality. At a minimum H is positive along every direction d of the
    ``free`` unknowns (all, unless a mask is given) with A d = 0 (Nocedal & Wright,
    Numerical Optimization, 2nd ed., theorem 12.6).
    """

    def examine(matrix: Any) -> None:
        n = len(matrix) if free is None else len(free)
        chosen = slice(None) if free is None else free
        bend = matrix[:n, :n][chosen][:, chosen]
        rows = matrix[n:, :n][:, chosen]
        if len(rows):
            from scipy.linalg import null_space

            along = null_space(rows)
            bend = along.T @ bend @ along
        if not bend.size:
            return
        slopes = np.linalg.eigvalsh(0.5 * (bend + bend.T))
        if slopes[0] < -1e-9 * np.max(np.abs(slopes)):
            raise ConvergenceError(
                f"{name} found a stationary point that is no minimum: f curves down "
                f"there, by {slopes[0]:.1e}{at_user_line()}; begin elsewhere"
            )

    return examine
