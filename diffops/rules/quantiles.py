"""Median, quantiles and percentiles: interpolations between entries picked by order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt, implements
from diffops.rules._fitting import shape_of
from diffops.rules.reductions import kept_shape
from diffops.tags import Tracked, strip


def _rows(a: Any, axis: Any) -> Any:
    """Bring the axes of a reduction together as one last axis."""
    shape = shape_of(a)
    if axis is None or not shape:
        return np.reshape(a, (math.prod(shape),))
    axes = np.lib.array_utils.normalize_axis_tuple(axis, len(shape))
    others = tuple(i for i in range(len(shape)) if i not in axes)
    sizes = tuple(shape[i] for i in others)
    moved = np.transpose(a, others + axes)
    return np.reshape(moved, (*sizes, math.prod(shape[i] for i in axes)))


def _pick(rows: Any, order: Any, place: Any) -> Any:
    """Return the entries at some places of the order of each row."""
    place = np.broadcast_to(place, shape_of(rows)[:-1] + place.shape[-1:])
    return np.take_along_axis(rows, np.take_along_axis(order, place, axis=-1), axis=-1)


def _shaped(y: Any, shape: tuple[int, ...]) -> Any:
    return np.reshape(y, shape) if shape else np.reshape(y, (1,))[0]


def _nan_where(missing: Any, y: Any) -> Any:
    return np.where(missing, np.nan, y)


@implements(np.median)
def median(
    a: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,
    keepdims: bool = False,
) -> Any:
    """Return the middle entry, or the mean of the middle two."""
    a = adopt(a)
    rows = _rows(a, axis)
    n = rows.shape[-1]
    if not n:
        return np.mean(a, axis=axis, keepdims=keepdims)
    middle = [n // 2] if n % 2 else [n // 2 - 1, n // 2]
    order = np.argpartition(rows, [*middle, n - 1], axis=-1)
    y = np.mean(_pick(rows, order, np.array(middle)), axis=-1)
    shape = kept_shape(shape_of(a), axis) if keepdims else shape_of(y)
    last = np.isnan(_pick(strip(rows), order, np.array([n - 1])))[..., 0]
    return _shaped(_nan_where(last, y), shape)


@implements(np.quantile)
def quantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,
    method: Any = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Any:
    """Interpolate between the entries next to q's place in the order."""
    a, q = _arguments(a, q, weights)
    rows = _rows(a, axis)
    n = rows.shape[-1]
    # The quantiles of 0, 1, 2, … are the places, whatever the method.
    place = np.quantile(np.arange(n, dtype=a.dtype), strip(q), method=method)
    if isinstance(q, Tracked):
        place = _follow(q, method) * (n - 1)
    place = np.reshape(place, (-1,))
    below, above = _neighbours(place, n - 1, isinstance(q, Tracked))
    kth = np.unique(np.concatenate([below, above, [n - 1]]))
    order = np.argpartition(rows, kth, axis=-1)
    y = _interpolate(rows, order, place, below, above)
    y = _nan_where(np.isnan(_pick(strip(rows), order, kth[-1:])), y)
    return _finish(y, a, q, axis, keepdims)


@implements(np.nanquantile)
def nanquantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,
    method: Any = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Any:
    """Interpolate among the entries of each row that are not NaN: those come first."""
    a, q = _arguments(a, q, weights)
    rows = _rows(a, axis)
    last = np.sum(~np.isnan(rows), axis=-1, keepdims=True) - 1
    place = np.reshape(_follow(q, method), (-1,)) * last.astype(a.dtype)
    below, above = _neighbours(place, np.maximum(last, 0), isinstance(q, Tracked))
    order = np.argsort(rows, axis=-1, kind="stable")
    y = _interpolate(rows, order, place, below, above)
    return _finish(y, a, q, axis, keepdims)


def _arguments(a: Any, q: Any, weights: Any) -> tuple[Any, Any]:
    if weights is not None:
        raise NoDerivativeError(
            f"quantiles with weights= of a tracked value{at_user_line()} have no "
            "derivative rule; pick the entries with np.sort and np.interp"
        )
    a = adopt(a)
    if not hasattr(a, "dtype"):
        a = np.asarray(a, dtype=float)
    if isinstance(q, (int, float)) and a.dtype.kind == "f":
        return a, a.dtype.type(q)
    return a, adopt(q)


def _follow(q: Any, method: str) -> Any:
    if method == "linear":
        return q
    raise NoDerivativeError(
        f"quantile(method={method!r}){at_user_line()}: with respect to q, and where "
        "NaN are skipped, only method='linear' has a derivative rule"
    )


def _neighbours(place: Any, last: Any, apart: bool) -> tuple[Any, Any]:
    """Return the entries next to a place, two different ones if the place may move."""
    below = np.floor(place).astype(int)
    below = np.clip(below, 0, np.maximum(last - 1, 0) if apart else last)
    return below, np.minimum(below + 1, last)


def _interpolate(rows: Any, order: Any, place: Any, below: Any, above: Any) -> Any:
    low = _pick(rows, order, below)
    high = _pick(rows, order, above)
    return low + (place - below.astype(place.dtype)) * (high - low)


def _finish(y: Any, a: Any, q: Any, axis: Any, keepdims: bool) -> Any:
    """Put the axes of q first, and keep those of the reduction if asked for."""
    y = np.moveaxis(y, -1, 0)
    rest = kept_shape(shape_of(a), axis) if keepdims else shape_of(y)[1:]
    return _shaped(y, shape_of(q) + rest)


def _percent(q: Any, a: Any) -> Any:
    dtype = getattr(a, "dtype", np.dtype(float))
    return adopt(q) / (dtype.type(100) if dtype.kind == "f" else 100)


@implements(np.percentile)
def percentile(a: Any, q: Any, *args: Any, **kwargs: Any) -> Any:
    """Return the quantile at q percent."""
    a = adopt(a)
    return quantile(a, _percent(q, a), *args, **kwargs)


@implements(np.nanpercentile)
def nanpercentile(a: Any, q: Any, *args: Any, **kwargs: Any) -> Any:
    """Return the quantile at q percent of the entries that are not NaN."""
    a = adopt(a)
    return nanquantile(a, _percent(q, a), *args, **kwargs)


@implements(np.nanmedian)
def nanmedian(
    a: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,
    keepdims: bool = False,
) -> Any:
    """Return the median of the entries that are not NaN."""
    return nanquantile(a, 0.5, axis, keepdims=keepdims)
