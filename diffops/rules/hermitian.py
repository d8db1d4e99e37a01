"""Hermitian matrices: Cholesky factors, eigenvalues and eigenvectors.

NumPy reads one triangle of the matrix, so its derivative lives on that triangle.
Cotangents are conjugated on entry and on return: in between, inner products are
Re tr(gᴴ dx), for which the adjoint of a product is that of linear algebra.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.creating import eye, tri
from diffops.primitive import adopt, implements
from diffops.repeated import finite, inverse, told_apart
from diffops.rules._batches import broadcasting, stacking
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import elementwise, general, linear
from diffops.rules.matmul import conj, swap
from diffops.tags import orders_of, strip


def adjoint(a: Any) -> Any:
    """Return the conjugate transposes of a stack of matrices."""
    return conj(swap(a))


def half(a: Any, lower: bool = True) -> Any:
    """Return one triangle of a matrix, with half of its diagonal."""
    n = shape_of(a)[-1]
    mask = tri(n, a) - eye(n, a) / 2
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


lower_factor = general(
    np.linalg.cholesky, _pushforward_cholesky, _pullback_cholesky, batch=stacking
)


@implements(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """Return the triangular factor, of the lower or of the upper triangle."""
    a = adopt(a)
    return adjoint(lower_factor(adjoint(a))) if upper else lower_factor(a)


def largest(w: Any) -> Any:
    """Return the largest of each row of numbers that are not negative, 0 of none."""
    greatest = np.max if shape_of(w)[-1] else np.sum  # CuPy's max knows no initial=
    return greatest(w, axis=-1, keepdims=True)


def equal_pairs(w: Any) -> Any:
    """Tell which eigenvalues are equal, up to rounding.

    What divides a difference of functions by a gap loses the digits that the gap lost;
    what takes the two for equal is wrong by the gap: of these errors, the smaller one.
    """
    w = strip(w)
    size = largest(np.abs(w))[..., None]
    gaps = np.abs(w[..., None, :] - w[..., :, None])
    return gaps <= np.finfo(w.dtype).eps ** (2 / 3) * size


def gaps(w: Any, equal: Any) -> Any:
    """Return 1 / (w_j − w_i), and 0 on the diagonal; those of equal pairs are poles."""
    gap = w[..., None, :] - w[..., :, None]
    rounding = np.where(equal, strip(gap), 0.0)
    itself = eye(shape_of(w)[-1], w, bool)
    return np.where(itself, 0.0, inverse_(np.where(itself, 1.0, gap - rounding)))


inverse_ = elementwise(inverse, lambda y, gap: -y * y, on=((0.3, 2.0),))

finite_ = linear(finite, lambda g, shape: g, batch=broadcasting)


def _eigh(a: Any, lower: bool, order: int, alone: bool) -> tuple[Any, Any]:
    """Decompose; ``alone`` says that of the results the eigenvalues alone are used."""
    w, v = np.linalg.eigh(a, "L" if lower else "U")
    return told_apart(w, equal_pairs(w), order), v


def _pushforward_eigh(
    y: Any, args: Sequence[Any], tangents: Sequence[Any], lower: bool, **options: Any
) -> tuple[Any, Any]:
    w, v = y
    equal = equal_pairs(w)
    change = adjoint(v) @ from_triangle(tangents[0], lower) @ v
    follow = options["alone"] and options["order"] == 1
    dw = _splitting(change, equal) if follow else diagonal(change)
    return dw, v @ (gaps(w, equal) * change)


def _splitting(change: Any, equal: Any) -> Any:
    """Return the change of eigenvalues, by which a perturbation splits equal ones."""
    if np.count_nonzero(equal) * shape_of(equal)[-1] == equal.size:
        return diagonal(change)
    block = np.where(equal, strip(change), 0.0)
    size = 1 + np.linalg.norm(block, axis=(-2, -1))[..., None]
    first = np.argmax(equal, axis=-1)
    shifts = (2 * size * first)[..., None] * eye(shape_of(block)[-1], block)
    rotation = np.linalg.eigh(block + shifts)[1].astype(block.dtype)
    return diagonal(adjoint(rotation) @ change @ rotation)


def _pullback_eigh(
    g: Sequence[Any], y: Any, a: Any, lower: bool, **options: Any
) -> Any:
    to_w, to_v = g
    w, v = y
    inner = 0.0
    if to_w is not None:
        inner = to_w[..., None] * eye(shape_of(w)[-1], w, w.dtype)
    if to_v is not None:
        inner = inner + gaps(w, equal_pairs(w)) * (adjoint(v) @ conj(to_v))
    s = v @ (inner + adjoint(inner)) @ adjoint(v)
    return to_triangle(finite_(s) / 2, lower)


decomposition = general(_eigh, _pushforward_eigh, _pullback_eigh, batch=stacking)

EighResult: Any = type(np.linalg.eigh(np.eye(1)))


def _decomposed(a: Any, UPLO: str, alone: bool) -> Any:
    if UPLO.upper() not in ("L", "U"):
        raise ValueError("UPLO argument must be 'L' or 'U'")
    a = adopt(a)
    lower = UPLO.upper() == "L"
    return decomposition(a, lower=lower, order=orders_of(a), alone=alone)


@implements(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Any:
    """Return eigenvalues and eigenvectors.

    Where eigenvalues are equal, functions of the whole have derivatives all the same.
    """
    return EighResult(*_decomposed(a, UPLO, alone=False))


@implements(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """Return the eigenvalues.

    Forward mode follows equal ones along the perturbation that splits them; reverse
    mode knows of none, and has a derivative for what treats them alike.
    """
    return _decomposed(a, UPLO, alone=True)[0]
