"""The QR decomposition by Householder's reflections, as LAPACK makes it.

The columns of Q beyond those of the matrix are free to rotate; which ones LAPACK
returns follows from its reflections, and these are smooth.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.engines.creating import counted, eye, zeros
from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt
from diffops.rules._fitting import is_complex, shape_of
from diffops.rules.matmul import conj
from diffops.tags import example, strip


def complete(a: Any) -> tuple[Any, Any]:
    """Return a square Q, and R with as many rows as the matrix."""
    vectors, taus, rest = _reflected(adopt(a))
    (rows, _), kind = shape_of(rest)[-2:], rest.dtype
    q = np.broadcast_to(eye(rows, rest, kind), (*shape_of(rest)[:-2], rows, rows))
    for vector, tau in zip(reversed(vectors), reversed(taus), strict=True):
        q = _mirrored(q, vector, tau)
    return q, np.triu(rest)


def raw(a: Any) -> tuple[Any, Any]:
    """Return the vectors of the reflections below R, transposed, and their factors."""
    vectors, taus, rest = _reflected(adopt(a))
    columns = counted(shape_of(rest)[-1], rest)
    packed = np.triu(rest)
    for k, vector in enumerate(vectors):
        packed = packed + np.tril(vector[..., None] * (columns == k), -1)
    shape = (*shape_of(rest)[:-2], 0)
    factors = np.stack(taus, axis=-1) if taus else zeros(shape, like=example(rest))
    return np.swapaxes(packed, -1, -2), factors


def _reflected(a: Any) -> tuple[list[Any], list[Any], Any]:
    """Return vectors v and factors τ of reflections 1 − τ v vᴴ, and what is left of a.

    Each turns what is left of a column into a multiple β of a unit vector, with the
    sign of β opposite to that of its first entry α: E. Anderson et al., LAPACK Users'
    Guide, 1999, section 5.4.
    """
    vectors, taus = [], []
    rows, columns = shape_of(a)[-2:]
    for k in range(min(rows, columns)):
        column = a[..., k:, k]
        alpha = column[..., 0]
        if k == rows - 1 and not is_complex(a):
            vectors.append(_padded(np.ones_like(column), k))
            taus.append(np.zeros_like(alpha))
            break
        _refuse_jumps(column)
        size = np.sqrt(np.sum(np.abs(column) ** 2, axis=-1))
        beta = -size * np.copysign(1.0, strip(np.real(alpha))).astype(size.dtype)
        tail = column[..., 1:] / (alpha - beta)[..., None]
        vector = np.concatenate([np.ones_like(column[..., :1]), tail], axis=-1)
        vectors.append(_padded(vector, k))
        taus.append((beta - alpha) / beta)
        a = _mirrored(a, vectors[-1], conj(taus[-1]))
    return vectors, taus, a


def _padded(vector: Any, k: int) -> Any:
    before = zeros((*shape_of(vector)[:-1], k), like=example(vector))
    return np.concatenate([before, vector], axis=-1)


def _mirrored(a: Any, vector: Any, tau: Any) -> Any:
    """Return (1 − τ v vᴴ) a."""
    row = (conj(vector)[..., None, :] @ a) * tau[..., None, None]
    return a - vector[..., None] * row


def _refuse_jumps(column: Any) -> None:
    column = strip(column)
    still = np.all(column[..., 1:] == 0, axis=-1) & (np.imag(column[..., 0]) == 0)
    if np.any(still):
        raise NoDerivativeError(
            "np.linalg.qr with mode='complete' or 'raw' reflects nothing where a "
            f"column has no entries below the diagonal{at_user_line()}, but does so "
            "beside that: it has no derivative there; use mode='reduced'"
        )
