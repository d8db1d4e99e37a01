"""Gradients by what a trace had recorded before a function was called.

The rows that the call recorded are swept back as far as they go, and what arrives at
the places before them is the gradient: with respect to closures, wherever they are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.modes.place import Place, Product
from diffops.modes.trace import Trace, sweep
from diffops.rules._fitting import is_complex, shape_of


class Start:
    """Where a trace was when it was first met."""

    __slots__ = ("likes", "place", "row", "seen", "unpacked")

    def __init__(self, level: Trace) -> None:
        assert level.rows is not None
        self.row = self.seen = len(level.rows)
        self.place = next(level.places)
        #: The rows that unpacked vectors of before: later calls read the numbers in
        #: them. Those of vectors that a call made itself are as many as the calls.
        self.unpacked: list[Any] = []
        #: Shape and dtype of the cotangents of the places before.
        self.likes: dict[Any, tuple[tuple[int, ...], Any]] = {}


def cotangents(
    level: Trace, value: Any, start: Start, row: int
) -> list[tuple[Any, Any]]:
    """Return each place before the start, with the cotangent that comes there.

    That is of the value if it is a number, or else of a fixed mixture of its entries.
    What the call recorded begins at ``row``. It may have read what earlier calls left:
    most often numbers in vectors that they unpacked.
    """
    rows = level.rows
    assert rows is not None
    for k in range(start.seen, row, 5):
        if isinstance(rows[k], slice) and rows[k + 3][0].index < start.place:
            start.unpacked += rows[k : k + 5]
    start.seen = max(start.seen, row)
    local = start.unpacked + rows[row:]
    places = _sources(value.carry, start.place, local)
    if places is None:
        local = rows[start.row :]
        places = _sources(value.carry, start.place, local)
        assert places is not None
    adjoints = sweep(local, next(level.places), [(value.carry, _mixture(value))])
    gradient = []
    for place in places:
        found = adjoints[place if type(place) is int else place.index]
        if found is not None:
            gradient.append((place, found if type(place) is int else found[1]))
    return gradient


def _mixture(value: Any) -> Any:
    """Return weights of the entries of a value, all of like size, none a multiple."""
    shape = shape_of(value)
    if shape == ():
        return 1.0
    weights = np.cos(np.arange(1.0, np.prod(shape) + 1) ** 2).reshape(shape)
    weights = np.copysign(0.5, weights) + 0.5 * weights
    return (weights * (1 - 0.5j) if is_complex(value) else weights).astype(value.dtype)


def _sources(carry: Any, start: int, rows: list[Any]) -> list[Any] | None:
    """Return the places before the start that a value was made from.

    None if it was made from something after the start that is not in these rows.
    """
    row_of: dict[int, int] = {}
    vector_of: dict[int, Any] = {}
    for row in range(0, len(rows), 5):
        k = rows[row]
        if isinstance(k, slice):
            vector_of.update(dict.fromkeys(range(k.start, k.stop), rows[row + 3][0]))
        else:
            row_of[k] = row
    sources = []
    seen: set[int] = set()
    waiting = [carry]
    while waiting:
        place = waiting.pop()
        index = place if type(place) is int else place.index
        if index in seen:
            continue
        seen.add(index)
        if index in vector_of:
            waiting.append(vector_of[index])
        elif index < start:
            sources.append(place)
        elif index in row_of:
            waiting += _parents(place, rows, row_of[index])
        else:
            return None
    return sources


def _parents(place: Any, rows: list[Any], row: int) -> list[Any]:
    if isinstance(place, Product):
        found: Any = (place.parent, place.second_parent)
    elif isinstance(place, Place):
        found = place.parents
    elif rows[row + 1] is None:
        found = rows[row + 3]
    else:
        found = (rows[row + 1], rows[row + 3])
    return [parent for parent in found or () if parent is not None]
