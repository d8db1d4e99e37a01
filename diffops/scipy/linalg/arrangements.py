"""Matrices made of the entries of arrays: SciPy arranges numbers, we entries."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import linalg

from diffops.primitive import adopt
from diffops.scipy._mirror import mirrors
from diffops.scipy.linalg._lapack import conj, shape_of


def arranged(function: Callable[..., Any], *arrays: Any) -> Any:
    """Return what a function does that moves the entries of arrays, and fills with 0.

    It is run on the places of the entries, counted from 1.
    """
    shapes = [shape_of(array) for array in arrays]
    places, first = [], 1
    for shape in shapes:
        count = math.prod(shape)
        places.append(np.arange(first, first + count).reshape(shape))
        first += count
    entries = [np.ravel(array) for array in arrays]
    zero = np.zeros(1, np.result_type(*(part.dtype for part in entries)))
    return np.concatenate([zero, *entries])[function(*places)]


def _vector(x: Any) -> Any:
    return np.atleast_1d(adopt(x))


@mirrors(linalg.toeplitz)
def toeplitz(c: Any, r: Any = None) -> Any:
    """Return the matrix whose diagonals are constant: first column c, first row r."""
    c = _vector(c)
    return arranged(linalg.toeplitz, c, conj(c) if r is None else _vector(r))


@mirrors(linalg.circulant)
def circulant(c: Any) -> Any:
    """Return the matrix whose columns are c, turned on by one place each."""
    return arranged(linalg.circulant, _vector(c))


@mirrors(linalg.hankel)
def hankel(c: Any, r: Any = None) -> Any:
    """Return the matrix of constant antidiagonals: first column c, last row r."""
    c = _vector(c)
    return arranged(linalg.hankel, c, np.zeros_like(c) if r is None else _vector(r))


@mirrors(linalg.leslie)
def leslie(f: Any, s: Any) -> Any:
    """Return the matrix of birth rates f and survival rates s."""
    return arranged(linalg.leslie, _vector(f), _vector(s))


@mirrors(linalg.block_diag)
def block_diag(*arrs: Any) -> Any:
    """Return the matrix with these on its diagonal."""
    return arranged(linalg.block_diag, *map(adopt, arrs))


@mirrors(linalg.convolution_matrix)
def convolution_matrix(a: Any, n: int, mode: str = "full") -> Any:
    """Return the matrix that convolves a vector of length n with a."""
    return arranged(lambda a: linalg.convolution_matrix(a, n, mode), adopt(a))


@mirrors(linalg.diagsvd)
def diagsvd(s: Any, M: int, N: int) -> Any:
    """Return singular values on the diagonal of an M x N matrix."""
    return arranged(lambda s: linalg.diagsvd(s, M, N), adopt(s))


@mirrors(linalg.companion)
def companion(a: Any) -> Any:
    """Return a matrix whose eigenvalues are the roots of the polynomial a."""
    return _of_polynomial(linalg.companion, _vector(a))


@mirrors(linalg.fiedler_companion)
def fiedler_companion(a: Any) -> Any:
    """Return a matrix of five diagonals with the roots of a as its eigenvalues."""
    return _of_polynomial(linalg.fiedler_companion, _vector(a))


def _of_polynomial(function: Callable[..., Any], a: Any) -> Any:
    """Arrange 0, 1 and the quotients −a₁/a₀, −a₂/a₀ and so on."""
    *stack, n = shape_of(a)
    if not np.all(np.not_equal(a[..., 0], 0)):
        raise ValueError("the leading coefficient must not be 0")
    quotients = -a[..., 1:] / a[..., :1]
    one = np.ones((*stack, 1), quotients.dtype)
    entries = np.concatenate([0 * one, one, quotients], axis=-1)
    return entries[..., function(np.append(1, -np.arange(2, n + 1))).astype(int)]


@mirrors(linalg.fiedler)
def fiedler(a: Any) -> Any:
    """Return the matrix of the distances |aᵢ − aⱼ|."""
    a = _vector(a)
    return np.abs(a[..., :, None] - a[..., None, :])


@mirrors(linalg.khatri_rao)
def khatri_rao(a: Any, b: Any) -> Any:
    """Return the Kronecker products of the columns of two matrices."""
    a, b = adopt(a), adopt(b)
    (*stack, rows, n), (*other, below, m) = shape_of(a), shape_of(b)
    if n != m:
        raise ValueError("The number of columns for both arrays should be equal.")
    shape = (*np.broadcast_shapes(tuple(stack), tuple(other)), rows * below, n)
    return np.reshape(a[..., :, None, :] * b[..., None, :, :], shape)
