"""Functions applied along axes, and functions that move values by constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt, implements
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import deep_strip


@implements(np.apply_along_axis)
def apply_along_axis(
    func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any
) -> Any:
    """Call a function on every line along an axis; its result takes the axis' place."""
    arr = adopt(arr)
    lines = np.moveaxis(arr, axis, -1)
    outer = shape_of(lines)[:-1]
    results = [adopt(func1d(lines[i], *args, **kwargs)) for i in np.ndindex(*outer)]
    inner = shape_of(results[0])
    stacked = np.reshape(np.stack(results), outer + inner)
    axis = axis % np.ndim(arr)
    sources = tuple(range(len(outer), len(outer) + len(inner)))
    return np.moveaxis(stacked, sources, tuple(axis + i for i in range(len(inner))))


@implements(np.apply_over_axes)
def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Any:
    """Call a function for one axis after the other, each of which stays."""
    a = adopt(a)
    for axis in np.atleast_1d(axes):
        y = func(a, int(axis))
        a = y if np.ndim(y) == np.ndim(a) else np.expand_dims(y, int(axis))
    return a


@implements(np.unwrap)
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = None) -> Any:
    """Take out jumps: each entry moves by a constant number of periods."""
    p = adopt(p)
    plain = deep_strip(p)
    options = {} if period is None else {"period": period}
    return p + (np.unwrap(plain, discont, axis, **options) - plain)


@implements(np.trim_zeros)
def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    """Cut off zeros at the ends."""
    filt = adopt(filt)
    if np.ndim(filt) != 1:
        raise NoDerivativeError(
            f"np.trim_zeros of a tracked array of several axes{at_user_line()} has no "
            "rule; cut it with slices"
        )
    kept = np.flatnonzero(deep_strip(filt))
    first = kept[0] if "f" in trim.lower() and kept.size else 0
    last = kept[-1] + 1 if "b" in trim.lower() and kept.size else shape_of(filt)[0]
    return filt[first:last] if kept.size else filt[:0]


def _running(choose: np.ufunc) -> None:
    """Enter a running maximum or minimum: at each place the entry that it is so far."""

    @implements(choose.accumulate)
    def accumulate(array: Any, axis: int = 0, dtype: Any = None) -> Any:
        array = adopt(array)
        plain = deep_strip(array)
        places = np.arange(plain.shape[axis])
        along = [1] * plain.ndim
        along[axis] = -1
        running = choose.accumulate(plain, axis)
        new = np.where(plain == running, places.reshape(along), 0)
        picked = np.take_along_axis(array, np.maximum.accumulate(new, axis), axis)
        return picked if dtype is None else picked.astype(dtype)


_running(np.maximum)
_running(np.minimum)
