"""Linear equations with a matrix, whatever is known of it: solve and its kin.

They share one primitive: the solution x of A x = b changes by A⁻¹(db − dA x), and its
cotangent g comes back as z = A⁻ᵀ g to b and as −z xᵀ to A (M. Giles: Collected matrix
derivative results for forward and reverse mode algorithmic differentiation, 2008).
What SciPy does not read of a matrix is masked before, so that its derivative is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import linalg

from diffops.engines.arrays import keep
from diffops.primitive import Primitive, Pull
from diffops.rules._fitting import fit, likeness, spread
from diffops.rules._kinds import add
from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import (
    conj,
    from_triangle,
    lapack,
    shape_of,
    swap,
    symmetric,
)

_TRIANGULAR = {"lower triangular": "upper triangular"}
_TRANSPOSED = _TRIANGULAR | {upper: lower for lower, upper in _TRIANGULAR.items()}


def as_read(a: Any, assume_a: str | None, lower: bool) -> Any:
    """Return the matrix that SciPy takes A for, from the entries that it reads."""
    if assume_a in ("sym", "symmetric"):
        return symmetric(a, lower)
    if assume_a in ("her", "hermitian", "pos", "positive definite"):
        return from_triangle(a, lower)
    if assume_a == "lower triangular":
        return np.tril(a)
    if assume_a == "upper triangular":
        return np.triu(a)
    if assume_a == "diagonal":
        return np.tril(np.triu(a))
    if assume_a == "tridiagonal":
        return np.tril(np.triu(a, -1), 1)
    return a


def _solve(a: Any, b: Any, assume_a: str | None) -> Any:
    if assume_a in _TRANSPOSED:
        lower = assume_a == "lower triangular"
        return linalg.solve_triangular(a, b, lower=lower, check_finite=False)
    return linalg.solve(a, b, assume_a=assume_a)


def _pushforward(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    da, db = tangents
    change = 0.0 if db is None else db
    if da is not None:
        change = change - da @ y
    return spread(solution(args[0], change, **params), y)


def _pullback(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    transposed = swap(args[0] if 0 in wrt else keep(args[0]))
    kind = params["assume_a"]
    kind = _TRANSPOSED.get(kind, kind)
    likes = [likeness(args[i]) for i in wrt]

    def pull(g: Any) -> list[Any]:
        to_b = solution(transposed, g, assume_a=kind)
        cotangents = (to_b if i else -(to_b @ swap(y)) for i in wrt)
        return [fit(c, like) for c, like in zip(cotangents, likes, strict=True)]

    return pull


#: The solution of equations with the columns of a matrix on the right.
solution = add(Primitive(_solve, _pushforward, _pullback))


def solved(a: Any, b: Any, assume_a: str | None = None) -> Any:
    """Solve for one vector or for the columns of matrices."""
    if len(shape_of(b)) == 1:
        return solution(a, b[:, None], assume_a=assume_a)[..., 0]
    return solution(a, b, assume_a=assume_a)


@mirrors(linalg.solve)
def solve(
    a: Any,
    b: Any,
    lower: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    assume_a: str | None = None,
    transposed: bool = False,
) -> Any:
    """Return the solution of A x = b, or of Aᵀ x = b.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import linalg
    >>> grad(lambda b: linalg.solve(np.diag([2.0, 4.0]), b)[1])(np.ones(2))
    array([0.  , 0.25])
    """
    a, b = np.atleast_2d(lapack(a)), np.atleast_1d(lapack(b))
    a = as_read(a, assume_a, lower)
    if transposed:
        a, assume_a = swap(a), _TRANSPOSED.get(str(assume_a), assume_a)
    if shape_of(a) == (1, 1) and shape_of(b)[0] != 1:
        return b / a[0]
    return solved(a, b, assume_a)


_KINDS = {0: "N", 1: "T", 2: "C"}


@mirrors(linalg.solve_triangular)
def solve_triangular(
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return the solution of A x = b, Aᵀ x = b or Aᴴ x = b with a triangle of A."""
    a, b = lapack(a), lapack(b)
    return triangular(a, b, _KINDS.get(trans, trans), bool(lower), bool(unit_diagonal))


def triangular(
    a: Any, b: Any, trans: str = "N", lower: bool = False, unit: bool = False
) -> Any:
    """Solve with a triangle of A, of its transpose ("T") or its adjoint ("C")."""
    if unit:
        a = np.tril(a, -1) if lower else np.triu(a, 1)
        a = a + np.eye(shape_of(a)[-1], dtype=a.dtype)
    else:
        a = np.tril(a) if lower else np.triu(a)
    if trans != "N":
        a = swap(conj(a) if trans == "C" else a)
        lower = not lower
    return solved(a, b, "lower triangular" if lower else "upper triangular")


@mirrors(linalg.cho_solve)
def cho_solve(
    c_and_lower: Any, b: Any, overwrite_b: bool = False, check_finite: bool = True
) -> Any:
    """Return the solution of A x = b, given the Cholesky factor of A."""
    c, lower = c_and_lower
    c, b = lapack(c), lapack(b)
    first, then = ("N", "C") if lower else ("C", "N")
    return triangular(c, triangular(c, b, first, lower), then, lower)
