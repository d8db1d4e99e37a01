"""Equal eigenvalues, told apart by an infinitesimal.

Where eigenvalues are equal, a function of the matrix may be smooth though eigenvectors
and their derivatives are not: V f(Λ) Vᵀ is. Its derivative is the limit of those at
A + ε V Δ Vᵀ, whose eigenvalues λ + ε δ differ and whose eigenvectors are the same. So
eigenvalues become power series in ε, and what divides by their gaps Laurent series, of
which the poles cancel in the end. If they do not, the function depends on vectors that
the matrix does not determine, and has no derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

#: Makes a series in an infinitesimal of its own, cut off beyond some order, of two
#: coefficients: set by `assembly`.
expansion: list[Callable[[int, Any, Any], Any]] = []


def told_apart(w: Any, equal: Any, order: int, zero: Any = False) -> Any:
    """Return eigenvalues such that equal ones differ by multiples of an infinitesimal.

    ``equal`` tells which pairs are equal; each number is equal to itself. Those that
    are to become positive though they are ``zero`` get such multiples too.
    """
    ranks = np.sum(np.tril(equal, -1), axis=-1) + zero
    if not order or not np.any(ranks):
        return w
    return expansion[0](order, w, ranks.astype(np.finfo(w.dtype).dtype))


def inverse(gap: Any) -> Any:
    """Return 1 / gap, also of a gap that is infinitesimal."""
    return 1 / gap


def finite(a: Any) -> Any:
    """Return a value in which poles, if it had any, have cancelled."""
    return a
