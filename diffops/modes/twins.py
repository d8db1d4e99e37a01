"""Places of a trace that were computed alike: of the same parents, in the same way.

What is computed twice has two places. To know that ``abs(x[0]) * abs(x[0])`` is a
square (see `diffops.values.roots`) takes comparing how cotangents reach the parents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

from diffops.modes.place import Place, Product

Same = Callable[[Any, Any], bool]


def are_twins(rows: list[Any] | None, a: Any, b: Any, same: Same) -> bool:
    """Tell whether two places, or indices on the tape, are the same to first order.

    ``same`` compares the values that partials and pulls are made of. Where it takes
    long to tell they are not.
    """
    waiting = [(a, b)]
    compared: set[Any] = set()
    while waiting:
        a, b = waiting.pop()
        key = (_name(a), _name(b))
        if key[0] == key[1] or key in compared:
            continue
        compared.add(key)
        first, second = _origin(rows, a), _origin(rows, b)
        if (
            len(compared) > _PATIENCE
            or first is None
            or second is None
            or len(first[0]) != len(second[0])
            or not _alike(first[1], second[1], same)
        ):
            return False
        waiting += zip(first[0], second[0], strict=True)
    return True


#: So many pairs of places are compared at most.
_PATIENCE = 100


def _name(place: Any) -> Any:
    return place if type(place) is int else (type(place), id(place))


def _origin(
    rows: list[Any] | None, place: Any
) -> tuple[Sequence[Any], Sequence[Any]] | None:
    """Return the parents of a place, and partials or the pull; None of an input."""
    if isinstance(place, Product):
        if place.second_parent is None:
            return (place.parent,), (place.factor,)
        parents = (place.parent, place.second_parent)
        return parents, (place.factor, place.second_factor)
    if isinstance(place, Place):
        return (place.parents, (place.pull,)) if place.parents else None
    if type(place) is int:
        for start in range(len(rows or ()) - 5, -1, -5):
            k, i, di, j, dj = rows[start : start + 5]  # type: ignore[index]
            if k == place:
                if i is not None:
                    return (i, j), (di, dj)
                return (j, (di,)) if di is not None else None
    return None


def _alike(a: Any, b: Any, same: Same) -> bool:
    """Compare values, and functions by their code and what they refer to."""
    if same(a, b):
        return True
    if isinstance(a, (tuple, list)) and type(a) is type(b):
        pairs = zip(a, b, strict=False)
        return len(a) == len(b) and all(_alike(x, y, same) for x, y in pairs)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_alike(a[key], b[key], same) for key in a)
    if isinstance(a, FunctionType) and isinstance(b, FunctionType):
        return a.__code__ is b.__code__ and _alike(_held(a), _held(b), same)
    return False


def _held(function: FunctionType) -> list[Any]:
    """Return what a function refers to."""
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    return [*cells, *(function.__defaults__ or ())]
