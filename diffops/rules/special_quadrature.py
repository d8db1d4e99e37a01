"""Integrals over [0, 1] by Gauss and Legendre's rule, for derivatives in a parameter.

Where ∂F/∂a is an integral of a smooth, positive function without closed form, summing
that at fixed nodes is a formula like any other, and differentiable again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.engines.arrays import is_at_hand
from diffops.engines.creating import given
from diffops.rules._fitting import shape_of

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)

#: Where exp(−x) leaves no trace in a sum of doubles.
DEPTH = 45.0

#: With more entries than this the nodes are summed one by one, to save memory.
_MANY = 10_000


def integrals(f: Callable[[Any], tuple[Any, ...]], *args: Any) -> tuple[Any, ...]:
    """Return ∫₀¹ f(u) du of several functions, for every entry of the arguments.

    >>> [cube] = integrals(lambda u: (u**3,))
    >>> bool(abs(cube - 1 / 4) < 1e-15)
    True
    """
    shape = np.broadcast_shapes(*map(shape_of, args))
    nodes, weights = (_NODES + 1) / 2, _WEIGHTS / 2
    if math.prod(shape) > _MANY:
        terms = [[w * y for y in f(u)] for u, w in zip(nodes, weights, strict=True)]
        return tuple(map(sum, zip(*terms, strict=True)))
    column = (-1,) + (1,) * len(shape)
    like = next((arg for arg in args if not is_at_hand(arg)), 0.0)
    weights = given(weights.reshape(column), like)
    nodes = given(nodes.reshape(column), like)
    return tuple(np.sum(y * weights, axis=0) for y in f(nodes))


def depth(
    f: Callable[[Any], Any], slope: Callable[[Any], Any], guess: Any, steps: int = 8
) -> Any:
    """Return about where a convex function f with f(0) = 0 rises to `DEPTH`.

    That is where an integral of exp(−f) may end, by Newton's method from a guess.
    """
    v = guess
    for _ in range(steps):
        v = v - (f(v) - DEPTH) / slope(v)
    return v
