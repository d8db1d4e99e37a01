"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.engines.creating import counted, tri, zeros
from diffops.engines.loading import is_lazy
from diffops.index import update
from diffops.primitive import adopt, implements, table
from diffops.rules._batch_shapes import diagonals, onto_diagonals
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import constant, linear
from diffops.rules.indexing import scatter
from diffops.tags import example


def _onto_diagonal(
    g: Any, shape: tuple[int, ...], offset: int, axis1: int, axis2: int
) -> Any:
    """Return zeros of a shape with a diagonal: the transpose of taking it."""
    if is_lazy(g):
        return _masked(g, shape, offset, axis1, axis2)
    rows = counted(g.shape[-1], g) + max(-offset, 0)
    columns = counted(g.shape[-1], g) + max(offset, 0)
    others = [n for axis, n in enumerate(shape) if axis not in (axis1, axis2)]
    whole = zeros((*others, shape[axis1], shape[axis2]), like=example(g))
    whole = table[update](whole, g, key=(..., rows, columns))
    return np.moveaxis(whole, (-2, -1), (axis1, axis2))


def _masked(g: Any, shape: tuple[int, ...], offset: int, axis1: int, axis2: int) -> Any:
    """Do the same without an index: rows of a matrix, zero off the diagonal."""
    before = max(-offset, 0)
    count, columns = shape[axis1], shape[axis2]
    places = (..., slice(before, before + g.shape[-1]))
    rows = table[scatter](g, key=places, shape=(*g.shape[:-1], count))
    on = counted(count, g)[:, None] + offset == counted(columns, g)
    whole = np.where(on, np.expand_dims(rows, -1), 0.0)
    return np.moveaxis(whole, (-2, -1), (axis1, axis2))


diagonal_ = linear(np.diagonal, _onto_diagonal, view=True, batch=diagonals)


@implements(np.diagonal)
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Return a diagonal of the planes that two axes span."""
    a = adopt(a)
    axes = range(np.ndim(a))
    return diagonal_(a, offset=offset, axis1=axes[axis1], axis2=axes[axis2])


@implements(np.linalg.diagonal)
def diagonal_of_matrices(x: Any, /, *, offset: int = 0) -> Any:
    """Return a diagonal of each of a stack of matrices."""
    return np.diagonal(x, offset, -2, -1)


@implements(np.trace)
def trace(
    a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None
) -> Any:
    """Return the sum over a diagonal."""
    return np.sum(np.diagonal(adopt(a), offset, axis1, axis2), axis=-1, dtype=dtype)


@implements(np.linalg.trace)
def trace_of_matrices(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """Return the trace of each of a stack of matrices."""
    return np.trace(x, offset, -2, -1, dtype=dtype)


def matrix_of(v: Any, offset: int) -> Any:
    """Return the matrix with a vector on a diagonal."""
    return np.diag(v, offset)


matrix_of_ = linear(
    matrix_of, lambda g, _, offset: np.diagonal(g, offset), batch=onto_diagonals
)


@implements(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    """Return the matrix of a diagonal, or the diagonal of a matrix."""
    v = adopt(v)
    if len(shape_of(v)) == 1:
        return matrix_of_(v, offset=k)
    if len(shape_of(v)) == 2:
        return np.diagonal(v, k)
    raise ValueError("Input must be 1- or 2-d.")


@implements(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    """Return the matrix with all entries of an array on a diagonal."""
    return matrix_of_(np.ravel(v), offset=k)


def _on_and_below(m: Any, k: int) -> Any:
    """Return where a matrix, or the square of a vector, is on or below a diagonal."""
    shape = shape_of(m)
    return tri(shape[-2:][0], m, shape[-1], k, bool)


@implements(np.tril)
def tril(m: Any, k: int = 0) -> Any:
    """Keep the entries on and below a diagonal."""
    m = adopt(m)
    return np.where(_on_and_below(m, k), m, 0.0)


@implements(np.triu)
def triu(m: Any, k: int = 0) -> Any:
    """Keep the entries on and above a diagonal."""
    m = adopt(m)
    return np.where(_on_and_below(m, k - 1), 0.0, m)


constant(np.diag_indices_from, np.tril_indices_from, np.triu_indices_from)
