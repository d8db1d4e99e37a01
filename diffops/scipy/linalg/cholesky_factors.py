"""Triangular factors of Hermitian matrices: Cholesky's, and L D Lᴴ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import linalg

from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import (
    adjoint,
    conj,
    from_triangle,
    lapack,
    plainly,
    rule,
    shape_of,
    swap,
    symmetric,
)
from diffops.tags import strip

#: Whether `cho_factor` leaves entries of A in the other triangle: up to SciPy 1.17.
_KEEPS_THE_REST = linalg.cho_factor(np.eye(2) + 0.5)[0][1, 0] != 0


@mirrors(linalg.cholesky)
def cholesky(
    a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True
) -> Any:
    """Return Cholesky's factor of the Hermitian matrix in one triangle of A.

    I. Murray: Differentiation of the Cholesky decomposition, 2016.
    """
    return np.linalg.cholesky(lapack(a), upper=not lower)


@mirrors(linalg.cho_factor)
def cho_factor(
    a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True
) -> Any:
    """Return a matrix with Cholesky's factor in one triangle."""
    a = lapack(a)
    factor = cholesky(a, lower)
    if _KEEPS_THE_REST:
        factor = factor + (np.triu(a, 1) if lower else np.tril(a, -1))
    return factor, lower


def _ldl(a: Any, lower: bool, hermitian: bool) -> tuple[Any, Any]:
    return tuple(linalg.ldl(a, lower=lower, hermitian=hermitian)[:2])


def _order(a: Any, lower: bool, hermitian: bool) -> Any:
    return linalg.ldl(a, lower=lower, hermitian=hermitian)[2]


order = plainly(_order)


def _parts(d: Any, lower: bool) -> tuple[Any, Any]:
    """Return 1 in the blocks of which D consists, of one or two rows, and beside them.

    Beside means where the triangular factor has entries that are not constant.
    """
    n = shape_of(d)[-1]
    blocks = np.not_equal(strip(d), 0) | np.eye(n, dtype=bool)
    triangle = np.tri(n, dtype=bool)
    beside = (triangle if lower else triangle.T) & ~blocks
    dtype = np.finfo(d.dtype).dtype
    return blocks.astype(dtype), beside.astype(dtype)


def _pushforward(
    y: Any, args: Sequence[Any], tangents: Sequence[Any], lower: bool, hermitian: bool
) -> tuple[Any, Any]:
    """Split L⁻¹ dA L⁻ᴴ: its blocks change D, what is beside them turns L."""
    factor, d = y
    turned = adjoint if hermitian else swap
    left = np.linalg.solve(factor, tangents[0])
    inner = turned(np.linalg.solve(factor, turned(left)))
    blocks, beside = _parts(d, lower)
    turn = swap(np.linalg.solve(swap(d), swap(beside * inner)))
    return factor @ turn, blocks * inner


def _pullback(g: Sequence[Any], y: Any, a: Any, lower: bool, hermitian: bool) -> Any:
    factor, d = y
    to_factor, to_d = (
        conj(part) if hermitian and part is not None else part for part in g
    )
    turned = adjoint if hermitian else swap
    blocks, beside = _parts(d, lower)
    inner = 0.0 if to_d is None else blocks * to_d
    if to_factor is not None:
        turn = turned(factor) @ to_factor
        inner = inner + beside * turned(np.linalg.solve(d, turned(turn)))
    right = swap(np.linalg.solve(swap(factor), swap(inner)))
    whole = np.linalg.solve(turned(factor), right)
    return conj(whole) if hermitian else whole


#: A = L D Lᴴ, or L D Lᵀ, where L is triangular but for the order of its rows.
block_factors = rule(_ldl, _pushforward, _pullback)


@mirrors(linalg.ldl)
def ldl(
    A: Any,
    lower: bool = True,
    hermitian: bool = True,
    overwrite_a: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return L, D and the order of the rows that makes L triangular, a constant."""
    a = lapack(A)
    a = from_triangle(a, lower) if hermitian else symmetric(a, lower)
    factor, d = block_factors(a, lower=bool(lower), hermitian=bool(hermitian))
    return factor, d, order(a, lower=bool(lower), hermitian=bool(hermitian))
