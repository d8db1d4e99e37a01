"""Inverses, pseudo-inverses and determinants."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from diffops.rules import determinants, linalg as equations, singular
from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import borrowing, from_triangle, lapack, plainly
from diffops.scipy.linalg.systems import as_read


def _inv(a: Any, **options: Any) -> Any:
    return linalg.inv(a, **options)


def _det(a: Any) -> Any:
    return linalg.det(a)


def _pinv(a: Any, **options: Any) -> Any:
    return linalg.pinv(a, **options)


def _pinvh(a: Any, **options: Any) -> Any:
    return linalg.pinvh(a, **options)


def _rank(a: Any, hermitian: bool, **options: Any) -> Any:
    function = linalg.pinvh if hermitian else linalg.pinv
    return function(a, return_rank=True, **options)[1]


inverse = borrowing(_inv, equations.inv)
determinant = borrowing(_det, determinants.det)
pseudo_inverse = borrowing(_pinv, singular.pseudo_inverse)
hermitian_pseudo_inverse = borrowing(_pinvh, singular.pseudo_inverse)
rank = plainly(_rank)


@mirrors(linalg.inv)
def inv(
    a: Any,
    overwrite_a: bool = False,
    check_finite: bool = True,
    *,
    assume_a: str | None = None,
    lower: bool = False,
) -> Any:
    """Return A⁻¹, whose change is −A⁻¹ dA A⁻¹, of what is read of A."""
    a = as_read(np.atleast_2d(lapack(a)), assume_a, lower)
    if assume_a is None:
        return inverse(a, check_finite=check_finite)
    return inverse(a, check_finite=check_finite, assume_a=assume_a, lower=lower)


@mirrors(linalg.det)
def det(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """Return det A, whose change is tr(adj(A) dA), also where A is singular."""
    return determinant(lapack(a))


def _tolerances(atol: Any, rtol: Any) -> dict[str, Any]:
    given = {"atol": atol, "rtol": rtol}
    return {name: value for name, value in given.items() if value is not None}


@mirrors(linalg.pinv)
def pinv(
    a: Any,
    *,
    atol: Any = None,
    rtol: Any = None,
    return_rank: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return A⁺, with the derivative that it has at constant rank.

    G. H. Golub, V. Pereyra: The differentiation of pseudo-inverses and nonlinear least
    squares problems whose variables separate, SIAM J. Numer. Anal. 10 (1973).
    """
    a = lapack(a)
    options = _tolerances(atol, rtol)
    b = pseudo_inverse(a, check_finite=check_finite, **options)
    return (b, rank(a, hermitian=False, **options)) if return_rank else b


@mirrors(linalg.pinvh)
def pinvh(
    a: Any,
    atol: Any = None,
    rtol: Any = None,
    lower: bool = True,
    return_rank: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return A⁺ of the Hermitian matrix in one triangle of A."""
    a = from_triangle(lapack(a), lower)
    options = _tolerances(atol, rtol)
    b = hermitian_pseudo_inverse(a, check_finite=check_finite, **options)
    return (b, rank(a, hermitian=True, **options)) if return_rank else b
