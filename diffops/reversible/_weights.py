"""Weights as leaves of a container, and as one vector of floats."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.operators._bound import Leaves
from diffops.reversible.fixed_point import Floats
from diffops.tags import example
from diffops.values.methods import shape_of as shape
from diffops.values.scalar import is_complex, is_number


class Weights:
    """The shapes and dtypes of weights, which may be numbers or arrays."""

    def __init__(self, leaves: Leaves) -> None:
        self.shapes = [shape(leaf) for leaf in leaves]
        self.kinds = [_kind(leaf) for leaf in leaves]

    def joined(self, leaves: Leaves) -> Floats:
        """Return the entries of plain leaves in one vector."""
        if not leaves:
            return np.zeros(0)
        return np.concatenate([np.ravel(leaf).astype(np.float64) for leaf in leaves])

    def split(self, vector: Floats) -> list[Any]:
        """Return a vector of entries as leaves."""
        leaves: list[Any] = []
        start = 0
        for of, kind in zip(self.shapes, self.kinds, strict=True):
            stop = start + math.prod(of)
            if isinstance(kind, np.dtype):
                leaves.append(vector[start:stop].reshape(of).astype(kind))
            else:
                leaves.append(kind(vector[start]))
            start = stop
        return leaves


def _kind(leaf: Any) -> Any:
    """Return the type of a number, or the dtype of an array."""
    if is_complex(leaf):
        raise TypeError("reversible_sgd wants real weights, not complex ones")
    plain = example(leaf)
    return type(plain) if is_number(plain) else plain.dtype
