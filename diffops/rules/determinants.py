"""Determinants, differentiable to any order at singular matrices too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import is_at_hand
from diffops.engines.creating import eye
from diffops.primitive import adopt, implements
from diffops.rules._batches import stacking
from diffops.rules._fitting import is_complex, shape_of
from diffops.rules._kinds import general
from diffops.rules.matmul import conj, swap
from diffops.tags import strip

#: A worse conditioned matrix is treated as singular: its inverse lost eight digits.
_CONDITION = 1e8

#: Singular values below this part of the largest one leave the regular block.
_SMALL = 1e-4


def outward(g: Any) -> Any:
    """Give one number per matrix of a stack two axes to broadcast against them."""
    return g[..., None, None] if shape_of(g) else g


def cofactors(y: Any, a: Any) -> Any:
    """Return the derivative of the determinant y, from the inverse if there is one."""
    plain = strip(a)
    try:
        inverse = np.linalg.inv(plain)
    except np.linalg.LinAlgError:
        return swap(adjugate(a))
    if not np.all(_size(plain) * _size(inverse) <= _CONDITION):  # nor where it is nan
        return swap(adjugate(a))
    return outward(y) * swap(inverse if a is plain else np.linalg.inv(a))


def _size(a: Any) -> Any:
    return np.linalg.norm(a, axis=(-2, -1))


def adjugate(a: Any) -> Any:
    """Return det(a) inv(a) as a polynomial in what makes a singular.

    Constant orthogonal factors bring a to a form that is diagonal where it stands. The
    large singular values form a regular block; what remains, its Schur complement,
    is small and enters without a division.
    """
    u, s, vh = np.linalg.svd(strip(a))
    sign = outward(np.linalg.det(u) * np.linalg.det(vh))
    uh, v = conj(swap(u)), conj(swap(vh))
    small = s <= _SMALL * s[..., :1]
    counts = np.sum(small, axis=-1)
    count = int(np.max(counts)) if counts.size else 0
    return sign * (v @ _adjugate_of_blocks(uh @ a @ v, s.shape[-1] - count) @ uh)


def _adjugate_of_blocks(b: Any, rank: int) -> Any:
    """Return the adjugate of a matrix whose leading block of some rank is regular."""
    if rank == 0:
        return _polynomials(b)[0]
    regular = b[..., :rank, :rank]
    inverse = np.linalg.inv(regular)
    left = b[..., rank:, :rank] @ inverse
    right = inverse @ b[..., :rank, rank:]
    rest = b[..., rank:, rank:] - b[..., rank:, :rank] @ right
    if not shape_of(rest)[-1]:
        return outward(np.linalg.det(regular)) * inverse
    small, det_of_rest = _polynomials(rest)
    top = [outward(det_of_rest) * inverse + right @ small @ left, -(right @ small)]
    bottom = [-(small @ left), small]
    rows = [np.concatenate(row, axis=-1) for row in (top, bottom)]
    return outward(np.linalg.det(regular)) * np.concatenate(rows, axis=-2)


def _polynomials(a: Any) -> tuple[Any, Any]:
    """Return adjugate and determinant by Faddeev and LeVerrier: no entry divides."""
    n = shape_of(a)[-1]
    identity = eye(n, a, a.dtype)
    m = np.zeros_like(a) + identity
    for i in range(1, n):
        product = a @ m
        m = product - outward(np.trace(product, axis1=-2, axis2=-1) / i) * identity
    m = -m if n % 2 == 0 else m
    return m, np.trace(a @ m, axis1=-2, axis2=-1) / n


def _pushforward_determinant(y: Any, args: Sequence[Any], tangents: Any) -> Any:
    return np.sum(cofactors(y, args[0]) * tangents[0], axis=(-2, -1))


det = general(
    np.linalg.det,
    _pushforward_determinant,
    lambda g, y, a: outward(g) * cofactors(y, a),
    batch=stacking,
)


def _inverse_transpose(a: Any) -> Any:
    """Return the slope of log det: infinite, with its sign, at a singular matrix."""
    try:
        inverse = swap(np.linalg.inv(a))
        if is_at_hand(a) or np.all(np.isfinite(strip(inverse))):
            return inverse
    except np.linalg.LinAlgError:
        pass  # on a device the inverse is not finite instead
    with np.errstate(divide="ignore", invalid="ignore"):
        return swap(adjugate(a)) / outward(np.linalg.det(a))


def _sign_and_log(a: Any) -> tuple[Any, Any]:
    return tuple(np.linalg.slogdet(a))


def _pushforward_log(y: Any, args: Sequence[Any], tangents: Any) -> tuple[Any, Any]:
    sign, _ = y
    change = np.sum(_inverse_transpose(args[0]) * tangents[0], axis=(-2, -1))
    if is_complex(sign):
        return 1j * sign * np.imag(change), np.real(change)
    return np.zeros_like(sign), change


def _pullback_log(g: Sequence[Any], y: Any, a: Any) -> Any:
    to_sign, to_log = g
    factor = 0.0 if to_log is None else to_log
    if to_sign is not None and is_complex(y[0]):
        factor = factor + 1j * np.imag(to_sign * y[0])
    return outward(factor) * _inverse_transpose(a)


sign_and_log = general(_sign_and_log, _pushforward_log, _pullback_log, batch=stacking)

SlogdetResult: Any = type(np.linalg.slogdet(np.eye(1)))


@implements(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    """Return sign and logarithm; the sign of a real determinant is a constant."""
    sign, log = sign_and_log(adopt(a))
    return SlogdetResult(sign if is_complex(sign) else strip(sign), log)
