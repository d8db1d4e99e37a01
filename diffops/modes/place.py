"""Places: where an array stands in the graph of a trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain
from diffops.engines.loading import engines
from diffops.primitive import Pull, tracked_in


class Place:
    """An array's place in a trace: its parents, and the pull that reaches them.

    ``elements`` counts how often an entry was read, and then holds the vector unpacked
    into numbers: the index of the first, their values, and the vector that they are of
    (a shifted array shares its place with the original).
    """

    __slots__ = ("elements", "index", "parents", "pull")

    elements: int | tuple[int, list[Any], Any]

    def __init__(
        self, index: int, parents: Sequence[Any] = (), pull: Pull | None = None
    ) -> None:
        self.index = index
        self.parents = parents
        self.pull = pull
        self.elements = 0


class Product:
    """The place of an elementwise result: its cotangent times a factor per parent.

    The parents, at most two, have its shape and dtype. Made without a constructor, for
    it is made often; ``large`` ones may be swept in the memory of their factors.
    """

    __slots__ = (
        "elements",
        "factor",
        "index",
        "large",
        "parent",
        "second_factor",
        "second_parent",
    )

    elements: int | tuple[int, list[Any], Any]
    index: int
    large: bool
    parent: Any
    factor: Any
    second_parent: Any
    second_factor: Any


def product(index: int, parents: Sequence[Any], factors: Sequence[Any]) -> Product:
    """Return the place of a large result with these parents."""
    place = Product()
    place.elements = 0
    place.index = index
    place.large = True
    place.parent, place.second_parent = (*parents, None)[:2]
    place.factor, place.second_factor = (*factors, None)[:2]
    return place


_NUMBERS = {float, np.float64}


def packed(dtype: Any, cotangents: list[Any]) -> tuple[Any]:
    """Return the cotangent of a vector whose entries have these; None if none has."""
    if all(c is None for c in cotangents):
        return (None,)
    entries = [0.0 if c is None else c for c in cotangents]
    kinds = set(map(type, entries))
    if not kinds <= _NUMBERS and (tracked_in(entries) or any(map(engines.get, kinds))):
        return (np.stack([dtype.type(c) if is_plain(c) else c for c in entries]),)
    return (np.array(entries, dtype=dtype),)
