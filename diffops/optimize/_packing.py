"""Weights in containers as one vector, which may be tracked, and back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.operators._promotion import promote
from diffops.operators._tree import flatten, is_leaf
from diffops.primitive import adopt
from diffops.values.methods import shape_of as shape
from diffops.values.scalar import is_complex, is_number


class Packing:
    """How a container of weights becomes one vector, of the widest of their dtypes."""

    def __init__(self, w0: Any) -> None:
        leaves, self._rebuild = flatten(w0)
        leaves = [promote(adopt(leaf), "a weight") for leaf in leaves]
        if any(map(is_complex, leaves)):
            raise TypeError(
                "the weights are to be real numbers; give the real and the imaginary "
                "parts of complex ones"
            )
        self._shapes = [shape(leaf) for leaf in leaves]
        self._numbers = [is_number(leaf) for leaf in leaves]
        self._dtypes = [getattr(leaf, "dtype", np.dtype(float)) for leaf in leaves]
        self._is_vector = is_leaf(w0) and len(self._shapes[0]) == 1
        self.first = self.vector(leaves)

    def vector(self, leaves: list[Any]) -> Any:
        """Return all entries in one vector."""
        if len(leaves) == 1:
            return np.reshape(leaves[0], (-1,))
        parts = [np.reshape(leaf, (-1,)) for leaf in leaves]
        return np.concatenate(parts) if parts else np.zeros(0)

    def container(self, vector: Any) -> Any:
        """Return a vector as the container that the weights are in."""
        if self._is_vector and vector.dtype == self._dtypes[0]:
            return vector
        leaves, start = [], 0
        for place, number, dtype in zip(
            self._shapes, self._numbers, self._dtypes, strict=True
        ):
            stop = start + math.prod(place)
            part = vector if len(self._shapes) == 1 else vector[start:stop]
            part = part[0] if number else np.reshape(part, place)
            leaves.append(part if part.dtype == dtype else part.astype(dtype))
            start = stop
        return self._rebuild(leaves)
