"""Linear equations with few bands, whose matrix is constant or tracked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from diffops.primitive import tracked_in
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import linear


class Factors:
    """The factors of a constant sparse matrix."""

    def __init__(self, matrix: Any) -> None:
        self.factors = splu(sparse.csc_array(matrix, dtype=float))

    def solve(self, b: Any, transposed: bool) -> Any:
        """Return the solution for each column of b."""
        kind = "T" if transposed else "N"
        if np.iscomplexobj(b):
            real, imag = (self.solve(part, transposed) for part in (b.real, b.imag))
            return real + 1j * imag
        columns = np.reshape(b, (b.shape[0], -1)).astype(float, order="F")
        return np.reshape(self.factors.solve(columns, kind), b.shape)


def solved_by(b: Any, factors: Factors, transposed: bool) -> Any:
    """Return the solution of equations with factored matrix, along the first axis."""
    return factors.solve(b, transposed)


def _transpose(
    g: Any, shape: tuple[int, ...], factors: Factors, transposed: bool
) -> Any:
    return solved_by_(g, factors=factors, transposed=not transposed)


solved_by_ = linear(solved_by, _transpose)


def solve_bands(bands: Sequence[tuple[int, Any]], b: Any, corners: Any = None) -> Any:
    """Solve equations whose matrix has these diagonals, given by number and entries.

    ``corners`` holds entries off the bands, by row and column. Along the first axis.
    """
    size = shape_of(b)[0]
    corners = {} if corners is None else corners
    if not tracked_in([*(entries for _, entries in bands), *corners.values()]):
        matrix = sparse.diags_array(
            [np.asarray(entries) for _, entries in bands],
            offsets=[k for k, _ in bands],
            shape=(size, size),
        ).tolil()
        for place, entry in corners.items():
            matrix[place] = entry
        return solved_by_(b, factors=Factors(matrix), transposed=False)
    dense: Any = sum(np.diag(entries, k) for k, entries in bands)
    for (row, column), entry in corners.items():
        unit = np.zeros((size, size))
        unit[row, column] = 1.0
        dense = dense * (1 - unit) + entry * unit
    return _dense(dense, b)


def _dense(matrix: Any, b: Any) -> Any:
    shape = shape_of(b)
    columns = np.reshape(b, (shape[0], -1))
    return np.reshape(np.linalg.solve(matrix, columns), shape)


def solve_rows(matrix: Any, b: Any) -> Any:
    """Solve equations with a matrix that is sparse and constant, or tracked."""
    if hasattr(matrix, "tocsc"):
        return solved_by_(b, factors=Factors(matrix), transposed=False)
    return _dense(matrix, b)
