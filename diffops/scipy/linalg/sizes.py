"""Norms and least squares."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from diffops.primitive import adopt
from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import lapack, plainly, shape_of
from diffops.scipy.linalg.inverses import pseudo_inverse


@mirrors(linalg.norm)
def norm(
    a: Any,
    ord: Any = None,
    axis: Any = None,
    keepdims: bool = False,
    check_finite: bool = True,
) -> Any:
    """Return a norm of a vector or a matrix; where it is 0 its derivative is 0."""
    return np.linalg.norm(adopt(a), ord=ord, axis=axis, keepdims=keepdims)


def _rest(a: Any, b: Any, cond: Any, driver: str | None) -> Any:
    """Return residuals and rank."""
    return linalg.lstsq(a, b, cond, lapack_driver=driver)[1:3]


rest = plainly(_rest)


@mirrors(linalg.lstsq)
def lstsq(
    a: Any,
    b: Any,
    cond: Any = None,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    lapack_driver: str | None = None,
) -> Any:
    """Return the least squares solution A⁺ b, residuals, rank and singular values.

    The derivative is that at constant rank.
    """
    a, b = lapack(a), lapack(b)
    (m, n), shape = shape_of(a), shape_of(b)
    if shape[0] != m:
        raise ValueError(
            "Shape mismatch: a and b should have the same number of rows "
            f"({m} != {shape[0]})."
        )
    if cond is None:
        cond = np.finfo(np.result_type(a.dtype, b.dtype)).eps
    residuals, rank = rest(a, b, cond=cond, driver=lapack_driver)
    x = pseudo_inverse(a, atol=0.0, rtol=cond) @ b
    if lapack_driver == "gelsy":
        return x, residuals, rank, None
    if m > n == rank:
        squares = np.sum(np.abs(b - a @ x) ** 2, axis=0)
        residuals = squares.astype(residuals.dtype)
    return x, residuals, rank, np.linalg.svdvals(a)


@mirrors(linalg.bandwidth)
def bandwidth(a: Any) -> Any:
    """Return how many diagonals are not zero: a constant."""
    return plainly(linalg.bandwidth)(adopt(a))


@mirrors(linalg.issymmetric)
def issymmetric(a: Any, atol: Any = None, rtol: Any = None) -> Any:
    """Tell whether a matrix is symmetric."""
    return plainly(linalg.issymmetric)(adopt(a), atol=atol, rtol=rtol)


@mirrors(linalg.ishermitian)
def ishermitian(a: Any, atol: Any = None, rtol: Any = None) -> Any:
    """Tell whether a matrix is Hermitian."""
    return plainly(linalg.ishermitian)(adopt(a), atol=atol, rtol=rtol)
