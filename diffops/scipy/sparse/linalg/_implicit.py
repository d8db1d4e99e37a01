"""Solutions of linear equations, differentiated by the equations that they solve.

A x = b gives A dx = db − dA x, and a cotangent g comes back as z to b, where Aᵀ z = g,
and as −z xᵀ to A. What solves the equations knows nothing of derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.primitive import Primitive
from diffops.rules._fitting import shape_of, spread
from diffops.rules._kinds import general
from diffops.scipy.sparse.patterns import Pattern, pairs, product

#: ``solve(matrix, b, across, start)`` solves with a plain matrix, or its transpose.
Solve = Callable[[Any, Any, bool, Any], Any]


class System:
    """Equations of which the matrix is constant."""

    def __init__(self, matrix: Any, solve: Solve) -> None:
        self._matrix = matrix
        self.solve = solve

    def matrix(self, entries: Any) -> Any:
        """Return the plain matrix, or operator, of these entries."""
        return self._matrix

    def product(self, entries: Any, x: Any, across: bool) -> Any:
        """Return the product of a change of the matrix with x."""
        return np.zeros_like(x)

    def outer(self, z: Any, x: Any, across: bool) -> Any:
        """Return the entries of z xᵀ."""
        return np.zeros(0)


class SparseSystem(System):
    """Equations whose matrix is a pattern of entries."""

    def __init__(self, pattern: Pattern, solve: Solve) -> None:
        super().__init__(pattern, solve)
        self.pattern = pattern

    def matrix(self, entries: Any) -> Any:
        """Return SciPy's sparse array."""
        return self.pattern.matrix(entries)

    def product(self, entries: Any, x: Any, across: bool) -> Any:
        """Return the product of the matrix with these entries and x."""
        return product(entries, x, pattern=self.pattern, across=across)

    def outer(self, z: Any, x: Any, across: bool) -> Any:
        """Return z xᵀ where the matrix has entries."""
        return pairs(z, x, self.pattern, across)


class DenseSystem(System):
    """Equations whose matrix is an array."""

    def __init__(self, solve: Solve) -> None:
        super().__init__(None, solve)

    def matrix(self, entries: Any) -> Any:
        """Return the array itself."""
        return entries

    def product(self, entries: Any, x: Any, across: bool) -> Any:
        """Return the product of an array and x."""
        return (entries.T if across else entries) @ x

    def outer(self, z: Any, x: Any, across: bool) -> Any:
        """Return z xᵀ."""
        z, x = (x, z) if across else (z, x)
        if len(shape_of(z)) == 1:
            return z[:, None] * x
        return z @ x.T


def _solve(entries: Any, b: Any, system: System, across: bool, start: Any) -> Any:
    return system.solve(system.matrix(entries), b, across, start)


def _pushforward(
    y: Any,
    args: Sequence[Any],
    tangents: Sequence[Any],
    system: System,
    across: bool,
    start: Any,
) -> Any:
    entries, _ = args
    changed, db = tangents
    change = 0.0 if db is None else db
    if changed is not None:
        change = change - system.product(changed, y, across)
    found = solution(entries, change, system=system, across=across, start=None)
    return spread(found, y)


def _back(
    g: Any, y: Any, entries: Any, b: Any, system: System, across: bool, start: Any
) -> Any:
    return solution(entries, g, system=system, across=not across, start=None)


def _back_to_entries(
    g: Any, y: Any, entries: Any, b: Any, system: System, across: bool, start: Any
) -> Any:
    z = _back(g, y, entries, b, system, across, start)
    return -system.outer(z, y, across)


#: The solution of A x = b, or of Aᵀ x = b. ``start`` is for the value alone.
solution: Primitive = general(_solve, _pushforward, _back_to_entries, _back)
