"""The LU decomposition of a matrix with its rows in a constant order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import linalg

from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import lapack, plainly, rule, shape_of, swap
from diffops.scipy.linalg.systems import solved, triangular
from diffops.tags import strip


def _lu(a: Any) -> tuple[Any, Any, Any]:
    """Return P, L and U as SciPy does, P as an array of numbers."""
    p, lower, upper = linalg.lu(a)
    return p, lower, upper


def _below(a: Any) -> Any:
    return np.tril(a, -1)


def _under(lower: Any, a: Any) -> Any:
    """Return inv(L) A, where the diagonal of L is 1."""
    return solved(lower, a, "lower triangular")


def _over(a: Any, upper: Any) -> Any:
    """Return A inv(U)."""
    return swap(solved(swap(upper), swap(a), "lower triangular"))


def _pushforward(y: Any, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Split the change of the leading block, then let the rest follow."""
    p, lower, upper = y
    change = swap(strip(p)) @ tangents[0]
    k = min(shape_of(lower)[-2], shape_of(upper)[-1])
    square_l, square_u = lower[..., :k, :], upper[..., :, :k]
    inner = _over(_under(square_l, change[..., :k, :k]), square_u)
    to_l = square_l @ _below(inner)
    to_u = np.triu(inner) @ square_u
    if shape_of(lower)[-2] > k:
        rest = change[..., k:, :] - lower[..., k:, :] @ to_u
        to_l = np.concatenate([to_l, _over(rest, square_u)], axis=-2)
    if shape_of(upper)[-1] > k:
        rest = change[..., :, k:] - to_l @ upper[..., :, k:]
        to_u = np.concatenate([to_u, _under(square_l, rest)], axis=-1)
    return np.zeros_like(p), to_l, to_u


def _pullback(g: Sequence[Any], y: Any, a: Any) -> Any:
    _, to_l, to_u = g
    p, lower, upper = y
    k = min(shape_of(lower)[-2], shape_of(upper)[-1])
    to_l = np.zeros_like(lower) if to_l is None else to_l
    to_u = np.zeros_like(upper) if to_u is None else to_u
    square_l, square_u = lower[..., :k, :], upper[..., :, :k]
    corner_l, corner_u = to_l[..., :k, :], to_u[..., :, :k]
    right, bottom = None, None
    if shape_of(upper)[-1] > k:
        right = _back_under(square_l, to_u[..., :, k:])
        corner_l = corner_l - right @ swap(upper[..., :, k:])
    if shape_of(lower)[-2] > k:
        bottom = _back_over(to_l[..., k:, :], square_u)
        corner_u = corner_u - swap(lower[..., k:, :]) @ bottom
    inner = _below(swap(square_l) @ corner_l) + np.triu(corner_u @ swap(square_u))
    whole = _back_over(_back_under(square_l, inner), square_u)
    if right is not None:
        whole = np.concatenate([whole, right], axis=-1)
    if bottom is not None:
        whole = np.concatenate([whole, bottom], axis=-2)
    return strip(p) @ whole


def _back_under(lower: Any, g: Any) -> Any:
    """Return inv(L)ᵀ G, the transpose of `_under`."""
    return solved(swap(lower), g, "upper triangular")


def _back_over(g: Any, upper: Any) -> Any:
    """Return G inv(U)ᵀ, the transpose of `_over`."""
    return swap(solved(upper, swap(g), "upper triangular"))


#: A = P L U, where L has as many columns as U has rows.
factors = rule(_lu, _pushforward, _pullback)


def _pivots(a: Any) -> Any:
    return linalg.lu_factor(a)[1]


def _rows(p: Any) -> Any:
    """Return the row of A that each row of L U is: where it stands in P."""
    return np.argmax(p, axis=-1)


pivots = plainly(_pivots)


@mirrors(linalg.lu)
def lu(
    a: Any,
    permute_l: bool = False,
    overwrite_a: bool = False,
    check_finite: bool = True,
    p_indices: bool = False,
) -> Any:
    """Return P, L and U; the derivative of P, of which rows were exchanged, is 0.

    F. R. de Hoog, R. S. Anderssen, M. A. Lukas: Differentiation of matrix functionals
    using triangular factorization, Math. Comp. 80 (2011).
    """
    p, lower, upper = factors(lapack(a))
    p = strip(p)
    if permute_l:
        return p @ lower, upper
    return (_rows(p) if p_indices else p), lower, upper


@mirrors(linalg.lu_factor)
def lu_factor(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """Return L and U in one matrix, and which rows were exchanged."""
    a = lapack(a)
    _, lower, upper = factors(a)
    k = min(shape_of(a)[-2:])
    if shape_of(a)[-2] > k:
        upper = _with_zeros(upper, shape_of(a)[-2] - k, -2)
    if shape_of(a)[-1] > k:
        lower = _with_zeros(lower, shape_of(a)[-1] - k, -1)
    return _below(lower) + np.triu(upper), pivots(a)


def _with_zeros(a: Any, count: int, axis: int) -> Any:
    shape = list(shape_of(a))
    shape[axis] = count
    return np.concatenate([a, np.zeros(shape, a.dtype)], axis=axis)


def _order(piv: Any) -> Any:
    """Return the order of rows that LAPACK's exchanges, one after the other, make."""
    order = np.broadcast_to(np.arange(piv.shape[-1]), piv.shape).copy()
    for i in range(piv.shape[-1]):
        here, there = order[..., i, None].copy(), piv[..., i, None]
        order[..., i, None] = np.take_along_axis(order, there, -1)
        np.put_along_axis(order, there, here, -1)
    return order


order_of = plainly(_order)


def _exchanged(b: Any, piv: Any, back: bool) -> Any:
    order = order_of(piv)
    order = np.argsort(order, axis=-1) if back else order
    return np.take_along_axis(b, order[..., None], axis=-2)


@mirrors(linalg.lu_solve)
def lu_solve(
    lu_and_piv: Any,
    b: Any,
    trans: int = 0,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return the solution of A x = b, Aᵀ x = b or Aᴴ x = b, given `lu_factor` of A."""
    packed, piv = lu_and_piv
    packed, b = lapack(packed), lapack(b)
    column = len(shape_of(b)) == 1
    x = b[:, None] if column else b
    if trans == 0:
        x = triangular(packed, _exchanged(x, piv, False), "N", True, True)
        x = triangular(packed, x)
    else:
        kind = "T" if trans == 1 else "C"
        x = triangular(packed, triangular(packed, x, kind), kind, True, True)
        x = _exchanged(x, piv, True)
    return x[..., 0] if column else x
