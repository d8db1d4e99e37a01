"""Sparsity patterns that users give: checked, and brought into one form."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np


def checked_pattern(sparsity: Any, symmetric: bool) -> Any:
    """Return a pattern as a boolean CSR array with sorted indices, or None or "local".

    Every stored entry of a sparse array counts, be it zero. Of a symmetric matrix one
    triangle will do.
    """
    if sparsity is None or (isinstance(sparsity, str) and sparsity == "local"):
        return sparsity
    if isinstance(sparsity, str):
        raise ValueError(
            f'sparsity must be a matrix, None or "local", not {sparsity!r}'
        )
    from scipy.sparse import coo_array, csr_array

    if _is_sparse(sparsity):
        if sparsity.ndim != 2:
            raise ValueError(_not_a_matrix(sparsity.shape))
        entries = coo_array(sparsity)
        values = entries.data
        places = entries.coords
    else:
        matrix = np.asarray(sparsity)
        if matrix.ndim != 2:
            raise ValueError(_not_a_matrix(matrix.shape))
        values = matrix.reshape(-1)
        places = np.nonzero(matrix)
    kind = values.dtype.kind
    if kind not in "biuf" or (kind != "b" and not np.isin(values, (0, 1)).all()):
        raise ValueError(
            "a sparsity pattern consists of booleans, or of zeros and ones; of a "
            "matrix S of other values pass S != 0"
        )
    shape = tuple(sparsity.shape if _is_sparse(sparsity) else matrix.shape)
    if symmetric:
        if shape[0] != shape[1]:
            raise ValueError(
                f"the sparsity pattern of a Hessian is square, but this one is {shape}"
            )
        places = tuple(np.concatenate([a, b]) for a, b in (places, places[::-1]))
    ones = np.ones(places[0].size, dtype=bool)
    pattern = csr_array((ones, places), shape=shape)
    pattern.sum_duplicates()
    return pattern


def _is_sparse(value: Any) -> bool:
    module = sys.modules.get("scipy.sparse")
    return module is not None and module.issparse(value)


def _not_a_matrix(shape: tuple[int, ...]) -> str:
    return f"a sparsity pattern is a matrix, but this one has the shape {shape}"
