"""Sparse LU decompositions, and solutions by them: spsolve, splu, factorized."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from diffops.engines.scipy_sparse import kept
from diffops.errors import at_user_line
from diffops.primitive import adopt, tracked_in
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import Holder, mirrors, refuse
from diffops.scipy.sparse.linalg._implicit import SparseSystem, solution
from diffops.scipy.sparse.tracked_entries import SparseArray, as_entries


class Direct:
    """Solves by a decomposition, which serves until the entries change."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._last: tuple[Any, Any] | None = None

    def __call__(self, matrix: Any, b: Any, across: bool, start: Any) -> Any:
        """Solve with a sparse matrix or its transpose."""
        lu = self._decomposed(matrix)
        if lu is None:
            return np.full(b.shape, np.nan, np.result_type(matrix.dtype, b.dtype))
        trans = "T" if across else "N"
        dtype = np.result_type(matrix.dtype, b.dtype)
        if dtype.kind == "c" and matrix.dtype.kind != "c":
            # SuperLU's triangles are real, and so are the sides that they take.
            parts = [
                lu.solve(part.astype(matrix.dtype), trans) for part in (b.real, b.imag)
            ]
            return (parts[0] + 1j * parts[1]).astype(dtype)
        return lu.solve(b.astype(lu.U.dtype), trans).astype(dtype)

    def _decomposed(self, matrix: Any) -> Any:
        last = self._last
        if last is not None and np.array_equal(last[0], matrix.data):
            return last[1]
        csc = matrix.tocsc()
        csc.sum_duplicates()
        try:
            lu = linalg.splu(csc, **self._options)
        except RuntimeError as error:
            if "singular" not in str(error):
                raise
            warnings.warn(
                "Matrix is exactly singular", linalg.MatrixRankWarning, stacklevel=2
            )
            return None
        self._last = matrix.data.copy(), lu
        return lu


def _solved(a: SparseArray, solve: Direct, b: Any, across: bool) -> Any:
    if sparse.issparse(b) or isinstance(b, SparseArray):
        refuse(
            [a, b],
            "a sparse right-hand side beside tracked values has no derivative rule"
            f"{at_user_line()}; use b.toarray()",
        )
    b = adopt(b)
    if b.dtype.kind in "iub":
        b = b.astype(float)
    m, n = a.shape
    if m != n:
        raise ValueError(f"matrix must be square (has shape {a.shape})")
    if shape_of(b)[0] != n:
        raise ValueError(
            f"matrix - rhs dimension mismatch ({a.shape} - {shape_of(b)[0]})"
        )
    system = SparseSystem(a.pattern, solve)
    return solution(a.data, b, system=system, across=across != a.across, start=None)


@mirrors(linalg.spsolve)
def spsolve(A: Any, b: Any, permc_spec: Any = None, use_umfpack: bool = True) -> Any:
    """Return the solution of A x = b, where entries of A, or b, or both are tracked.

    One decomposition serves for the solution and for all of its derivatives.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import sparse
    >>> def f(d):
    ...     return sparse.linalg.spsolve(sparse.diags_array(d), np.ones(2))[1]
    >>> grad(f)(np.array([1.0, 2.0]))
    array([ 0.  , -0.25])
    """
    options = {} if permc_spec is None else {"permc_spec": permc_spec}
    x = _solved(as_entries(A), Direct(options), b, False)
    column = len(shape_of(x)) == 2 and shape_of(x)[1] == 1
    return np.ravel(x) if column else x


class Decomposition(Holder):
    """What `splu` returns: SciPy's decomposition, whose `solve` takes tracked values.

    All else is asked of SciPy's, which there is of plain entries alone.
    """

    def __init__(self, a: SparseArray, plain: Any, options: dict[str, Any]) -> None:
        self._a = a
        self._plain = plain
        self._solve = Direct(options)

    def parts(self) -> list[Any]:
        """Return the entries of the matrix."""
        return [self._a.data]

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of the matrix."""
        return self._a.shape

    def solve(self, rhs: Any, trans: str = "N") -> Any:
        """Return the solution of A x = b ("N"), of Aᵀ x = b ("T") or Aᴴ x = b ("H")."""
        if self._plain is not None and not tracked_in([rhs]):
            return self._plain.solve(rhs, trans)
        if trans == "H":
            return _solved(self._a.conj(), self._solve, rhs, True)
        return _solved(self._a, self._solve, rhs, trans == "T")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self._plain is None:
            refuse(
                [self._a],
                f"scipy.sparse.linalg.splu(A).{name} of a tracked A has no derivative "
                f"rule{at_user_line()}; its solve() has one",
            )
        return getattr(self._plain, name)


def splu(A: Any, **options: Any) -> Decomposition:
    """Return the decomposition of a matrix: ``splu(A).solve(b)`` solves A x = b."""
    if isinstance(A, SparseArray) or tracked_in([A]):
        return Decomposition(as_entries(A), None, options)
    plain = linalg.splu(A, **options)
    return Decomposition(as_entries(kept(sparse.csc_array(A))), plain, options)


def factorized(A: Any) -> Callable[[Any], Any]:
    """Return the function that solves A x = b for b."""
    if not isinstance(A, SparseArray) and not tracked_in([A]):
        A = sparse.csc_array(A)
    return splu(A).solve
