"""Eigenvalues and eigenvectors of Hermitian matrices, also of pairs and banded ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import (
    adjoint,
    from_triangle,
    lapack,
    plainly,
    shape_of,
)
from diffops.scipy.linalg.bands import from_band
from diffops.scipy.linalg.eigenvalues import aligned
from diffops.scipy.linalg.systems import triangular
from diffops.tags import strip


def _plain_vectors(*matrices: Any, **options: Any) -> Any:
    return linalg.eigh(*matrices, **options)[1]


def _plain_tridiagonal(d: Any, e: Any, **options: Any) -> Any:
    return linalg.eigh_tridiagonal(d, e, **options)[1]


def _plain_banded(ab: Any, **options: Any) -> Any:
    return linalg.eig_banded(ab, **options)[1]


plain_vectors = plainly(_plain_vectors)
plain_tridiagonal = plainly(_plain_tridiagonal)
plain_banded = plainly(_plain_banded)


def _of_pair(a: Any, b: Any, type: int) -> tuple[Any, Any]:
    """Reduce a pair to one matrix by Cholesky's factor of B = L Lᴴ."""
    factor = np.linalg.cholesky(b)
    if type == 1:
        left = triangular(factor, a, lower=True)
        reduced = adjoint(triangular(factor, adjoint(left), lower=True))
    else:
        reduced = adjoint(factor) @ a @ factor
    w, y = np.linalg.eigh(reduced)
    return w, factor @ y if type == 3 else triangular(factor, y, "C", True)


def _chosen(w: Any, select: str, limits: Any) -> slice:
    """Return which of the sorted eigenvalues SciPy was asked for."""
    if select in ("i", "index"):
        return slice(int(limits[0]), int(limits[1]) + 1)
    if select in ("v", "value"):
        first, last = (int(np.sum(strip(w) <= limit)) for limit in limits)
        return slice(first, last)
    return slice(None)


@mirrors(linalg.eigh)
def eigh(
    a: Any,
    b: Any = None,
    *,
    lower: bool = True,
    eigvals_only: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: int = 1,
    check_finite: bool = True,
    subset_by_index: Any = None,
    subset_by_value: Any = None,
    driver: str | None = None,
) -> Any:
    """Return eigenvalues and eigenvectors of what one triangle of A (and B) says.

    dλᵢ = vᵢᴴ (dA − λᵢ dB) vᵢ. Smooth functions of equal eigenvalues are smooth, as
    those of `np.linalg.eigh` are.
    """
    options: dict[str, Any] = {"lower": lower, "driver": driver}
    part = slice(None)
    select, limits = "a", None
    if subset_by_index is not None:
        options["subset_by_index"] = limits = subset_by_index
        select = "i"
    if subset_by_value is not None:
        options["subset_by_value"] = limits = subset_by_value
        select = "v"
    a = lapack(a)
    if b is None:
        side: Any = "L" if lower else "U"
        if eigvals_only:
            w = v = np.linalg.eigvalsh(a, side)
        else:
            w, v = np.linalg.eigh(a, side)
        matrices = [a]
    else:
        b = lapack(b)
        w, v = _of_pair(from_triangle(a, lower), from_triangle(b, lower), type)
        matrices = [a, b]
        options["type"] = type
    part = _chosen(w, select, limits)
    if eigvals_only:
        return w[..., part]
    plain = plain_vectors(*matrices, **options)
    return w[..., part], aligned(v[..., part], plain)


@mirrors(linalg.eigvalsh)
def eigvalsh(
    a: Any,
    b: Any = None,
    *,
    lower: bool = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: int = 1,
    check_finite: bool = True,
    subset_by_index: Any = None,
    subset_by_value: Any = None,
    driver: str | None = None,
) -> Any:
    """Return the eigenvalues of what one triangle of A (and B) says."""
    return eigh(
        a,
        b,
        lower=lower,
        eigvals_only=True,
        type=type,
        subset_by_index=subset_by_index,
        subset_by_value=subset_by_value,
        driver=driver,
    )


@mirrors(linalg.eigh_tridiagonal)
def eigh_tridiagonal(
    d: Any,
    e: Any,
    eigvals_only: bool = False,
    select: str = "a",
    select_range: Any = None,
    check_finite: bool = True,
    tol: float = 0.0,
    lapack_driver: str = "auto",
) -> Any:
    """Return eigenvalues and eigenvectors of a real symmetric tridiagonal matrix."""
    d, e = lapack(d), lapack(e)
    n = shape_of(d)[-1]
    below = d[..., None, :] * np.eye(n, dtype=d.dtype)
    below = below + _below_diagonal(e, n)
    if eigvals_only:
        w = np.linalg.eigvalsh(below)
        return w[..., _chosen(w, select, select_range)]
    w, v = np.linalg.eigh(below)
    part = _chosen(w, select, select_range)
    options = {"select_range": select_range, "lapack_driver": lapack_driver}
    plain = plain_tridiagonal(d, e, select=select, tol=tol, **options)
    return w[..., part], aligned(v[..., part], plain)


def _below_diagonal(e: Any, n: int) -> Any:
    """Return the matrix of n rows with a vector below its diagonal."""
    row = np.concatenate([e, np.zeros((*shape_of(e)[:-1], 1), e.dtype)], axis=-1)
    return row[..., None, :] * np.eye(n, k=-1, dtype=e.dtype)


@mirrors(linalg.eigvalsh_tridiagonal)
def eigvalsh_tridiagonal(
    d: Any,
    e: Any,
    select: str = "a",
    select_range: Any = None,
    check_finite: bool = True,
    tol: float = 0.0,
    lapack_driver: str = "auto",
) -> Any:
    """Return the eigenvalues of a real symmetric tridiagonal matrix."""
    return eigh_tridiagonal(d, e, True, select, select_range)


@mirrors(linalg.eig_banded)
def eig_banded(
    a_band: Any,
    lower: bool = False,
    eigvals_only: bool = False,
    overwrite_a_band: bool = False,
    select: str = "a",
    select_range: Any = None,
    max_ev: int = 0,
    check_finite: bool = True,
) -> Any:
    """Return eigenvalues and eigenvectors of a Hermitian matrix stored by diagonals."""
    a_band = lapack(a_band)
    dense = from_band(a_band, lower)
    if eigvals_only:
        w = np.linalg.eigvalsh(dense)
        return w[..., _chosen(w, select, select_range)]
    w, v = np.linalg.eigh(dense)
    part = _chosen(w, select, select_range)
    options = {"select": select, "select_range": select_range, "max_ev": max_ev}
    plain = plain_banded(a_band, lower=lower, **options)
    return w[..., part], aligned(v[..., part], plain)


@mirrors(linalg.eigvals_banded)
def eigvals_banded(
    a_band: Any,
    lower: bool = False,
    overwrite_a_band: bool = False,
    select: str = "a",
    select_range: Any = None,
    check_finite: bool = True,
) -> Any:
    """Return the eigenvalues of a Hermitian matrix stored by diagonals."""
    return eig_banded(a_band, lower, True, False, select, select_range)
