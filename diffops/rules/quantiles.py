"""Median, quantiles and percentiles: interpolations between entries picked by order."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain
from diffops.engines.creating import given
from diffops.primitive import adopt, implements
from diffops.rules._arguments import known
from diffops.rules._constant import deep_strip
from diffops.rules._fitting import is_complex, shape_of
from diffops.rules.reductions import kept_shape
from diffops.rules.statistics import matched
from diffops.tags import Tracked, strip

#: Where in the order of n entries, counted from 0, a method looks for the quantile q.
Place = Callable[[Any, Any], Any]


def _linear_in(alpha: float, beta: float) -> Place:
    """Return the place of R. J. Hyndman and Y. Fan, Sample Quantiles (1996), less 1."""
    return lambda n, q: n * q + (alpha + q * (1 - alpha - beta)) - 1


def _between(n: Any, q: Any) -> Any:
    return (n - 1) * q


def _closest(n: Any, q: Any) -> Any:
    """Round; halfway take the even number, counted from 1."""
    place = n * q - 1.5
    below = np.floor(place)
    return np.where((place == below) & (below % 2 == 1), below, below + 1)


def _averaged(n: Any, q: Any) -> Any:
    place = n * q - 1
    below = np.floor(place)
    return np.where(place == below, below + 0.5, below + 1)


_CONTINUOUS: dict[str, Place] = {
    "linear": _between,
    "interpolated_inverted_cdf": _linear_in(0, 1),
    "hazen": _linear_in(0.5, 0.5),
    "weibull": _linear_in(0, 0),
    "median_unbiased": _linear_in(1 / 3, 1 / 3),
    "normal_unbiased": _linear_in(3 / 8, 3 / 8),
}
#: Their places jump, so that the derivative with respect to q is 0.
_STEPPED: dict[str, Place] = {
    "inverted_cdf": lambda n, q: np.ceil(n * q - 1),
    "averaged_inverted_cdf": _averaged,
    "closest_observation": _closest,
    "lower": lambda n, q: np.floor(_between(n, q)),
    "higher": lambda n, q: np.ceil(_between(n, q)),
    "midpoint": lambda n, q: (np.floor(_between(n, q)) + np.ceil(_between(n, q))) / 2,
    "nearest": lambda n, q: np.rint(_between(n, q)),
}
_PLACES = _CONTINUOUS | _STEPPED
#: These two lie halfway between entries at times.
_WHOLE = _STEPPED.keys() - {"averaged_inverted_cdf", "midpoint"}


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
    shape = shape_of(rows)[:-1] + shape_of(place)[-1:]
    place = np.broadcast_to(given(place, rows), shape)
    return np.take_along_axis(rows, np.take_along_axis(order, place, axis=-1), axis=-1)


def _shaped(y: Any, shape: tuple[int, ...]) -> Any:
    return np.reshape(y, shape) if shape else np.reshape(y, (1,))[0]


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
    y = np.mean(_pick(rows, order, given(middle, rows)), axis=-1)
    shape = kept_shape(shape_of(a), axis) if keepdims else shape_of(y)
    last = np.isnan(_pick(strip(rows), order, given([n - 1], rows)))[..., 0]
    return _shaped(np.where(last, np.nan, y), shape)


@implements(np.nanmedian)
def nanmedian(
    a: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,
    keepdims: bool = False,
) -> Any:
    """Return the median of the entries that are not NaN: those come first."""
    a = adopt(a)
    rows = _rows(a, axis)
    if not shape_of(rows)[-1]:
        return np.nanmean(a, axis=axis, keepdims=keepdims)
    last = np.maximum(np.sum(~np.isnan(rows), axis=-1, keepdims=True) - 1, 0)
    middle = np.concatenate([last // 2, last - last // 2], axis=-1)
    order = np.argsort(rows, axis=-1, kind="stable")
    y = np.mean(_pick(rows, order, middle), axis=-1)
    return _shaped(y, kept_shape(shape_of(a), axis) if keepdims else shape_of(y))


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
    """Interpolate between the entries next to q's place in the order.

    With respect to weights, and to q by methods that jump, the derivative is 0.
    """
    a, q = _arguments(a, q)
    rows = _rows(a, axis)
    n = shape_of(rows)[-1]
    if not n:
        return np.mean(a, axis=axis, keepdims=keepdims)
    if weights is None:
        place = _place(n, q, method)
        below, above = _neighbours(place, n - 1, isinstance(q, Tracked))
        order = _order(rows, [below, above, np.array([n - 1])])
    else:
        order = np.argsort(rows, axis=-1, kind="stable")
        place = below = above = _weighted_place(a, q, axis, order, method, weights)
    y = _interpolate(rows, order, place, below, above, method)
    last = given([n - 1], rows)
    y = np.where(np.isnan(_pick(strip(rows), order, last)), np.nan, y)
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
    a, q = _arguments(a, q)
    rows = _rows(a, axis)
    if not shape_of(rows)[-1]:
        return np.nanmean(a, axis=axis, keepdims=keepdims)
    order = np.argsort(rows, axis=-1, kind="stable")
    if weights is None:
        last = np.sum(~np.isnan(rows), axis=-1, keepdims=True) - 1
        n = (last + 1).astype(getattr(q, "dtype", float))
        place = _place(n, q, method)
        last = np.maximum(last, 0)
        below, above = _neighbours(place, last, isinstance(q, Tracked))
    else:
        place = below = above = _weighted_place(a, q, axis, order, method, weights)
    y = _interpolate(rows, order, place, below, above, method)
    return _finish(y, a, q, axis, keepdims)


def _order(rows: Any, places: Any) -> Any:
    """Return an order of each row that is right at some places, at least."""
    if not all(map(is_plain, places)):  # they vary within a batch, or lie elsewhere
        return np.argsort(rows, axis=-1, kind="stable")
    return np.argpartition(rows, np.unique(np.concatenate(places)).tolist(), axis=-1)


def _arguments(a: Any, q: Any) -> tuple[Any, Any]:
    """Return arrays; a Python number for q takes the precision of the entries."""
    a = adopt(a)
    if not hasattr(a, "dtype"):
        a = np.asarray(a, dtype=float)
    if is_complex(a):
        raise TypeError("a must be an array of real numbers")
    if isinstance(q, (int, float)) and a.dtype.kind == "f":
        q = a.dtype.type(q)
    q = adopt(q)
    valid = np.all((strip(q) >= 0) & (strip(q) <= 1))
    if not isinstance(valid, Tracked) and not valid:
        raise ValueError("Quantiles must be in the range [0, 1]")
    return a, q


def _place(n: Any, q: Any, method: str) -> Any:
    """Return q's place among n entries, by a method, and no further than they reach."""
    if method not in _PLACES:
        raise ValueError(
            f"{method!r} is not a valid method. Use one of: {', '.join(_PLACES)}"
        )
    if method in _STEPPED:
        q = strip(q)
    place = _PLACES[method](n, np.reshape(q, (-1,)))
    place = np.where(place > n - 1, n - 1, place)
    return np.where(place < 0, 0.0, place)


def _weighted_place(
    a: Any, q: Any, axis: Any, order: Any, method: str, weights: Any
) -> Any:
    """Count the entries in whose order the running sum of weights is still below q."""
    if method != "inverted_cdf":
        raise ValueError(f"Only method 'inverted_cdf' supports weights. Got: {method}.")
    weights = np.asarray(known(weights), dtype=float)
    weights = matched(weights, shape_of(a), axis)
    if np.any(weights < 0):
        raise ValueError("Weights must be non-negative.")
    missing = np.isnan(known(a))
    weights = np.where(missing, 0.0, np.broadcast_to(weights, missing.shape))
    sums = np.cumsum(np.take_along_axis(_rows(weights, axis), order, -1), axis=-1)
    total = sums[..., -1:]
    empty = np.all(_rows(missing, axis), axis=-1, keepdims=True)
    if not np.all(np.isfinite(total) & ((total > 0) | empty)):
        raise ValueError("Weights included NaN, inf or were all zero.")
    shares = (sums / np.where(total == 0, 1.0, total))[..., None, :]
    below = (shares < np.reshape(deep_strip(q), (-1, 1))) | (shares == 0)
    return np.minimum(np.sum(below, axis=-1), shares.shape[-1] - 1)


def _neighbours(place: Any, last: Any, apart: bool) -> tuple[Any, Any]:
    """Return the entries next to a place, two different ones if the place may move."""
    below = np.floor(place).astype(int)
    below = np.clip(below, 0, np.maximum(last - 1, 0) if apart else last)
    return below, np.minimum(below + 1, last)


def _interpolate(
    rows: Any, order: Any, place: Any, below: Any, above: Any, method: str
) -> Any:
    low = _pick(rows, order, below)
    if method in _WHOLE:
        return _pick(rows, order, place.astype(int))
    high = _pick(rows, order, above)
    return low + given(place - below.astype(place.dtype), rows) * (high - low)


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
