"""What NumPy's arrays are: who refers to them, what shares memory, adding into them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.engines.cupy import is_on_device
from diffops.engines.keeping import keep as keep
from diffops.tags import Tracked, example

_array = np.ndarray
_add = np.add
_multiply = np.multiply


def _references_of_a_local() -> int:
    array = np.empty(1)
    return sys.getrefcount(array)


#: What `sys.getrefcount(local)` says of an object that only that local refers to.
SOLE = _references_of_a_local()


def is_sole(value: Any) -> bool:
    """Tell whether a plain array is referred to by one attribute alone, and no view.

    To be called as ``is_sole(owner.attribute)``.
    """
    return (
        type(value) is np.ndarray
        and value.base is None
        and sys.getrefcount(value) == SOLE_ATTRIBUTE
    )


def is_array(value: Any) -> bool:
    """Tell whether a value is an array of NumPy's, or of CuPy's."""
    return isinstance(value, _array) or is_on_device(value)


def is_plain(value: Any) -> bool:
    """Tell whether a value is a NumPy array or number, not something that wraps one."""
    return isinstance(value, (np.ndarray, np.generic, float, int, complex))


def is_at_hand(value: Any) -> bool:
    """Tell whether entries of a value, tracked or not, can be looked at for nothing.

    Those of an array on a device, or of one that is not computed yet, cannot.
    """
    return is_plain(example(value))


def is_in_columns(value: Any) -> bool:
    """Tell whether an array, tracked or not, lies in Fortran's order alone."""
    flags = getattr(example(value), "flags", None)
    return flags is not None and flags.f_contiguous and not flags.c_contiguous


def is_foreign(kind: type) -> bool:
    """Tell whether a type answers NumPy's protocols by rules that we do not know."""
    return (
        (hasattr(kind, "__array_ufunc__") or hasattr(kind, "__array_function__"))
        and not issubclass(kind, (np.ndarray, np.generic, Tracked))
        and kind.__module__.partition(".")[0] not in libraries
    )


#: The libraries whose arrays compute as NumPy's do.
libraries = {"cupy", "dask"}


def is_view(value: Any) -> bool:
    """Tell whether an array is a window on another array's memory."""
    return getattr(value, "base", None) is not None


def is_shared(value: Any) -> bool:
    """Tell whether an array is a window on another, or one that others hold."""
    if value.__class__ is _array:
        return value.base is not None or not value.flags.writeable
    return is_view(value)


def shares_memory(base: Any, view: Any) -> bool:
    """Tell whether what was made of an array is a window on it, and not a copy.

    A copy may have a base too: the array that NumPy made of it before reshaping.
    """
    return is_view(view) and bool(np.may_share_memory(base, view))


def _references_of_an_argument(value: np.ndarray) -> int:
    return sys.getrefcount(value)


def _count_through_local() -> int:
    array = np.empty(1)
    return _references_of_an_argument(array)


#: The same count for the argument of a function called with the only local name of it.
SOLE_ARGUMENT = _count_through_local()


class _Owner:
    __slots__ = ("array",)

    array: np.ndarray


def _count_through_attribute() -> int:
    owner = _Owner()
    owner.array = np.empty(1)
    return _references_of_an_argument(owner.array)


#: The same count for the argument of a function called with an owner's attribute.
SOLE_ATTRIBUTE = _count_through_attribute()


class Patch:
    """A cotangent that is zero but for the entries at one index: that of ``x[key]``.

    ``scatter(cotangent, key=, shape=)`` makes the whole of it; adding it to an array
    touches the named entries alone, so that loops over slices stay linear.
    """

    __slots__ = ("cotangent", "key", "scatter", "shape")

    def __init__(
        self,
        cotangent: Any,
        key: Any,
        shape: tuple[int, ...],
        scatter: Callable[..., Any],
    ) -> None:
        self.cotangent = cotangent
        self.key = key
        self.shape = shape
        self.scatter = scatter

    def is_plain(self) -> bool:
        """Tell whether neither the cotangent nor the index is tracked."""
        key = self.key
        parts = key if key.__class__ is tuple else (key,)
        return is_plain(self.cotangent) and not any(
            isinstance(part, Tracked) for part in parts
        )

    def whole(self) -> Any:
        """Return the cotangent as an array."""
        return self.scatter(self.cotangent, key=self.key, shape=self.shape)


def whole(cotangent: Any) -> Any:
    """Return a cotangent as an array, if it was none yet."""
    return cotangent.whole() if cotangent.__class__ is Patch else cotangent


def add_at(total: np.ndarray, key: Any, value: Any) -> None:
    """Add value to ``total[key]``; an entry that the key names twice gets both."""
    if may_repeat(key):
        np.add.at(total, key, value)
    else:
        total[key] += value


def may_repeat(key: Any) -> bool:
    """Tell whether an index holds integer arrays, which can name an entry twice."""
    parts = key if isinstance(key, tuple) else (key,)
    return any(
        isinstance(part, (list, tuple))
        or (getattr(part, "ndim", 0) > 0 and part.dtype.kind in "iu")
        for part in parts
    )


def add_into(cell: list[Any], term: Any) -> None:
    """Replace the array in ``cell[-1]`` by its sum with term, in place if it is ours.

    An array that nobody else refers to and that is no view may be overwritten.
    """
    total = cell.pop()
    if (
        total.__class__ is _array
        and sys.getrefcount(total) == SOLE
        and total.base is None
    ):
        if term.__class__ is _array:
            if term.dtype is total.dtype:
                cell.append(_add(total, term, total))
                return
        elif term.__class__ is Patch and term.is_plain():
            add_at(total, term.key, term.cotangent)
            cell.append(total)
            return
    cell.append(total + whole(term))


def times(g: Any, factor: Any, last: bool) -> Any:
    """Return g * factor, in memory that only the caller's local names refer to.

    Fresh memory costs more than the multiplication. The factor's may be overwritten,
    and g's where this is its last use.
    """
    if factor.__class__ is _array and factor.base is None:
        kind = g.__class__
        if kind is _array:
            if g.dtype is factor.dtype:
                if sys.getrefcount(factor) == SOLE_ARGUMENT:
                    return factor if _shows_ones(g) else _multiply(g, factor, factor)
                if last and g.base is None and sys.getrefcount(g) == SOLE_ARGUMENT:
                    return _multiply(g, factor, g)
        elif (kind is float or kind is np.float64) and (
            sys.getrefcount(factor) == SOLE_ARGUMENT
        ):
            return _multiply(g, factor, factor)
    return g * factor


def _shows_ones(g: np.ndarray) -> bool:
    """Tell whether an array is 1 everywhere because it repeats a 1, as under a sum."""
    return g.base is not None and g.size > 1 and not any(g.strides) and g.flat[0] == 1


def is_owned(cell: list[Any]) -> bool:
    """Tell whether an array is referred to by this cell alone, and is no view."""
    value = cell.pop()
    owned = (
        type(value) is np.ndarray
        and value.base is None
        and sys.getrefcount(value) == SOLE
    )
    cell.append(value)
    return owned


def unshared(value: Any) -> Any:
    """Return a copy of an array that nobody else refers to."""
    return value.copy()
