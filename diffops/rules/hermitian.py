"""Hermitian matrices: Cholesky factors, eigenvalues and eigenvectors.

NumPy reads one triangle of the matrix, so its derivative lives on that triangle.
Cotangents are conjugated on entry and on return: in between, inner products are
Re tr(gᴴ dx), for which the adjoint of a product is that of linear algebra.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.primitive import Primitive, Pull, adopt, implements
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import add, general
from diffops.rules.matmul import conj, swap
from diffops.tags import Tracked, strip


def adjoint(a: Any) -> Any:
    """Return the conjugate transposes of a stack of matrices."""
    return conj(swap(a))


def half(a: Any, lower: bool = True) -> Any:
    """Return one triangle of a matrix, with half of its diagonal."""
    n = shape_of(a)[-1]
    mask = np.tri(n) - np.eye(n) / 2
    return a * (mask if lower else mask.T).astype(np.finfo(a.dtype).dtype)


def from_triangle(a: Any, lower: bool = True) -> Any:
    """Return the Hermitian matrix that NumPy reads off one triangle."""
    triangle = half(a, lower)
    return triangle + adjoint(triangle)


def to_triangle(s: Any, lower: bool = True) -> Any:
    """Return the cotangent of a matrix, given s for the Hermitian one in its triangle.

    This is the adjoint of `from_triangle`, and ends in the library's convention.
    """
    return conj(half(s + adjoint(s), lower))


def diagonal(a: Any) -> Any:
    """Return the real diagonals of a stack of matrices."""
    return np.real(np.diagonal(a, axis1=-2, axis2=-1))


def _pushforward_cholesky(y: Any, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
    inverse = np.linalg.inv(y)
    return y @ half(inverse @ from_triangle(tangents[0]) @ adjoint(inverse))


def _pullback_cholesky(g: Any, y: Any, a: Any) -> Any:
    inverse = np.linalg.inv(y)
    return to_triangle(adjoint(inverse) @ half(adjoint(y) @ conj(g)) @ inverse)


lower_factor = general(np.linalg.cholesky, _pushforward_cholesky, _pullback_cholesky)


@implements(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """Return the triangular factor, of the lower or of the upper triangle."""
    a = adopt(a)
    return adjoint(lower_factor(adjoint(a))) if upper else lower_factor(a)


def equal_pairs(w: Any) -> Any:
    """Tell which eigenvalues agree up to the rounding of the decomposition."""
    w = strip(w)
    size = np.max(np.abs(w), axis=-1, keepdims=True, initial=0)[..., None]
    gaps = np.abs(w[..., None, :] - w[..., :, None])
    return gaps <= w.shape[-1] * np.finfo(w.dtype).eps * size


def inverse_gaps(w: Any, equal: Any) -> Any:
    """Return 1 / (w_j − w_i), and 0 for equal pairs.

    That is right where only the space matters that their eigenvectors span.
    """
    gaps = w[..., None, :] - w[..., :, None]
    return np.where(equal, 0.0, 1 / np.where(equal, 1.0, gaps))


def _split(change: Any, equal: Any) -> Any:
    """Return the rotation that makes a change diagonal among equal eigenvalues.

    A perturbation splits them, and their derivative along it is that of the parts.
    """
    block = np.where(equal, strip(change), 0.0)
    size = 1 + np.linalg.norm(block, axis=(-2, -1))[..., None]
    first = np.argmax(equal, axis=-1)
    shifts = (2 * size * first)[..., None] * np.eye(block.shape[-1])
    return np.linalg.eigh(block + shifts)[1].astype(block.dtype)


def _suited(v: Any, change: Any, equal: Any) -> tuple[Any, Any]:
    """Return eigenvectors that suit a perturbation, and the perturbation in them."""
    if np.count_nonzero(equal) * equal.shape[-1] == equal.size:
        return v, change
    rotation = _split(change, equal)
    return v @ rotation, adjoint(rotation) @ change @ rotation


def _eigh(a: Any, lower: bool) -> tuple[Any, Any, Any]:
    """Return eigenvalues, eigenvectors, and zeros by which `composed` answers."""
    w, v = np.linalg.eigh(a, "L" if lower else "U")
    return w, v, np.zeros_like(v)


def _pushforward_eigh(
    y: Any, args: Sequence[Any], tangents: Sequence[Any], lower: bool
) -> tuple[Any, Any, Any]:
    w, v, answer = y
    equal = equal_pairs(w)
    change = adjoint(v) @ from_triangle(tangents[0], lower) @ v
    dw = diagonal(_suited(v, change, equal)[1])
    return dw, v @ (inverse_gaps(w, equal) * change), np.zeros_like(answer)


def _pullback_eigh(g: Sequence[Any], y: Any, a: Any, lower: bool) -> Any:
    to_w, to_v, basis = g
    w, v, answer = y
    s = np.zeros_like(answer)
    if to_w is not None and isinstance(a, Tracked):
        s = composed(to_w, a, answer, lower=lower)
    elif to_w is not None:
        s = _composed(to_w, v if basis is None else basis)
    if to_v is not None:
        inner = inverse_gaps(w, equal_pairs(w)) * (adjoint(v) @ conj(to_v))
        s = s + v @ inner @ adjoint(v)
    return to_triangle(s, lower)


decomposition = general(_eigh, _pushforward_eigh, _pullback_eigh)


def _composed(g: Any, v: Any) -> Any:
    return (v * g[..., None, :]) @ adjoint(v)


def _compose(g: Any, a: Any, answer: Any, lower: bool) -> Any:
    return _composed(g, _eigh(a, lower)[1])


def _quotients(g: Any, w: Any, equal: Any) -> Any:
    return inverse_gaps(w, equal) * (g[..., None, :] - g[..., :, None])


def _pushforward_composed(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    (g, a, _), (dg, da, _) = args, tangents
    w, v, _ = decomposition(a, **params)
    if da is None:
        return _composed(dg, v)
    equal = equal_pairs(w)
    change = adjoint(v) @ from_triangle(da, **params) @ v
    v, change = _suited(v, change, equal)
    term = v @ (_quotients(g, w, equal) * change) @ adjoint(v)
    return term if dg is None else term + _composed(dg, v)


def _pullback_composed(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    g, a, _ = args

    def pull(to_y: Any) -> list[Any]:
        w, v, _ = decomposition(a, **params)
        equal = equal_pairs(w)
        v, inner = _suited(v, adjoint(v) @ conj(to_y) @ v, equal)
        matrix = v @ (_quotients(g, w, equal) * inner) @ adjoint(v)
        answer = v if 0 in wrt else None
        cotangents = diagonal(inner), to_triangle(matrix, **params), answer
        return [cotangents[i] for i in wrt]

    return pull


#: The derivative of a function of the eigenvalues: V diag(g) Vᴴ, V those of a. Its
#: pull rotates the vectors of equal eigenvalues to suit its cotangent. What it says of
#: g then refers to these, so it sends them back to the decomposition as an answer.
composed = add(Primitive(_compose, _pushforward_composed, _pullback_composed))

EighResult: Any = type(np.linalg.eigh(np.eye(1)))


@implements(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Any:
    """Return eigenvalues and eigenvectors.

    The derivative of the eigenvectors of equal eigenvalues is 0 among themselves.
    """
    if UPLO.upper() not in ("L", "U"):
        raise ValueError("UPLO argument must be 'L' or 'U'")
    return EighResult(*decomposition(adopt(a), lower=UPLO.upper() == "L")[:2])


@implements(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """Return the eigenvalues."""
    return eigh(a, UPLO)[0]
