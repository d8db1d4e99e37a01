"""Constraints in SciPy's forms, with their Jacobians and Hessians filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.implicit._solution import Unknown, plain
from diffops.jit.jitted import jit as jitted
from diffops.operators._tree import flatten
from diffops.operators.hessian import hessianv
from diffops.operators.jacobian import jacobian
from diffops.primitive import adopt, tracked_in
from diffops.sparse.sparse_jacobian import sparse_jacobian
from diffops.tags import running

F = Callable[..., Any]


class Constraint:
    """lower ≤ c(x) ≤ upper for a function c of the vector of the unknowns."""

    def __init__(
        self, function: F, lower: Any, upper: Any, keep_feasible: Any = False
    ) -> None:
        self.function = function
        self.lower = lower
        self.upper = upper
        self.keep_feasible = keep_feasible
        #: The matrix of a linear one.
        self.matrix: Any = None

    def for_scipy(self, curved: bool, sparse: bool, jit: bool) -> Any:
        """Return it as SciPy wants it: plain, with exact derivatives.

        Those of second order are for ``curved`` methods alone.
        """
        from scipy.optimize import LinearConstraint, NonlinearConstraint
        from scipy.sparse.linalg import LinearOperator

        sides = plain(self.lower), plain(self.upper)
        if self.matrix is not None:
            return LinearConstraint(plain(self.matrix), *sides, self.keep_feasible)
        function = self.function
        matrix: F = (sparse_jacobian if sparse else jacobian)(function)

        def weighted(x: Any, weights: Any) -> Any:
            return weights @ function(x)

        product: F = hessianv(weighted)
        values = function
        if jit and not running:
            values, product = jitted(function), jitted(product)
            matrix = matrix if sparse else jitted(matrix)

        def bend(x: Any, weights: Any) -> Any:
            return LinearOperator(
                (x.size, x.size),
                matvec=lambda p: plain(product(x, np.reshape(p, x.shape), weights)),
                dtype=float,
            )

        return NonlinearConstraint(
            lambda x: plain(values(x)),
            *sides,
            jac=lambda x: matrix(x) if sparse else plain(matrix(x)),
            keep_feasible=self.keep_feasible,
            **({"hess": bend} if curved else {}),
        )


def constraints_of(constraints: Any, unknown: Unknown) -> list[Constraint]:
    """Read SciPy's constraints: dicts, linear and nonlinear ones, or many of them."""
    if isinstance(constraints, dict) or hasattr(constraints, "lb"):
        constraints = [constraints]
    return [_read(constraint, unknown) for constraint in constraints]


def _read(constraint: Any, unknown: Unknown) -> Constraint:
    if isinstance(constraint, dict):
        return _old(constraint, unknown)
    if hasattr(constraint, "A"):
        matrix = constraint.A
        if not tracked_in([matrix]) and not hasattr(matrix, "tocsr"):
            matrix = np.atleast_2d(matrix)
        function: F = lambda x: matrix @ x  # noqa: E731
    elif hasattr(constraint, "fun"):
        function = _of_vector(constraint.fun, unknown, ())
    else:
        raise TypeError(
            f"a {type(constraint).__name__} is no constraint: give a dict with type "
            "and fun, or SciPy's LinearConstraint or NonlinearConstraint"
        )
    keep: Any = np.asarray(getattr(constraint, "keep_feasible", False))
    if np.all(keep == np.any(keep)):
        keep = bool(np.any(keep))  # SciPy's older methods want to compare it
    read = Constraint(function, adopt(constraint.lb), adopt(constraint.ub), keep)
    read.matrix = getattr(constraint, "A", None)
    return read


def _old(constraint: dict[str, Any], unknown: Unknown) -> Constraint:
    kind = str(constraint.get("type", "")).lower()
    if kind not in ("eq", "ineq"):
        raise ValueError(f'a constraint has type "eq" or "ineq", not {kind!r}')
    if "fun" not in constraint:
        raise ValueError("a constraint wants a function: the key fun is missing")
    function = _of_vector(constraint["fun"], unknown, constraint.get("args", ()))
    return Constraint(function, 0.0, 0.0 if kind == "eq" else np.inf)


def _of_vector(f: F, unknown: Unknown, args: Sequence[Any]) -> F:
    """Return a constraint's function as one from vector to vector."""

    def function(vector: Any) -> Any:
        leaves, _ = flatten(f(unknown.container(vector), *args))
        return unknown.vector([adopt(leaf) for leaf in leaves])

    return function
