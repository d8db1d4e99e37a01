"""Orthogonal factors: QR and RQ, polar, and Procrustes' problem."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import linalg

from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import (
    adjoint,
    conj,
    lapack,
    plainly,
    rule,
    shape_of,
)
from diffops.scipy.linalg.eigenvalues import phases
from diffops.scipy.linalg.sylvester import sylvester


def _order(a: Any) -> Any:
    return linalg.qr(a, mode="r", pivoting=True)[1]


def _rows_of_rq(a: Any) -> Any:
    return linalg.rq(a, mode="economic")[1]


order = plainly(_order)
rows_of_rq = plainly(_rows_of_rq)


@mirrors(linalg.qr)
def qr(
    a: Any,
    overwrite_a: bool = False,
    lwork: Any = None,
    mode: str = "full",
    pivoting: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return Q, R and the order of columns (a constant), of a matrix of full rank.

    D. A. O. Roberts, L. R. Roberts: QR and LQ decomposition matrix backpropagation
    algorithms for square, wide, and deep matrices, 2020.
    """
    a = lapack(a)
    m, n = shape_of(a)[-2:]
    if mode not in ("full", "r", "economic", "raw"):
        raise ValueError(
            "Mode argument should be one of ['full', 'r', 'economic', 'raw']"
        )
    columns: tuple[Any, ...] = ()
    if pivoting:
        columns = (order(a),)
        a = np.take_along_axis(a, columns[0][..., None, :], axis=-1)
    if mode == "raw":
        h, factors = np.linalg.qr(a, mode="raw")
        packed = np.swapaxes(h, -1, -2)
        return (packed, factors), np.triu(packed[..., :n, :]), *columns
    q, r = np.linalg.qr(a, mode="complete" if mode == "full" else "reduced")
    if mode != "r":
        return q, r, *columns
    if m > n:
        below = np.zeros((*shape_of(r)[:-2], m - n, n), r.dtype)
        r = np.concatenate([r, below], axis=-2)
    stack = len(shape_of(a)) > 2
    return r if stack and not pivoting else (r, *columns)


@mirrors(linalg.rq)
def rq(
    a: Any,
    overwrite_a: bool = False,
    lwork: Any = None,
    mode: str = "full",
    check_finite: bool = True,
) -> Any:
    """Return R and Q, of a matrix of full rank: the QR decomposition from behind."""
    a = lapack(a)
    m, n = shape_of(a)[-2:]
    if mode not in ("full", "r", "economic"):
        raise ValueError("Mode argument should be one of ['full', 'r', 'economic']")
    if mode == "full" and m < n:
        q, r = np.linalg.qr(np.flip(adjoint(a), (-2, -1)), mode="complete")
        return adjoint(np.flip(r, (-2, -1))), adjoint(np.flip(q, (-2, -1)))
    last = a if m <= n else a[..., m - n :, :]
    q, r = np.linalg.qr(adjoint(np.flip(last, -2)))
    q, r = np.flip(q, -1), np.flip(adjoint(r), (-2, -1))
    signs = phases(q, adjoint(rows_of_rq(last)))
    q, r = adjoint(q * signs), r * signs
    if m > n:
        r = np.concatenate([a[..., : m - n, :] @ adjoint(q), r], axis=-2)
    if mode != "r":
        return r, q
    if m < n:
        r = np.concatenate([np.zeros((*shape_of(r)[:-1], n - m), r.dtype), r], axis=-1)
    return r


def _polar(a: Any) -> tuple[Any, Any]:
    return tuple(linalg.polar(a))


def _over(a: Any, p: Any) -> Any:
    """Return A P⁻¹ for a Hermitian P."""
    return adjoint(np.linalg.solve(p, adjoint(a)))


def _pushforward_polar(
    y: Any, args: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """Turn U by the solution of T P + P T = Uᴴ dA − dAᴴ U, and out of its span."""
    u, p = y
    (da,) = tangents
    inner = adjoint(u) @ da
    turn = sylvester(p, p, inner - adjoint(inner))
    return u @ turn + _over(da - u @ inner, p), inner - turn @ p


def _pullback_polar(g: Sequence[Any], y: Any, a: Any) -> Any:
    u, p = y
    to_u, to_p = (None if part is None else conj(part) for part in g)
    turn, whole = 0.0, 0.0
    if to_u is not None:
        inner = adjoint(u) @ to_u
        turn, whole = inner, _over(to_u - u @ inner, p)
    if to_p is not None:
        turn, whole = turn - to_p @ p, whole + u @ to_p
    back = sylvester(p, p, turn)
    return conj(whole + u @ (back - adjoint(back)))


#: A = U P of a tall matrix of full rank: U has orthonormal columns, P is positive.
polar_of_tall = rule(_polar, _pushforward_polar, _pullback_polar)


@mirrors(linalg.polar)
def polar(a: Any, side: str = "right") -> Any:
    """Return U and P of A = U P, or of A = P U, of a matrix of full rank."""
    if side not in ("right", "left"):
        raise ValueError("`side` must be either 'right' or 'left'")
    a = lapack(a)
    m, n = shape_of(a)[-2:]
    if m >= n:
        u, p = polar_of_tall(a)
        return (u, p) if side == "right" else (u, u @ p @ adjoint(u))
    u, p = polar_of_tall(adjoint(a))
    return adjoint(u), (p if side == "left" else u @ p @ adjoint(u))


@mirrors(linalg.orthogonal_procrustes)
def orthogonal_procrustes(A: Any, B: Any, check_finite: bool = True) -> Any:
    """Return the orthogonal R nearest to A R = B, and its scale tr((A R)ᴴ B)."""
    A, B = lapack(A), lapack(B)
    if shape_of(A) != shape_of(B):
        raise ValueError(
            f"the shapes of A and B differ ({shape_of(A)} vs {shape_of(B)})"
        )
    u, p = polar_of_tall(adjoint(A) @ B)
    return u, np.real(np.trace(p, axis1=-2, axis2=-1))
