"""The singular value decomposition, and pseudo-inverses.

Inner products are those of `hermitian`: cotangents are conjugated on entry and return.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.creating import eye, zeros
from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt, implements
from diffops.repeated import told_apart
from diffops.rules._batches import stacking
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import general
from diffops.rules.hermitian import (
    adjoint,
    diagonal,
    equal_pairs,
    finite_,
    from_triangle,
    gaps,
    inverse_,
    largest,
)
from diffops.rules.matmul import conj
from diffops.tags import example, orders_of, strip


def _svd(a: Any, full_matrices: bool, order: int) -> tuple[Any, ...]:
    """Decompose; equal singular values, and zeros, differ by infinitesimals."""
    u, s, vh = np.linalg.svd(a, full_matrices=full_matrices)
    equal = equal_pairs(s)
    return u, told_apart(s, equal, order, vanishing(s)), vh


def vanishing(s: Any) -> Any:
    """Tell which singular values are 0 up to the rounding of the decomposition."""
    s = strip(s)
    rounding = s.shape[-1] * np.finfo(s.dtype).eps
    return s <= rounding * largest(s)


def _factors(s: Any) -> tuple[Any, Any, Any]:
    """Return 1/(s_j − s_i), 0 on the diagonal, 1/(s_i + s_j), and 1/s.

    Where the denominators vanish these are poles.
    """
    zero = vanishing(s)
    s = s - np.where(zero, strip(s), 0.0)
    sums = inverse_(s[..., None, :] + s[..., :, None])
    return gaps(s, equal_pairs(s)), sums, inverse_(s)


def _pushforward(
    y: Any,
    args: Sequence[Any],
    tangents: Sequence[Any],
    full_matrices: bool,
    order: int,
) -> tuple[Any, Any, Any]:
    u, s, vh = y
    v = adjoint(vh)
    (da,) = tangents
    k = shape_of(s)[-1]
    whole = adjoint(u) @ da @ v
    change = whole[..., :k, :k]
    differences, sums, inverses = _factors(s)
    both = differences * (change + adjoint(change)) / 2
    apart = sums * (change - adjoint(change)) / 2
    du = _turned(u, both + apart, da @ v[..., :k], inverses)
    dv = _turned(v, both - apart, adjoint(da) @ u[..., :k], inverses)
    return du, diagonal(change), adjoint(dv)


def _turned(u: Any, inside: Any, image: Any, inverses: Any) -> Any:
    """Return the tangent of orthonormal columns: within their span, and out of it.

    Columns beyond the first k, as many as there are singular values, turn against them.
    """
    k = shape_of(inverses)[-1]
    first, rest = u[..., :k], u[..., k:]
    change = first @ inside
    if shape_of(u)[-2] == k:
        return change
    outside = (image - first @ (adjoint(first) @ image)) * inverses[..., None, :]
    change = change + outside
    if not shape_of(rest)[-1]:
        return change
    turned = -(first @ (adjoint(outside) @ rest))
    if shape_of(rest)[-1] > 1:
        # They are free to rotate among themselves.
        turned = turned * np.nan
    return np.concatenate([change, turned], axis=-1)


def _pullback(g: Sequence[Any], y: Any, a: Any, full_matrices: bool, order: int) -> Any:
    u, s, vh = y
    v = adjoint(vh)
    k = shape_of(s)[-1]
    to_u, to_s, to_vh = g
    inner = (
        np.zeros_like(u[..., :k, :k]) if to_s is None else to_s[..., None] * eye(k, s)
    )
    outer = 0.0
    if to_u is not None or to_vh is not None:
        to_u = None if to_u is None else conj(to_u)
        to_v = None if to_vh is None else adjoint(conj(to_vh))
        turn_u = 0.0 if to_u is None else adjoint(u[..., :k]) @ to_u[..., :k]
        turn_v = 0.0 if to_v is None else adjoint(v[..., :k]) @ to_v[..., :k]
        differences, sums, inverses = _factors(s)
        both = differences * (turn_u + turn_v) / 2
        apart = sums * (turn_u - turn_v) / 2
        inner = inner + both + adjoint(both) + apart - adjoint(apart)
        if to_u is not None and shape_of(u)[-2] > k:
            outer = _out_of_span(u, to_u, inverses) @ adjoint(v[..., :k])
        if to_v is not None and shape_of(v)[-2] > k:
            outer = outer + u[..., :k] @ adjoint(_out_of_span(v, to_v, inverses))
    return conj(finite_(u[..., :k] @ inner @ adjoint(v[..., :k]) + outer))


def _out_of_span(u: Any, to_u: Any, inverses: Any) -> Any:
    """Return the adjoint of what `_turned` does out of the span."""
    k = shape_of(inverses)[-1]
    first, rest = u[..., :k], u[..., k:]
    image = to_u[..., :k]
    if shape_of(rest)[-1] > 1:
        if np.any(strip(to_u[..., k:])):
            raise NoDerivativeError(
                "np.linalg.svd determines the columns beyond the singular values only "
                f"up to a rotation{at_user_line()}: they have no derivative; leave "
                "them out, as full_matrices=False does"
            )
    elif shape_of(rest)[-1]:
        image = image - rest @ (adjoint(to_u[..., k:]) @ first)
    image = image * inverses[..., None, :]
    return image - first @ (adjoint(first) @ image)


decomposition = general(_svd, _pushforward, _pullback, batch=stacking)

SVDResult: Any = type(np.linalg.svd(np.eye(1)))


@implements(np.linalg.svd)
def svd(
    a: Any,
    full_matrices: bool = True,
    compute_uv: bool = True,
    hermitian: bool = False,
) -> Any:
    """Return singular vectors and values.

    Where values are equal, functions of the whole have derivatives all the same.
    """
    a = adopt(a)
    if hermitian:
        return _of_hermitian(a, compute_uv)
    if not compute_uv:
        return np.linalg.svdvals(a)
    options = {"full_matrices": bool(full_matrices), "order": orders_of(a)}
    return SVDResult(*decomposition(a, **options))


def _of_hermitian(a: Any, compute_uv: bool) -> Any:
    """Take absolute eigenvalues, the largest first, and their signs into v."""
    if not compute_uv:
        return np.flip(np.sort(np.abs(np.linalg.eigvalsh(a)), axis=-1), -1)
    w, v = np.linalg.eigh(a)
    order = np.flip(np.argsort(np.abs(strip(w)), axis=-1), -1)
    w = np.take_along_axis(w, order, axis=-1)
    u = np.take_along_axis(v, order[..., None, :], axis=-1)
    sign = np.copysign(1.0, strip(w)).astype(w.dtype)
    return SVDResult(u, w * sign, adjoint(u * sign[..., None, :]))


@implements(np.linalg.svdvals)
def svdvals(x: Any, /) -> Any:
    """Return the singular values.

    Functions of equal ones, or of zeros, that are smooth have derivatives of any order.
    A zero one itself is at its kink, and has the derivative 0.
    """
    x = adopt(x)
    s = decomposition(x, full_matrices=False, order=orders_of(x))[1]
    rounding = np.where(vanishing(s), strip(s), 0.0)
    return np.abs(s - rounding) + rounding


def _pushforward_pseudo_inverse(
    y: Any, args: Sequence[Any], tangents: Sequence[Any], **options: Any
) -> Any:
    (a,), (da,) = args, tangents
    change = adjoint(da)
    left = change - (change @ a) @ y
    right = change - y @ (a @ change)
    return y @ adjoint(y) @ left + right @ adjoint(y) @ y - y @ da @ y


def _pullback_pseudo_inverse(g: Any, y: Any, a: Any, **options: Any) -> Any:
    back = adjoint(conj(g))
    left = (back - a @ (y @ back)) @ y @ adjoint(y)
    right = adjoint(y) @ y @ (back - (back @ y) @ a)
    return conj(left + right - adjoint(y) @ conj(g) @ adjoint(y))


pseudo_inverse = general(
    np.linalg.pinv,
    _pushforward_pseudo_inverse,
    _pullback_pseudo_inverse,
    batch=stacking,
)


@implements(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, **options: Any) -> Any:
    """Return the pseudo-inverse, with the derivative that it has at constant rank."""
    a = adopt(a)
    if rcond is not None:
        options["rcond"] = rcond
    if hermitian:
        return pseudo_inverse(from_triangle(a), hermitian=True, **options)
    return pseudo_inverse(a, **options)


@implements(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> tuple[Any, Any, Any, Any]:
    """Solve least squares by the pseudo-inverse; the rank is a constant."""
    a, b = adopt(a), adopt(b)
    (m, n), shape = shape_of(a), shape_of(b)
    if len(shape) not in (1, 2) or shape[0] != m:
        raise np.linalg.LinAlgError("Incompatible dimensions")
    if rcond is None:
        rcond = np.finfo(np.result_type(strip(a).dtype, float)).eps * max(m, n)
    s = np.linalg.svdvals(a)
    counted = strip(s) > rcond * largest(strip(s))
    rank = np.intc(int(np.count_nonzero(counted)))
    x = pinv(a, rcond=max(rcond, 0.0)) @ b
    if rank < n or m <= n:
        return x, zeros((0,), like=example(s)), rank, s
    residuals = np.sum(np.abs(b - a @ x) ** 2, axis=0)
    return x, np.reshape(residuals, shape[1:] or (1,)), rank, s
