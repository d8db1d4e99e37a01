"""The inverse of a plain linear map, as a linear function of tracked vectors."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.errors import ConvergenceError
from diffops.operators.custom import primitive

Vector = Any
Map = Callable[[Vector], Vector]

#: Up to so many unknowns the matrix is formed and factorised.
DENSE = 300
#: Up to so many it is, where GMRES does not converge in as many products: 128 MB.
DENSE_IN_NEED = 4000


def is_dense(n: int, method: str) -> bool:
    """Tell whether a method forms the matrix of so many unknowns."""
    if method not in ("auto", "dense", "gmres", "cg"):
        raise ValueError(
            f'linear must be "auto", "dense", "gmres" or "cg", not {method!r}'
        )
    return method == "dense" or (method == "auto" and n <= DENSE)


class LinearMap:
    """A plain linear map of vectors of n entries, and its transpose.

    ``whole()`` returns the matrix, if there is a faster way than column by column.
    ``method`` is "dense" (a factorisation), "gmres", "cg" for maps that are symmetric
    and positive definite, or "auto": dense for few unknowns, GMRES for more, and dense
    again where that does not converge.
    """

    def __init__(
        self,
        n: int,
        forward: Map,
        backward: Map | None,
        method: str = "auto",
        whole: Callable[[], Any] | None = None,
    ) -> None:
        self._in_need = method == "auto" and n <= DENSE_IN_NEED
        if is_dense(n, method):
            method = "dense"
        elif method == "auto":
            method = "gmres"
        self.n = n
        self.forward = forward
        self.backward = backward
        self.method = method
        self.whole = whole
        self._matrix: Any = None
        self._factors: Any = None

    def inverse(self) -> Callable[[Any], Any]:
        """Return v ↦ A⁻¹v, which takes tracked vectors and nests."""
        self.check_regular()  # now: what the map closes over may not outlive this

        def solve(v: Any) -> Any:
            return self.solve(v)

        def solve_transposed(v: Any) -> Any:
            return self.solve(v, transposed=True)

        inverse = primitive(solve, vjp=lambda g, y, v: (adjoint(g),))
        adjoint = primitive(solve_transposed, vjp=lambda g, y, v: (inverse(g),))
        return inverse

    def check_regular(self) -> None:
        """Raise where the map is singular.

        Without a matrix, a right-hand side at random shows it: a singular map does not
        reach it, though it may well reach the ones that are asked for.
        """
        if self.method == "dense":
            self._factorise()
        else:
            self.solve(np.random.default_rng(0).normal(size=self.n))

    def solve(self, v: Vector, transposed: bool = False) -> Vector:
        """Return A⁻¹v, or its transpose's, for a plain vector."""
        v = np.asarray(v, dtype=float)
        if not np.any(v):
            return np.zeros_like(v)
        if self.method == "dense":
            return self._solve_dense(v, transposed)
        return self._solve_iteratively(v, transposed)

    def _solve_dense(self, v: Vector, transposed: bool) -> Vector:
        from scipy.linalg import lu_solve

        self._factorise()
        rows, columns, factors = self._factors
        if transposed:
            rows, columns = columns, rows
        return columns * lu_solve(factors, rows * v, trans=int(transposed))

    def matrix(self) -> Any:
        """Return the matrix of the map, by its columns."""
        if self._matrix is None and self.whole is not None:
            self._matrix = self.whole()
        if self._matrix is None:
            columns = [self.forward(unit) for unit in np.eye(self.n)]
            self._matrix = np.stack(columns, axis=1)
        return self._matrix

    def _factorise(self) -> None:
        """Factorise the matrix, its rows and columns scaled to the same size."""
        from scipy.linalg import lapack, lu_factor

        if self._factors is None and self.n:
            matrix = self.matrix()
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a singular matrix: asked below
                rows = 1 / np.max(np.abs(matrix), axis=1)
                columns = 1 / np.max(np.abs(rows[:, None] * matrix), axis=0)
                scaled = rows[:, None] * matrix * columns
                if not np.all(np.isfinite(scaled)):
                    raise ConvergenceError(SINGULAR)
                factors = lu_factor(scaled)
            size = np.abs(scaled).sum(axis=0).max()
            inverse_condition, _ = lapack.dgecon(factors[0], size)
            if not inverse_condition > np.finfo(float).eps:
                raise ConvergenceError(SINGULAR)
            self._factors = rows, columns, factors

    def _solve_iteratively(self, v: Vector, transposed: bool) -> Vector:
        from scipy.sparse.linalg import LinearOperator, cg, gmres

        apply = self.backward if transposed else self.forward
        assert apply is not None
        operator = LinearOperator((self.n, self.n), matvec=apply, dtype=float)
        solve = cg if self.method == "cg" else gmres
        limit = self.n if self._in_need else 10 * self.n
        options = {"maxiter": limit}
        if self.method == "gmres":  # whose iterations are cycles of products
            cycle = min(self.n, 100)
            options = {"restart": cycle, "maxiter": -(-limit // cycle)}
        with np.errstate(all="ignore"):  # where it breaks down: asked below
            x, _ = solve(operator, v, rtol=1e-12, atol=0.0, **options)
            residual = np.linalg.norm(apply(x) - v)
        if not residual <= 1e-8 * np.linalg.norm(v):
            if self._in_need:
                self.method = "dense"
                return self._solve_dense(v, transposed)
            raise ConvergenceError(
                f"{self.method} did not solve the linear system of the derivative "
                f"(residual {residual:.1e}): the Jacobian may be singular there"
                f'{_WANTED[self.method]}; or try linear="dense"'
            )
        return x


SINGULAR = (
    "the Jacobian at the solution is singular, so that the solution has no derivative "
    "there"
)

_WANTED = {"gmres": "", "cg": ", or not symmetric and positive definite"}
