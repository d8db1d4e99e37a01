"""Functions applied along axes, and functions that move values by constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.primitive import adopt, implements
from diffops.rules._arguments import known
from diffops.rules._constant import Constant
from diffops.rules._fitting import shape_of


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


def _shifts(p: Any, **options: Any) -> Any:
    return np.unwrap(p, **options) - p


shifts = Constant(_shifts)


@implements(np.unwrap)
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = None) -> Any:
    """Take out jumps: each entry moves by a constant number of periods."""
    p = adopt(p)
    options = {} if period is None else {"period": period}
    return p + shifts(p, discont=discont, axis=axis, **options)


@implements(np.trim_zeros)
def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    """Cut off what is 0 at the ends, along some axes or all."""
    filt = adopt(filt)
    ends = trim.lower()
    if sorted(ends) not in (["b"], ["f"], ["b", "f"]):
        raise ValueError(f"unexpected character(s) in `trim`: {ends!r}")
    ndim = np.ndim(filt)
    axes = range(ndim) if axis is None else _axes(axis, ndim)
    places = np.argwhere(known(filt))
    cuts = [slice(None)] * ndim
    for i in axes:
        first, last = (
            (places[:, i].min(), places[:, i].max()) if len(places) else (0, -1)
        )
        start = first if "f" in ends or not len(places) else None
        stop = last + 1 if "b" in ends or not len(places) else None
        cuts[i] = slice(start, stop)
    return filt[tuple(cuts)] if axes else filt


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    return np.lib.array_utils.normalize_axis_tuple(axis, ndim)


def _running(choose: np.ufunc) -> None:
    """Enter a running maximum or minimum: at each place the entry that it is so far."""

    def places(x: Any, axis: int) -> Any:
        numbers = np.arange(x.shape[axis])
        along = [1] * x.ndim
        along[axis] = -1
        new = (x == choose.accumulate(x, axis)) | np.isnan(x)
        reached = np.where(new, numbers.reshape(along), 0)
        return np.maximum.accumulate(reached, axis)

    so_far = Constant(places)

    @implements(choose.accumulate)
    def accumulate(array: Any, axis: int = 0, dtype: Any = None) -> Any:
        array = adopt(array)
        picked = np.take_along_axis(array, so_far(array, axis=axis), axis)
        return picked if dtype is None else picked.astype(dtype)


_running(np.maximum)
_running(np.minimum)
