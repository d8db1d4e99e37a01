"""The default solvers: SciPy's with exact derivatives, then Newton's method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.errors import ConvergenceError
from diffops.implicit._inverse import DENSE, is_dense
from diffops.implicit._solution import linear_map, plain
from diffops.operators.hessian import hessianv
from diffops.operators.jacobian import jacobian

F = Callable[..., Any]

#: How often a minimiser that has come to a saddle point is sent on.
_ATTEMPTS = 4


def searching(equations: F, linear: str) -> F:
    """Return a solver of equations: dense for few unknowns, else matrix-free."""

    def solve(f: F, x0: Any) -> Any:
        from scipy.optimize import root as search

        if is_dense(x0.size, linear):
            matrix = jacobian(equations)
            x = search(f, x0, jac=lambda x: plain(matrix(x)), tol=1e-12).x
        else:
            x = search(f, x0, method="krylov", options={"fatol": 1e-8}).x
        return _polished(equations, x, linear)

    return solve


def _polished(equations: F, x: Any, linear: str) -> Any:
    """Take Newton's steps as long as the residual shrinks."""
    residual = plain(equations(x))
    for _ in range(10):
        try:
            after = x - linear_map(equations, x, linear).solve(residual)
        except ConvergenceError:
            break
        smaller = plain(equations(after))
        if not _size(smaller) < _size(residual):
            break
        x, residual = after, smaller
    return x


def _size(residual: Any) -> float:
    """Return the largest entry, 0 of none."""
    return float(np.max(np.abs(residual), initial=0.0))


def minimised(objective: F, gradient: F, x: Any, linear: str) -> Any:
    """Return a minimum; saddle points and maxima of few unknowns are left again."""
    for _ in range(_ATTEMPTS):
        x = _descended(objective, gradient, x)
        x = _polished(gradient, x, linear)
        if not 0 < x.size <= DENSE or not np.all(np.isfinite(x)):
            return x
        bends, directions = np.linalg.eigh(plain(jacobian(gradient)(x)))
        if not bends[0] < -1e-8 * np.max(np.abs(bends)):
            return x
        x = x + 1e-2 * (1 + _size(x)) * directions[:, 0]
    raise ConvergenceError(
        "argmin came to a stationary point that is no minimum; start at another x0"
    )


def _descended(objective: F, gradient: F, x: Any) -> Any:
    from scipy.optimize import minimize

    products = hessianv(objective)
    try:
        return minimize(
            lambda v: float(np.reshape(plain(objective(v)), ())),
            x,
            jac=lambda v: plain(gradient(v)),
            hessp=lambda v, p: plain(products(v, p)),
            method="trust-ncg",
            options={"gtol": 1e-10},
        ).x
    except ValueError as error:
        if "NaN" not in str(error):
            raise
        raise ConvergenceError(
            "argmin met a gradient that is not finite; start at another x0"
        ) from error
