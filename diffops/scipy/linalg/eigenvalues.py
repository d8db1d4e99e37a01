"""Eigenvalues and eigenvectors, also of two matrices: A v = λ B v."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy import linalg, optimize

from diffops.scipy._mirror import mirrors, refuse_option
from diffops.scipy.linalg._lapack import (
    adjoint,
    conj,
    is_complex,
    lapack,
    plainly,
)
from diffops.scipy.linalg.systems import solved
from diffops.tags import strip


def _values(*matrices: Any) -> Any:
    return linalg.eigvals(*matrices)


def _all(*matrices: Any, left: bool, right: bool) -> Any:
    return tuple(linalg.eig(*matrices, left=left, right=right))


def _matching(found: Any, wanted: Any) -> Any:
    """Return where each of the wanted numbers is found, each in a place of its own."""
    places = np.empty(wanted.shape, int)
    for index in np.ndindex(wanted.shape[:-1]):
        distance = np.abs(wanted[index][:, None] - found[index])
        places[index] = optimize.linear_sum_assignment(distance)[1]
    return places


plain_values = plainly(_values)
plain_all = plainly(_all)
matching = plainly(_matching)


def aligned(v: Any, plain: Any) -> Any:
    """Return vectors with the phases of the plain ones, which are constants."""
    return v * phases(v, plain)


def phases(v: Any, plain: Any) -> Any:
    """Return the phases, in a row, that plain vectors have more than these."""
    along = np.sum(conj(strip(v)) * plain, axis=-2, keepdims=True)
    size = np.abs(along)
    return np.where(size == 0, 1.0, along / np.where(size == 0, 1.0, size))


@mirrors(linalg.eig)
def eig(
    a: Any,
    b: Any = None,
    left: bool = False,
    right: bool = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    homogeneous_eigvals: bool = False,
) -> Any:
    """Return eigenvalues and eigenvectors of matrices that have a basis of these.

    Vectors have length 1, and each keeps the phase of its largest entry. B must be
    invertible.
    """
    if homogeneous_eigvals:
        refuse_option(
            "scipy.linalg.eig", "homogeneous_eigvals=True", "use the quotients"
        )
    if not (left or right):
        return eigvals(a, b)
    matrices = [lapack(a)] if b is None else [lapack(a), lapack(b)]
    plain, *vectors = plain_all(*matrices, left=left, right=right)
    w, v = np.linalg.eig(matrices[0] if b is None else solved(*matrices[::-1]))
    places = matching(w, plain)
    w = np.take_along_axis(w, places, axis=-1)
    v = np.take_along_axis(v, places[..., None, :], axis=-1)
    results = [w if is_complex(w) else w + 0j]
    if left:
        dual = adjoint(np.linalg.inv(v))
        if b is not None:
            dual = solved(adjoint(matrices[1]), dual)
        results.append(aligned(_normal(dual), vectors[0]))
    if right:
        results.append(aligned(v, vectors[-1]))
    real = not is_complex(vectors[-1])
    return results[0], *(np.real(v) if real else v for v in results[1:])


def _normal(v: Any) -> Any:
    """Return vectors of length 1 whose largest entries are real."""
    v = v / np.linalg.norm(v, axis=-2, keepdims=True)
    if not is_complex(v):
        return v
    places = np.argmax(np.abs(strip(v)), axis=-2)[..., None, :]
    largest = np.take_along_axis(v, places, axis=-2)
    return v * (conj(largest) / np.abs(largest))


@mirrors(linalg.eigvals)
def eigvals(a: Any, b: Any = None, *args: Any, **options: Any) -> Any:
    """Return the eigenvalues, in the order in which SciPy has them without vectors."""
    given = _SIGNATURE.bind(a, b, *args, **options).arguments
    homogeneous = given.get("homogeneous_eigvals", False)
    w = eig(a, b, homogeneous_eigvals=homogeneous)[0]
    matrices = [lapack(a)] if b is None else [lapack(a), lapack(b)]
    places = matching(w, plain_values(*matrices))
    return np.take_along_axis(w, places, axis=-1)


_SIGNATURE = inspect.signature(linalg.eigvals)
eigvals.__signature__ = _SIGNATURE  # type: ignore[attr-defined]
