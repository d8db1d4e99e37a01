"""Equations with banded matrices, in LAPACK's storage of their diagonals.

Row u + i − j, column j of the storage holds the entry (i, j) of the matrix. Products
and transposes are taken diagonal by diagonal, so that all derivatives cost O(n).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import linalg

from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import (
    conj,
    from_triangle,
    lapack,
    rule,
    shape_of,
)


def shifted(x: Any, k: int) -> Any:
    """Return the entries of the last axis moved k places to the front, 0 at the end."""
    if not k:
        return x
    shape = shape_of(x)
    zeros = np.zeros((*shape[:-1], min(abs(k), shape[-1])), x.dtype)
    if k > 0:
        return np.concatenate([x[..., k:], zeros], axis=-1)
    return np.concatenate([zeros, x[..., :k]], axis=-1)


def transposed(ab: Any, lower: int, upper: int) -> Any:
    """Return the storage of the transpose, of which upper diagonals are below."""
    rows = [shifted(ab[..., upper - k, :], k) for k in range(upper, -lower - 1, -1)]
    return np.stack(rows[::-1], axis=-2)


def product(ab: Any, x: Any, lower: int, upper: int) -> Any:
    """Return A x, where x is the transpose of a matrix of columns, and so is A x."""
    terms = [
        shifted(ab[..., None, upper - k, :] * x, k) for k in range(-lower, upper + 1)
    ]
    return sum(terms[1:], terms[0])


def outer(z: Any, y: Any, lower: int, upper: int) -> Any:
    """Return the storage of the diagonals of Σ z yᵀ, summed over all pairs of rows."""
    rows = [np.sum(shifted(z, -k) * y, axis=-2) for k in range(upper, -lower - 1, -1)]
    return np.stack(rows, axis=-2)


def _solve_banded(ab: Any, b: Any, lower: int, upper: int, hermitian: bool) -> Any:
    b = np.swapaxes(b, -1, -2)
    if hermitian:
        x = linalg.solveh_banded(ab[..., : upper + 1, :], b, check_finite=False)
    else:
        x = linalg.solve_banded((lower, upper), ab, b, check_finite=False)
    return np.swapaxes(x, -1, -2)


def _pushforward(
    y: Any,
    args: Sequence[Any],
    tangents: Sequence[Any],
    lower: int,
    upper: int,
    hermitian: bool,
) -> Any:
    da, db = tangents
    change = 0.0 if db is None else db
    if da is not None:
        change = change - product(da, y, lower, upper)
    return solution(args[0], change, lower=lower, upper=upper, hermitian=hermitian)


def _back(
    g: Any, y: Any, ab: Any, b: Any, lower: int, upper: int, hermitian: bool
) -> Any:
    ab = transposed(ab, lower, upper)
    return solution(ab, g, lower=upper, upper=lower, hermitian=hermitian)


def _back_to_matrix(
    g: Any, y: Any, ab: Any, b: Any, lower: int, upper: int, hermitian: bool
) -> Any:
    z = _back(g, y, ab, b, lower, upper, hermitian)
    return -outer(z, y, lower, upper)


#: The solution of A xᵀ = bᵀ: rows of x and b are one system each.
solution = rule(_solve_banded, _pushforward, _back_to_matrix, _back)


def solved(ab: Any, b: Any, lower: int, upper: int, hermitian: bool = False) -> Any:
    """Solve for one vector or for the columns of matrices."""
    options = {"lower": lower, "upper": upper, "hermitian": hermitian}
    if len(shape_of(b)) == 1:
        return solution(ab, b[None, :], **options)[..., 0, :]
    return np.swapaxes(solution(ab, np.swapaxes(b, -1, -2), **options), -1, -2)


@mirrors(linalg.solve_banded)
def solve_banded(
    l_and_u: Any,
    ab: Any,
    b: Any,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return the solution of A x = b, given the diagonals of A.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import linalg
    >>> ab = np.array([[0.0, 1.0], [2.0, 4.0], [0.0, 0.0]])
    >>> grad(lambda b: linalg.solve_banded((1, 1), ab, b)[0])(np.ones(2))
    array([ 0.5  , -0.125])
    """
    lower, upper = map(int, l_and_u)
    return solved(lapack(ab), lapack(b), lower, upper)


@mirrors(linalg.solveh_banded)
def solveh_banded(
    ab: Any,
    b: Any,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    lower: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return the solution of A x = b, given one triangle of a positive definite A."""
    ab = lapack(ab)
    width = shape_of(ab)[-2] - 1
    whole = _both_triangles(ab, width, lower)
    return solved(whole, lapack(b), width, width, hermitian=True)


def _both_triangles(ab: Any, width: int, lower: bool) -> Any:
    """Return all diagonals of the Hermitian matrix of which one triangle is stored."""
    if lower:
        stored = ab[..., 1:, :]
        other = [conj(shifted(ab[..., k, :], -k)) for k in range(width, 0, -1)]
        middle = ab[..., 0, :]
    else:
        stored = ab[..., :width, :]
        other = [conj(shifted(ab[..., width - k, :], k)) for k in range(1, width + 1)]
        middle = ab[..., width, :]
    parts = [np.real(middle)[..., None, :] + 0 * middle[..., None, :]]
    if width:
        rest = np.stack(other, axis=-2)
        parts = [rest, *parts, stored] if lower else [stored, *parts, rest]
    return np.concatenate(parts, axis=-2)


def from_band(ab: Any, lower: bool) -> Any:
    """Return the Hermitian matrix of which one triangle is stored by diagonals."""
    rows, n = shape_of(ab)[-2:]
    i, j = np.indices((n, n))
    place = i - j if lower else rows - 1 + i - j
    inside = (place >= 0) & (place < rows) & ((i >= j) if lower else (i <= j))
    dense = ab[..., np.where(inside, place, 0), j]
    return from_triangle(np.where(inside, dense, 0.0), lower)
