"""Statistics: variance, standard deviation, weighted average, covariance."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import is_at_hand
from diffops.engines.creating import alongside
from diffops.engines.loading import is_lazy
from diffops.primitive import ONE, adopt, implements
from diffops.rules._batches import reducing
from diffops.rules._fitting import is_complex, shape_of
from diffops.rules._kinds import elementwise, general
from diffops.rules._kinks import knowing_square
from diffops.rules.reductions import count, mean as mean_of, restore, skipping_nan, sum_


def _deviation(x: Any, axis: Any) -> Any:
    return x - mean_of(x, axis, keepdims=axis is not None)


def _squared_distance(x: Any, axis: Any, keepdims: bool) -> Any:
    """Return the sum of the squared distances from the mean."""
    deviation = _deviation(x, axis)
    return sum_(deviation * deviation, axis, keepdims)


def _pushforward_squared_distance(
    y: Any, args: Sequence[Any], tangents: Sequence[Any], axis: Any, keepdims: bool
) -> Any:
    change = _deviation(args[0], axis) * tangents[0]
    return 2.0 * np.sum(change, axis=axis, keepdims=keepdims)


def _pullback_squared_distance(
    g: Any, y: Any, x: Any, axis: Any, keepdims: bool
) -> Any:
    """The mean itself contributes nothing: there the sum of squares is least."""
    return restore(2.0 * g, shape_of(x), axis, keepdims) * _deviation(x, axis)


squared_distance = general(
    _squared_distance,
    _pushforward_squared_distance,
    _pullback_squared_distance,
    batch=reducing,
)


@implements(np.var)
def variance(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    ddof: Any = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    """Return the mean squared distance from the mean, over n - ddof."""
    if correction is not None:
        if ddof != 0:
            raise ValueError("ddof and correction can't be provided simultaneously.")
        ddof = correction
    a = adopt(a)
    if dtype is not None:
        a = a.astype(dtype)
    if mean is None and where is True and not is_complex(a):
        total = squared_distance(a, axis=axis, keepdims=keepdims)
        return total / max(count(shape_of(a), axis) - ddof, 0)
    if mean is None:
        mean = mean_of(a, axis, keepdims=True, where=where)
    deviation = a - mean
    if where is not True:
        deviation = np.where(where, deviation, 0.0)
    square = _squared_modulus if is_complex(a) else np.square
    total = np.sum(square(deviation), axis=axis, keepdims=keepdims)
    n = count(shape_of(a), axis, where, keepdims, total.dtype)
    return total / (max(n - ddof, 0) if where is True else np.maximum(n - ddof, 0))


def _squared_modulus(z: Any) -> Any:
    return np.square(np.real(z)) + np.square(np.imag(z))


def _root(variance: Any) -> Any:
    return np.sqrt(variance)


def _slope_of_root(y: Any, variance: Any) -> Any:
    if shape_of(y) == () and is_at_hand(y):
        return 0.5 / y if y else 0.0
    return 0.5 / np.where(y == 0, np.inf, y)


#: The square root of a variance. Where that is zero all entries are equal, the standard
#: deviation is at its minimum, and its derivative is taken to be zero.
root = elementwise(_root, _slope_of_root, on=((0.2, 3.0),))


@implements(np.std)
def standard_deviation(a: Any, *args: Any, **kwargs: Any) -> Any:
    """Return the root of the variance."""
    square = variance(a, *args, **kwargs)
    return knowing_square(root(square), lambda: square, "root", square)


implements(np.nanvar)(skipping_nan(variance))
implements(np.nanstd)(skipping_nan(standard_deviation))


@implements(np.average)
def average(
    a: Any,
    axis: Any = None,
    weights: Any = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Any:
    """Return the mean under weights, and their sum if ``returned``."""
    a = adopt(a)
    if weights is None:
        y = np.mean(a, axis=axis, keepdims=keepdims)
        total = y.dtype.type(count(shape_of(a), axis))
    else:
        weights = matched(adopt(alongside(weights, a)), shape_of(a), axis)
        total = np.sum(weights, axis=axis, keepdims=keepdims)
        if not is_lazy(total) and np.any(total == 0):
            raise ZeroDivisionError("Weights sum to zero, can't be normalized")
        y = np.sum(a * weights, axis=axis, keepdims=keepdims) / total
    if not returned:
        return y
    shape = shape_of(y)
    return y, total if shape_of(total) == shape else np.broadcast_to(total, shape)


def matched(weights: Any, shape: tuple[int, ...], axis: Any) -> Any:
    """Give weights along some axes the shape that broadcasts against the array."""
    if shape_of(weights) == shape:
        return weights
    if axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    axes = np.lib.array_utils.normalize_axis_tuple(axis, len(shape))
    if shape_of(weights) != tuple(shape[i] for i in axes):
        raise ValueError(
            "Shape of weights must be consistent with shape of a along specified axis."
        )
    order = sorted(range(len(axes)), key=axes.__getitem__)
    sizes = tuple(size if i in axes else 1 for i, size in enumerate(shape))
    return np.reshape(np.transpose(weights, order), sizes)


@implements(np.cov)
def covariance(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """Return the covariance matrix of the variables, or the variance of one."""
    if dtype is None:
        parts = [adopt(part).dtype for part in (m, y) if part is not None]
        dtype = np.result_type(np.float64, *parts)
    x = _rows(m, rowvar or np.ndim(m) == 1, dtype)
    if y is not None:
        y = adopt(y)
        alone = np.ndim(y) < 2 or y.shape[0] == 1
        x = np.concatenate([x, _rows(y, rowvar or alone, dtype)], axis=0)
    if not len(x):
        return x.reshape(0, 0)
    if ddof is None:
        ddof = 0 if bias else 1
    weights = aweights if aweights is None else adopt(aweights)
    if fweights is not None:
        counts = adopt(fweights)
        weights = counts if weights is None else counts * weights
    mean, total = np.average(x, axis=1, weights=weights, returned=True)
    total = total[0]
    if aweights is not None and ddof:
        divisor = total - ddof * np.sum(weights * aweights) / total
    else:
        divisor = total - ddof
    if not is_lazy(divisor) and divisor <= 0:
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=2)
        divisor = np.float64(0)
    deviation = x - mean[:, None]
    weighted = deviation if weights is None else deviation * weights
    y = deviation @ np.conjugate(weighted.T) / divisor
    return y[0, 0] if len(x) == 1 else y


def _rows(m: Any, rowvar: bool, dtype: Any) -> Any:
    """Return observations as a matrix with one variable per row."""
    m = adopt(m).astype(dtype)
    if np.ndim(m) > 2:
        raise ValueError("observations of more than 2 dimensions")
    if np.ndim(m) < 2:
        m = np.reshape(m, (1, -1))
    return m if rowvar else m.T


def _clipped(c: Any) -> Any:
    if not is_complex(c):
        return np.clip(c, -1, 1)
    return np.clip(c.real, -1, 1) + 1j * np.clip(c.imag, -1, 1)


#: Rounding may take a correlation beyond 1; mending that leaves its derivative alone.
clipped = elementwise(_clipped, lambda y, c: ONE, on=((-0.9, 0.9),))


@implements(np.corrcoef)
def correlation(
    x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None
) -> Any:
    """Return the covariance matrix, scaled to ones on the diagonal."""
    c = covariance(x, y, rowvar, dtype=dtype)
    if np.ndim(c) == 0:
        return c / c
    deviation = np.sqrt(np.real(np.diagonal(c)))
    return clipped(c / deviation[:, None] / deviation)
