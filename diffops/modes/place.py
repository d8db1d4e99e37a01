"""Places: where an array stands in the graph of a trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from diffops.primitive import Pull


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
