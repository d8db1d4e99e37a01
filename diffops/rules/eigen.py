"""Eigenvalues and eigenvectors of matrices that need not be Hermitian.

Inner products are those of `hermitian`: cotangents are conjugated on entry and return.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.creating import eye
from diffops.primitive import adopt, implements
from diffops.repeated import told_apart
from diffops.rules._batches import stacking
from diffops.rules._constant import Constant
from diffops.rules._fitting import is_complex, shape_of
from diffops.rules._kinds import general
from diffops.rules.hermitian import adjoint, equal_pairs, finite_, gaps
from diffops.rules.matmul import conj
from diffops.tags import orders_of, strip


def _eig(a: Any, order: int) -> tuple[Any, ...]:
    w, v = np.linalg.eig(a)
    return told_apart(w, equal_pairs(w), order), v


def _largest(v: Any) -> Any:
    """Return 1 at the largest entry of each eigenvector, which NumPy makes real."""
    size = np.abs(strip(v))
    rows = np.arange(size.shape[-1])[:, None]
    return (rows == np.argmax(size, axis=-2)[..., None, :]).astype(size.dtype)


def _pushforward(
    y: Any, args: Sequence[Any], tangents: Sequence[Any], order: int
) -> tuple[Any, Any]:
    w, v = y
    change = np.linalg.solve(v, tangents[0] @ v)
    dv = v @ (gaps(w, equal_pairs(w)) * change)
    factor = np.sum(np.real(conj(v) * dv), axis=-2, keepdims=True)
    if is_complex(v):
        turned = np.sum(_largest(v) * np.imag(dv), axis=-2, keepdims=True)
        length = np.sum(_largest(v) * np.real(v), axis=-2, keepdims=True)
        factor = factor + 1j * turned / length
    return np.diagonal(change, axis1=-2, axis2=-1), dv - v * factor


def _pullback(g: Sequence[Any], y: Any, a: Any, order: int) -> Any:
    to_w, to_v = g
    w, v = y
    inner = np.zeros_like(v)
    if to_w is not None:
        inner = conj(to_w)[..., None] * eye(shape_of(w)[-1], w, v.dtype)
    if to_v is not None:
        to_v = conj(to_v)
        along = np.sum(conj(to_v) * v, axis=-2, keepdims=True)
        free = to_v - v * np.real(along)
        if is_complex(v):
            length = np.sum(_largest(v) * np.real(v), axis=-2, keepdims=True)
            free = free + 1j * _largest(v) * np.imag(along) / length
        inner = inner + conj(gaps(w, equal_pairs(w))) * (adjoint(v) @ free)
    return conj(finite_(np.linalg.solve(adjoint(v), inner @ adjoint(v))))


decomposition = general(_eig, _pushforward, _pullback, batch=stacking)

EigResult: Any = type(np.linalg.eig(np.eye(1)))


@implements(np.linalg.eig)
def eig(a: Any) -> Any:
    """Return eigenvalues and eigenvectors of a matrix that has a basis of them."""
    a = adopt(a)
    return EigResult(*decomposition(a, order=orders_of(a)))


_values_alone = Constant(np.linalg.eigvals, stacking)


@implements(np.linalg.eigvals)
def eigvals(a: Any) -> Any:
    """Return the eigenvalues, in the order in which NumPy has them without vectors."""
    a = adopt(a)
    w = eig(a)[0]
    wanted = _values_alone(a)
    return np.take_along_axis(w, _matching(strip(w), wanted), axis=-1)


def _matching(found: Any, wanted: Any) -> Any:
    """Return where the wanted numbers are found, each in a place of its own."""
    distance = np.abs(wanted[..., :, None] - found[..., None, :])
    places = []
    for i in range(shape_of(wanted)[-1]):
        place = np.argmin(distance[..., i, :], axis=-1)[..., None]
        taken = np.arange(shape_of(found)[-1]) == place
        distance = np.where(taken[..., None, :], np.inf, distance)
        places.append(place)
    return np.concatenate(places, axis=-1) if places else np.zeros(found.shape, int)
