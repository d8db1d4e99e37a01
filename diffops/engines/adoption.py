"""Lists and arrays of Python objects that hold tracked values, and foreign arrays.

``np.array([x, y])`` of tracked numbers cannot be dispatched, so NumPy makes an array of
objects: here it becomes a tracked array again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from diffops.engines.arrays import is_foreign
from diffops.engines.loading import engines
from diffops.errors import NoDerivativeError, at_user_line
from diffops.tags import Tracked

_INERT = frozenset((int, float, str, bool, slice, type(None), type(Ellipsis)))


class _Kinds(dict[type, bool]):
    """Which types of arguments want a closer look.

    Containers, foreign arrays, and tracked values with a way of their own through
    primitives.
    """

    def __missing__(self, kind: type) -> bool:
        self[kind] = (
            issubclass(kind, (list, tuple, np.ndarray))
            or is_foreign(kind)
            or engines[kind] is not None
            or hasattr(kind, "through")
        )
        return self[kind]


#: Types of arguments that want a closer look before a primitive runs.
unusual = _Kinds()


def is_adoptable(value: Any) -> bool:
    """Tell whether a value is to become an array of numbers; refuse what cannot."""
    if isinstance(value, (list, tuple)):
        return True
    if value.__class__ is np.ndarray:
        return value.dtype.hasobject
    if isinstance(value, np.matrix) or hasattr(value, "mask"):
        advice = "its arithmetic differs from that of arrays; use np.asarray(a) of it"
    elif isinstance(value, np.ndarray):
        return value.dtype.hasobject
    elif engines[value.__class__] is not None:
        engines[value.__class__].check(value)  # type: ignore[union-attr]
        return False
    else:
        advice = "its own rules for NumPy functions are unknown; use its plain values"
        advice = getattr(value, "__diffops_advice__", advice)
    raise NoDerivativeError(
        f"a {type(value).__name__} met a tracked value{at_user_line()}, but {advice}"
    )


def as_numbers(value: Any) -> Any:
    """Adopt what is tracked; turn other arrays of Python objects into numbers."""
    value = adopt(value)
    if isinstance(value, np.ndarray) and value.dtype.hasobject:
        value = np.array(value.tolist())
        if value.dtype.kind not in "biufc":
            raise TypeError(
                f"an array of Python objects met a tracked value{at_user_line()}; give "
                "it a numeric dtype: a.astype(float)"
            )
    return value


def adopt(value: Any) -> Any:
    """Turn a list or an object array that holds tracked values into a tracked array.

    ``np.array([x, y])`` cannot be dispatched, so NumPy makes an object array of
    tracked numbers; this is where it becomes an array again.
    """
    if isinstance(value, (list, tuple)):
        if not tracked_in(value):
            return np.asarray(value)
        return np.stack([adopt(item) for item in value])
    if isinstance(value, np.ndarray) and value.dtype.hasobject:
        items = value.ravel().tolist()
        if tracked_in(items):
            is_adoptable(value)  # or else it raises: a matrix, a masked array
            stacked = np.stack([adopt(item) for item in items])
            return stacked.reshape(value.shape + stacked.shape[1:])
    return value


def parts_of(value: Any) -> Iterator[Any]:
    """Yield the tracked values in a parameter."""
    if isinstance(value, Tracked):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from parts_of(item)


def tracked_in(values: Iterable[Any]) -> bool:
    """Tell whether a tracked value stands among these, or inside a container there."""
    for value in values:
        if value.__class__ in _INERT:
            continue
        if isinstance(value, Tracked):
            return True
        if isinstance(value, np.ndarray) and value.dtype.hasobject:
            value = value.ravel().tolist()
        if isinstance(value, (list, tuple)):
            if tracked_in(value):
                return True
        elif value.__class__ is not np.ndarray:
            engines[value.__class__]  # is loaded now, if its library is met first here
    return False
