"""Products and equations with Toeplitz and circulant matrices.

A Toeplitz matrix is a vector of its diagonals, ``diagonals[n − 1 + i − j]`` being the
entry (i, j). The product with it is a part of a convolution, and so are its
derivatives, by fast Fourier transforms. Vectors are rows here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import linalg

from diffops.primitive import adopt
from diffops.rules._fitting import is_complex
from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import conj, rule, shape_of
from diffops.tags import strip


def _precise(x: Any) -> Any:
    """Return an array in the precision in which SciPy computes here."""
    x = adopt(x)
    return x.astype(np.complex128 if is_complex(x) else np.float64)


def convolved(a: Any, b: Any) -> Any:
    """Return the full convolution of vectors, along the last axis."""
    n = shape_of(a)[-1] + shape_of(b)[-1] - 1
    if is_complex(a) or is_complex(b):
        return np.fft.ifft(np.fft.fft(a, n) * np.fft.fft(b, n), n)
    return np.fft.irfft(np.fft.rfft(a, n) * np.fft.rfft(b, n), n)


def product(diagonals: Any, x: Any) -> Any:
    """Return T x of a matrix with as many columns as x has entries."""
    n, count = shape_of(x)[-1], shape_of(diagonals)[-1]
    return convolved(diagonals, x)[..., n - 1 : count]


def _levinson(diagonals: Any, b: Any) -> Any:
    n = b.shape[-1]
    columns = np.swapaxes(b, -1, -2)
    c, r = diagonals[..., n - 1 :], diagonals[..., n - 1 :: -1]
    x = linalg.solve_toeplitz((c, r), columns, check_finite=False)
    return np.swapaxes(x, -1, -2)


def _pushforward(y: Any, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
    diagonals, _ = args
    da, db = tangents
    change = 0.0 if db is None else db
    if da is not None:
        change = change - product(da[..., None, :], y)
    return solution(diagonals, change)


def _back(g: Any, y: Any, diagonals: Any, b: Any) -> Any:
    return solution(np.flip(diagonals, -1), g)


def _back_to_diagonals(g: Any, y: Any, diagonals: Any, b: Any) -> Any:
    z = _back(g, y, diagonals, b)
    return -np.sum(convolved(z, np.flip(y, -1)), axis=-2)


#: The solution of T xᵀ = bᵀ: rows of x and b are one system each.
solution = rule(_levinson, _pushforward, _back_to_diagonals, _back)


def _diagonals(c_or_cr: Any) -> Any:
    if isinstance(c_or_cr, tuple):
        c, r = map(_precise, c_or_cr)
    else:
        c = _precise(c_or_cr)
        r = conj(c)
    return np.concatenate([np.flip(r[..., 1:], -1), c], axis=-1), shape_of(c)[-1]


def _with_rows(function: Any, diagonals: Any, b: Any) -> Any:
    """Apply a function of rows to one vector, or to the columns of matrices."""
    b = _precise(b)
    if len(shape_of(b)) == 1:
        return function(diagonals, b[None, :])[..., 0, :]
    return np.swapaxes(function(diagonals, np.swapaxes(b, -1, -2)), -1, -2)


@mirrors(linalg.solve_toeplitz)
def solve_toeplitz(c_or_cr: Any, b: Any, check_finite: bool = True) -> Any:
    """Return the solution of T x = b, T of first column c and first row r: O(n²)."""
    diagonals, n = _diagonals(c_or_cr)
    if shape_of(diagonals)[-1] != 2 * n - 1:
        raise ValueError("Incompatible dimensions.")
    return _with_rows(solution, diagonals, b)


@mirrors(linalg.matmul_toeplitz)
def matmul_toeplitz(
    c_or_cr: Any, x: Any, check_finite: bool = False, workers: Any = None
) -> Any:
    """Return T x, T of first column c and first row r: O(n log n)."""
    diagonals, n = _diagonals(c_or_cr)
    rows = shape_of(x)[0] if len(shape_of(x)) == 1 else shape_of(x)[-2]
    if shape_of(diagonals)[-1] != n + rows - 1:
        raise ValueError("Incompatible dimensions.")
    return _with_rows(lambda d, x: product(d[..., None, :], x), diagonals, x)


@mirrors(linalg.solve_circulant)
def solve_circulant(
    c: Any,
    b: Any,
    singular: str = "raise",
    tol: Any = None,
    caxis: int = -1,
    baxis: int = 0,
    outaxis: int = 0,
) -> Any:
    """Return the solution of C x = b, C of first column c: quotients of transforms."""
    c, b = np.atleast_1d(adopt(c)), np.atleast_1d(adopt(b))
    real = not (is_complex(c) or is_complex(b))
    n = shape_of(c)[caxis]
    if n != shape_of(b)[baxis]:
        raise ValueError(
            f"Shapes of c {shape_of(c)} and b {shape_of(b)} are incompatible"
        )
    c = np.fft.fft(np.moveaxis(c, caxis, -1))
    size = np.abs(strip(c))
    if tol is None:
        tol = np.max(size, axis=-1, keepdims=True) * n * np.finfo(np.float64).eps
    zero = size <= tol
    if singular == "raise" and np.any(zero):
        raise np.linalg.LinAlgError("near singular circulant matrix.")
    b = np.fft.fft(np.moveaxis(b, baxis, -1))
    x = np.fft.ifft(np.where(zero, 0.0, b / np.where(zero, 1.0, c)))
    return np.moveaxis(np.real(x) if real else x, -1, outaxis)
