"""The QR decomposition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.creating import eye, tri
from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt, implements
from diffops.rules._batches import stacking
from diffops.rules._fitting import is_complex, shape_of
from diffops.rules._kinds import general
from diffops.rules.hermitian import adjoint
from diffops.rules.matmul import conj
from diffops.rules.reflections import complete, raw


def _qr(a: Any) -> tuple[Any, ...]:
    return tuple(np.linalg.qr(a))


def _below(a: Any, like: Any) -> Any:
    """Return what is below the diagonal."""
    dtype = np.finfo(like.dtype).dtype
    return a * tri(shape_of(a)[-1], like, k=-1, dtype=dtype)


def _over(a: Any, r: Any) -> Any:
    """Return a inv(r)."""
    return adjoint(np.linalg.solve(adjoint(r), adjoint(a)))


def _pushforward(
    y: Any, args: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    q, r = y
    scaled = _over(tangents[0], r)
    change = adjoint(q) @ scaled
    low = _below(change, r)
    turn = low - adjoint(low)
    if is_complex(change):
        # NumPy's r has a real diagonal.
        turn = turn + 1j * np.imag(change) * eye(shape_of(r)[-1], r, r.dtype)
    rest = change - turn
    return scaled - q @ rest, rest @ r


def _pullback(g: Sequence[Any], y: Any, a: Any) -> Any:
    q, r = y
    to_q, to_r = g
    inner = 0.0
    if to_r is not None:
        inner = r @ adjoint(conj(to_r))
    if to_q is not None:
        inner = inner - adjoint(conj(to_q)) @ q
    low = _below(inner, r)
    even = low + adjoint(low) + np.real(inner) * eye(shape_of(r)[-1], r, r.dtype)
    total = q @ even if to_q is None else conj(to_q) + q @ even
    return conj(_over(total, adjoint(r)))


thin = general(_qr, _pushforward, _pullback, batch=stacking)

QRResult: Any = type(np.linalg.qr(np.eye(1)))


@implements(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    """Return an orthonormal and a triangular factor, of a matrix of full rank."""
    a = adopt(a)
    m, n = shape_of(a)[-2:]
    if mode == "raw":
        return raw(a)
    if mode == "complete" and m > n:
        return QRResult(*complete(a))
    if mode not in ("reduced", "r", "complete"):
        raise NoDerivativeError(
            f"np.linalg.qr(mode={mode!r}) of a tracked matrix has no derivative rule"
            f"{at_user_line()}; use mode='reduced'"
        )
    if m >= n:
        q, r = thin(a)
    else:
        q, r = thin(a[..., :m])
        r = np.concatenate([r, adjoint(q) @ a[..., m:]], axis=-1)
    return r if mode == "r" else QRResult(q, r)
