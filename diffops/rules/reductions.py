"""Reductions over axes: sums, products, extrema and means, and those that skip NaN."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain
from diffops.engines.creating import repeated
from diffops.primitive import adopt, implements
from diffops.rules._batches import reducing
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import general, linear
from diffops.rules.cumulative import shifted


def kept_shape(shape: tuple[int, ...], axis: Any) -> tuple[int, ...]:
    """Return the shape of a reduction with ``keepdims=True``."""
    if axis is None:
        return (1,) * len(shape)
    axes = {i % len(shape) for i in (axis if isinstance(axis, tuple) else (axis,))}
    return tuple(1 if i in axes else size for i, size in enumerate(shape))


def restore(y: Any, shape: tuple[int, ...], axis: Any, keepdims: bool) -> Any:
    """Give a reduced value its axes back, so that it broadcasts against what it was."""
    if keepdims or axis is None or shape_of(y) == ():
        return y
    return np.reshape(y, kept_shape(shape, axis))


def count(
    shape: tuple[int, ...],
    axis: Any,
    where: Any = True,
    keepdims: bool = False,
    dtype: Any = float,
) -> Any:
    """Return how many entries a reduction takes: an int, or an array under a mask."""
    if where is not True:
        chosen = np.broadcast_to(where, shape)
        total = np.sum(chosen, axis=axis, keepdims=keepdims)
        return total.astype(np.finfo(dtype).dtype)
    if axis is None or not shape:
        return math.prod(shape)
    if isinstance(axis, tuple):
        return math.prod(shape[i] for i in axis)
    return shape[axis]


def masked(a: Any, where: Any, neutral: float, dtype: Any = None) -> Any:
    """Apply ``dtype=`` and ``where=``: entries that are left out become neutral."""
    a = adopt(a)
    if dtype is not None:
        a = a.astype(dtype)
    return a if where is True else np.where(where, a, neutral)


def sum_(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Return ``np.sum(x)``, which takes three times as long on a small array."""
    try:
        return x.sum(axis=axis, keepdims=keepdims)
    except AttributeError:
        return np.sum(x, axis=axis, keepdims=keepdims)


def _hand_out(
    g: Any, shape: tuple[int, ...], axis: Any = None, keepdims: bool = False
) -> Any:
    """Give every summed entry the cotangent of its sum."""
    if not shape:
        return g
    if shape_of(g) == () and is_plain(g):
        return repeated(g, shape)
    return np.broadcast_to(restore(g, shape, axis, keepdims), shape)


summation = linear(sum_, transpose=_hand_out, batch=reducing)


@implements(np.sum)
def sum_of(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """Sum; the plain case goes straight to the primitive, since it is everywhere."""
    if dtype is not None or where is not True:
        a = masked(a, where, 0.0, dtype)
    if axis is None and keepdims is False:
        y = summation(a)
    else:
        y = summation(a, axis=axis, keepdims=keepdims)
    return y if initial is None else y + initial


@implements(np.mean)
def mean(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    *,
    where: Any = True,
) -> Any:
    """Return the sum over the count; of half precision summed in single, as NumPy."""
    kind = getattr(a, "dtype", None)
    if kind is None or dtype is not None or where is not True:
        a = masked(a, where, 0.0, dtype)
    elif kind.char == "e":
        return mean(a, axis, np.float32, keepdims=keepdims).astype(kind)
    if axis is None and where is True:
        return sum_of(a, keepdims=keepdims) / math.prod(shape_of(a))
    total = sum_of(a, axis, keepdims=keepdims)
    return total / count(shape_of(a), axis, where, keepdims, total.dtype)


def _others(x: Any, axis: int) -> Any:
    """Return for each entry the product of all others along the axis: no division."""
    before = shifted(np.cumprod(x, axis=axis), axis, 1.0)
    following = np.cumprod(np.flip(x, axis), axis=axis)
    return before * np.flip(shifted(following, axis, 1.0), axis)


def _pushforward_product(
    y: Any, args: Sequence[Any], tangents: Sequence[Any], axis: int
) -> Any:
    return np.sum(tangents[0] * _others(args[0], axis), axis=axis)


def _pullback_product(g: Any, y: Any, x: Any, axis: int) -> Any:
    return restore(g, shape_of(x), axis, False) * _others(x, axis)


product = general(np.prod, _pushforward_product, _pullback_product, batch=reducing)


@implements(np.prod)
def product_of(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """Multiply along one axis after the other."""
    a = masked(a, where, 1.0, dtype)
    shape = shape_of(a)
    if axis is None or not shape:
        y = product(a if len(shape) == 1 else np.ravel(a), axis=0)
    else:
        y = +a if axis == () else a
        for i in sorted(np.lib.array_utils.normalize_axis_tuple(axis, len(shape)))[
            ::-1
        ]:
            y = product(y, axis=i)
    if keepdims:
        y = np.reshape(y, kept_shape(shape, axis))
    return y if initial is None else y * initial


def _chosen(y: Any, x: Any, axis: Any, keepdims: bool) -> tuple[Any, Any]:
    """Return where an extremum is attained (or is NaN), and in how many places."""
    top = restore(y, shape_of(x), axis, keepdims)
    chosen = np.equal(x, top) | np.not_equal(x, x)
    ties = np.sum(chosen, axis=axis, keepdims=True, dtype=y.dtype)
    return chosen, ties if shape_of(x) else ties[()]


def _pushforward_extremum(
    y: Any, args: Sequence[Any], tangents: Sequence[Any], axis: Any, keepdims: bool
) -> Any:
    chosen, ties = _chosen(y, args[0], axis, keepdims)
    share = np.where(chosen, tangents[0] / ties, 0.0)
    return sum_of(share, axis, keepdims=keepdims)


def _pullback_extremum(g: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    chosen, ties = _chosen(y, x, axis, keepdims)
    shared = restore(g, shape_of(x), axis, keepdims) / ties
    return np.where(chosen, shared, 0.0) if shape_of(x) else shared


def _extremum(
    functions: tuple[Callable[..., Any], Callable[..., Any]],
    blind: Callable[..., Any],
    choose: Callable[..., Any],
    bound: float,
) -> None:
    """Enter np.max or np.min and its NaN-blind kin: ties share the derivative."""
    function = functions[0]
    primitive = general(
        function, _pushforward_extremum, _pullback_extremum, batch=reducing
    )

    def reduce(
        a: Any,
        axis: Any = None,
        out: None = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Any:
        if where is not True and initial is None:
            raise ValueError(f"np.{function.__name__}(where=) wants initial= as well")
        a = masked(a, where, bound)
        shape = shape_of(a)
        if initial is not None and not count(shape, axis):
            nothing = np.zeros(shape, a.dtype)
            y = function(nothing, axis=axis, keepdims=keepdims, initial=bound)
        else:
            y = primitive(a, axis=axis, keepdims=keepdims)
        return y if initial is None else choose(y, initial)

    def reduce_numbers(
        a: Any,
        axis: Any = None,
        out: None = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Any:
        a = adopt(a)
        present = ~np.isnan(a) & where
        y = primitive(masked(a, present, bound), axis=axis, keepdims=keepdims)
        if initial is not None:
            return choose(y, initial)
        found = np.any(present, axis=axis, keepdims=keepdims)
        return np.where(found, y, np.nan)[()]

    implements(*functions)(reduce)
    implements(blind)(reduce_numbers)


_extremum((np.max, np.amax), np.nanmax, np.maximum, -math.inf)
_extremum((np.min, np.amin), np.nanmin, np.minimum, math.inf)


@implements(np.ptp)
def ptp(a: Any, axis: Any = None, out: None = None, keepdims: bool = False) -> Any:
    """Return the extent from the least to the greatest entry."""
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(
        a, axis=axis, keepdims=keepdims
    )


def skipping_nan(reduce: Callable[..., Any]) -> Callable[..., Any]:
    """Return a reduction that leaves NaN out through its ``where=``."""

    def reduce_numbers(a: Any, *args: Any, where: Any = True, **kwargs: Any) -> Any:
        a = adopt(a)
        return reduce(a, *args, where=~np.isnan(a) & where, **kwargs)

    return reduce_numbers


implements(np.nansum)(skipping_nan(sum_of))
implements(np.nanprod)(skipping_nan(product_of))
implements(np.nanmean)(skipping_nan(mean))
