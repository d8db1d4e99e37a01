"""Where a sparse matrix has entries, and what is linear in these.

A matrix is a vector of entries, which may be tracked, beside a `Pattern`, which is
constant. ``across`` says that the transpose is meant.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from diffops.primitive import Primitive
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import bilinear, linear


class Pattern:
    """The places of the entries of a matrix, row after row; places may repeat."""

    __slots__ = ("columns", "pointers", "rows", "shape")

    def __init__(self, columns: Any, pointers: Any, shape: tuple[int, int]) -> None:
        self.columns = np.array(columns)
        self.pointers = np.array(pointers)
        self.rows = np.repeat(np.arange(len(pointers) - 1), np.diff(pointers))
        self.shape = shape

    def matrix(self, entries: Any) -> Any:
        """Return SciPy's array with these plain entries."""
        return sparse.csr_array((entries, self.columns, self.pointers), self.shape)

    def places(self, across: bool) -> tuple[Any, Any]:
        """Return row and column of each entry."""
        return (self.columns, self.rows) if across else (self.rows, self.columns)


def ordered(rows: Any, columns: Any, shape: tuple[int, int]) -> tuple[Any, Pattern]:
    """Return the order of entries row after row, and their pattern."""
    order = np.lexsort((columns, rows))
    counts = np.bincount(rows, minlength=shape[0])
    pointers = np.concatenate([[0], np.cumsum(counts)])
    return order, Pattern(np.asarray(columns)[order], pointers, shape)


def _multiplied(entries: Any, x: Any, pattern: Pattern, across: bool) -> Any:
    matrix = pattern.matrix(entries)
    return (matrix.T if across else matrix) @ x


def pairs(g: Any, x: Any, pattern: Pattern, across: bool) -> Any:
    """Return Σ g xᵀ where the pattern has entries: the cotangent of these."""
    rows, columns = pattern.places(across)
    terms = g[rows] * x[columns]
    return terms if len(shape_of(terms)) == 1 else np.sum(terms, axis=-1)


#: A x, or Aᵀ x, for a vector or the columns of a matrix.
product: Primitive = bilinear(
    _multiplied,
    lambda g, entries, x, pattern, across: pairs(g, x, pattern, across),
    lambda g, entries, x, pattern, across: product(
        entries, g, pattern=pattern, across=not across
    ),
)


def _dense(entries: Any, pattern: Pattern) -> Any:
    return pattern.matrix(entries).toarray()


dense = linear(_dense, lambda g, shape, pattern: g[pattern.rows, pattern.columns])
