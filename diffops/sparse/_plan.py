"""A plan: which passes to make, and where in their results each entry is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Plan:
    """The passes that a pattern needs, and how the entries come out of their results.

    Columns of one color are summed in one forward pass, rows of one color in one sweep
    back; −1 is no color. All results lie end to end, those of the columns first. The
    unknown k stands at ``sources[k]`` there, plus other unknowns: those that row k of
    ``lower``, unit lower triangular, names. The entry e of the pattern is the unknown
    ``unknowns[e]``.
    """

    pattern: Any
    column_colors: np.ndarray
    row_colors: np.ndarray
    sources: np.ndarray
    unknowns: np.ndarray
    lower: Any = None

    @property
    def columns(self) -> int:
        """The number of passes along sums of columns."""
        return int(self.column_colors.max(initial=-1)) + 1

    @property
    def rows(self) -> int:
        """The number of sweeps back from sums of rows."""
        return int(self.row_colors.max(initial=-1)) + 1

    @property
    def passes(self) -> int:
        """The number of passes in all."""
        return self.columns + self.rows

    def entries(self, results: np.ndarray) -> np.ndarray:
        """Return the entries of the matrix, in the order of the pattern."""
        found = results[self.sources]
        if self.lower is not None:
            found = _substituted(self.lower, found)
        return found[self.unknowns]


def _substituted(lower: Any, sums: np.ndarray) -> np.ndarray:
    """Solve unit lower triangular equations, in the precision of the right side."""
    if sums.dtype.itemsize <= np.dtype(float).itemsize:
        from scipy.sparse.linalg import spsolve_triangular

        right = sums.astype(float)
        solved = spsolve_triangular(lower, right, lower=True, unit_diagonal=True)
        return solved.astype(sums.dtype)
    found = sums.copy()
    for k in np.flatnonzero(np.diff(lower.indptr) > 1):
        others = lower.indices[lower.indptr[k] : lower.indptr[k + 1]]
        found[k] -= found[others[others != k]].sum()
    return found


def places(pattern: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the row and the column of every entry of a pattern, in its order."""
    rows = np.repeat(np.arange(pattern.shape[0]), np.diff(pattern.indptr))
    return rows, pattern.indices.astype(np.intp)


def uncolored(count: int) -> np.ndarray:
    """Return no color for so many lines."""
    return np.full(count, -1, dtype=np.intp)


def renumbered(colors: np.ndarray, needed: np.ndarray) -> np.ndarray:
    """Return colors numbered anew without those that are not needed."""
    new = np.where(needed, np.cumsum(needed) - 1, -1)
    return np.where(colors >= 0, new[colors], -1)
