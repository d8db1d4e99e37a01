"""Sets: the distinct entries of arrays, each of which is one of the entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.primitive import adopt, implements
from diffops.rules._arguments import known


def _found(array: Any, plain: Any, values: Any) -> Any:
    """Return the first entry that equals each of the values."""
    flat = np.ravel(plain)
    order = np.argsort(flat, kind="stable")
    return np.ravel(array)[order[np.searchsorted(flat, values, sorter=order)]]


@implements(np.unique)
def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    **options: Any,
) -> Any:
    """Pick the first of all equal entries; indices and counts are constants."""
    ar = adopt(ar)
    plain = known(ar)
    result: Any = np.unique(  # type: ignore[call-overload]
        plain,
        return_index=return_index,
        return_inverse=return_inverse,
        return_counts=return_counts,
        axis=axis,
        equal_nan=equal_nan,
        **options,
    )
    values, *extra = result if isinstance(result, tuple) else (result,)
    if axis is None:
        y = _found(ar, plain, values)
    else:
        _, index = np.unique(plain, return_index=True, axis=axis, equal_nan=equal_nan)
        y = np.take(ar, index, axis=axis)
    return (y, *extra) if extra else y


@implements(np.unique_values)
def unique_values(x: Any, /) -> Any:
    """Pick one of all equal entries, in the order that NumPy finds them in."""
    x = adopt(x)
    plain = known(x)
    return _found(x, plain, np.unique_values(plain))


def _with_extras(function: Callable[..., Any]) -> None:
    """Enter a function that returns distinct entries, and constants with them."""

    @implements(function)
    def distinct(x: Any, /) -> Any:
        x = adopt(x)
        plain = known(x)
        result = function(plain)
        return result._replace(values=_found(x, plain, result.values))


_with_extras(np.unique_all)
_with_extras(np.unique_counts)
_with_extras(np.unique_inverse)


def _of_both(function: Callable[..., Any]) -> None:
    """Enter a function of two sets, whose entries may come from either."""

    @implements(function)
    def combined(ar1: Any, ar2: Any, *args: Any, **options: Any) -> Any:
        both = [np.ravel(adopt(ar)) for ar in (ar1, ar2)]
        plain = [known(ar) for ar in both]
        values = function(*plain, *args, **options)
        return _found(np.concatenate(both), np.concatenate(plain), values)


_of_both(np.union1d)
_of_both(np.setxor1d)


@implements(np.setdiff1d)
def setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """Return the distinct entries of the first array that the second does not have."""
    ar1 = adopt(ar1)
    plain = known(ar1)
    values = np.setdiff1d(plain, known(adopt(ar2)), assume_unique)
    return _found(ar1, plain, values)
