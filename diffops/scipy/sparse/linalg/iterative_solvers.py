"""Krylov methods: cg, gmres and their kin, differentiated without their iterations.

Each derivative is the solution of a linear equation with the same matrix, or with its
transpose, and found by the same method to the same tolerance: so ``rtol`` says how good
values and derivatives are.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from diffops.engines.scipy_sparse import kept
from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt, tracked_in
from diffops.scipy._mirror import mirrors
from diffops.scipy.sparse.linalg._implicit import (
    DenseSystem,
    SparseSystem,
    System,
    solution,
)
from diffops.scipy.sparse.linalg.linear_operators import adjoint_of, is_operator
from diffops.scipy.sparse.tracked_entries import SparseArray
from diffops.tags import strip


class Iterative:
    """Solves by one of SciPy's methods, and raises where that does not converge."""

    def __init__(
        self, method: Callable[..., Any], hermitian: bool, options: dict[str, Any]
    ) -> None:
        self._method = method
        self._hermitian = hermitian
        self._options = options

    def __call__(self, matrix: Any, b: Any, across: bool, start: Any) -> Any:
        """Solve with a matrix or its transpose, which is that of conjugates."""
        options = dict(self._options)
        if start is not None:
            options.update(start)
        if not across:
            return self._run(matrix, b, options)
        if not self._hermitian:
            matrix = adjoint_of(matrix)
            if options.get("M") is not None:
                options["M"] = adjoint_of(linalg.aslinearoperator(options["M"]))
        return np.conj(self._run(matrix, np.conj(b), options))

    def _run(self, matrix: Any, b: Any, options: dict[str, Any]) -> Any:
        x, info = self._method(matrix, b, **options)
        size, rest = np.linalg.norm(b), np.linalg.norm(b - matrix @ x)
        # Not every method of SciPy's that says so has converged: tfqmr with M has not.
        wanted = max(100 * options.get("rtol", 1e-5), 1e-6) * size
        if info or rest > max(wanted, 10 * options.get("atol", 0.0)):
            raise NoDerivativeError(
                f"scipy.sparse.linalg.{self._method.__name__} did not converge "
                f"(info={info}, residual {rest / size:.0e}){at_user_line()}, and what "
                "solves no equation has no derivative; allow more iterations, or use "
                "spsolve"
            )
        return x


def _mirrored(name: str, hermitian: bool = False) -> Callable[..., Any]:
    """Mirror a method; ``hermitian`` ones take matrices that are their own adjoints."""
    method = getattr(linalg, name)
    signature = inspect.signature(method)

    @mirrors(method)
    def solve(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        A, b = given.pop("A"), np.ravel(adopt(given.pop("b")))
        start = {}
        if given.get("x0") is not None:
            start["x0"] = strip(given["x0"])
        if given.get("callback") is not None:
            start["callback"] = given["callback"]
        options = {n: v for n, v in given.items() if n not in ("x0", "callback")}
        if tracked_in(options.values()):
            raise NoDerivativeError(
                f"scipy.sparse.linalg.{name} has derivatives with respect to A and b "
                f"alone{at_user_line()}; detach other arguments with "
                "diffops.stop_gradient"
            )
        entries, system, across = _system(A, Iterative(method, hermitian, options))
        x = solution(entries, b, system=system, across=across, start=start)
        return x, 0

    solve.__name__ = solve.__qualname__ = name
    solve.__doc__ = f"Return the solution of A x = b by {name}, and 0: it converged."
    solve.__signature__ = signature  # type: ignore[attr-defined]
    return solve


def _system(A: Any, solve: Iterative) -> tuple[Any, System, bool]:
    """Return the tracked entries of a matrix, and the equations with them."""
    if isinstance(A, SparseArray):
        return A.data, SparseSystem(A.pattern, solve), A.across
    if is_operator(A):
        return np.zeros(0), System(A, solve), False
    if sparse.issparse(A):
        return np.zeros(0), System(kept(A), solve), False
    return adopt(A), DenseSystem(solve), False


cg = _mirrored("cg", hermitian=True)
minres = _mirrored("minres", hermitian=True)
bicg = _mirrored("bicg")
bicgstab = _mirrored("bicgstab")
cgs = _mirrored("cgs")
gmres = _mirrored("gmres")
lgmres = _mirrored("lgmres")
gcrotmk = _mirrored("gcrotmk")
tfqmr = _mirrored("tfqmr")
