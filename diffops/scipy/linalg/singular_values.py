"""The singular value decomposition, and bases of images."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import adjoint, lapack, plainly, shape_of
from diffops.scipy.linalg.eigenvalues import phases


def _left_vectors(a: Any, full_matrices: bool, driver: str) -> Any:
    return linalg.svd(a, full_matrices=full_matrices, lapack_driver=driver)[0]


def _rank(a: Any, rcond: Any) -> Any:
    return linalg.orth(a, rcond).shape[-1]


left_vectors = plainly(_left_vectors)
rank = plainly(_rank)


@mirrors(linalg.svd)
def svd(
    a: Any,
    full_matrices: bool = True,
    compute_uv: bool = True,
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str = "gesdd",
) -> Any:
    """Return U, s and Vᴴ, where dsᵢ = uᵢᴴ dA vᵢ.

    The derivative of the vectors of equal values is 0 among themselves, and columns
    beyond the singular values, which are determined up to a rotation, have none.
    """
    a = lapack(a)
    if not compute_uv:
        return np.linalg.svdvals(a)
    u, s, vh = np.linalg.svd(a, full_matrices=bool(full_matrices))
    plain = left_vectors(a, full_matrices=bool(full_matrices), driver=lapack_driver)
    turns = phases(u, plain)
    k = shape_of(s)[-1]
    first = adjoint(turns[..., :k]) * vh[..., :k, :]
    if shape_of(vh)[-2] > k:
        first = np.concatenate([first, vh[..., k:, :]], axis=-2)
    return u * turns, s, first


@mirrors(linalg.svdvals)
def svdvals(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """Return the singular values; smooth functions of equal ones are smooth."""
    return np.linalg.svdvals(lapack(a))


@mirrors(linalg.orth)
def orth(A: Any, rcond: Any = None) -> Any:
    """Return the singular vectors that span the image of A, as `svd` has them."""
    A = lapack(A)
    u = svd(A, full_matrices=False)[0]
    return u[..., : rank(A, rcond=rcond)]
