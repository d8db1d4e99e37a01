"""What statistics of samples share: axes, NaN, what is left of the shape."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.primitive import adopt
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import refuse_option
from diffops.tags import strip


def sample(name: str, a: Any, axis: Any, nan_policy: str) -> tuple[Any, Any]:
    """Return a sample as floats, and the axis of its members, 0 of a flat one."""
    a = adopt(a)
    a = a if hasattr(a, "dtype") else np.float64(a)
    a = np.astype(a, np.float64) if a.dtype.kind in "iub" else a
    if nan_policy not in ("propagate", "raise", "omit"):
        raise ValueError("nan_policy must be one of {'omit', 'propagate', 'raise'}.")
    if nan_policy != "propagate" and np.any(np.isnan(strip(a))):
        if nan_policy == "raise":
            raise ValueError("The input contains nan values")
        refuse_option(f"scipy.stats.{name}", "nan_policy='omit'", "leave them out")
    return (np.ravel(a), 0) if axis is None else (a, axis)


def size(a: Any, axis: Any) -> int:
    """Return how many members there are along an axis, or along several."""
    axes = axis if isinstance(axis, tuple) else (axis,)
    return math.prod(shape_of(a)[k] for k in axes)


def reduced(y: Any, axis: Any, keepdims: bool, flat: bool, like: Any) -> Any:
    """Return y, of length 1 along the axis, with the axes that SciPy leaves."""
    if not keepdims:
        return np.squeeze(y, axis=axis)[()]
    return np.reshape(y, (1,) * len(np.shape(like))) if flat else y


def mean(a: Any, axis: Any, weights: Any = None) -> Any:
    """Return the mean along an axis, which keeps length 1."""
    if weights is None:
        return np.mean(a, axis=axis, keepdims=True)
    total = np.sum(weights, axis=axis, keepdims=True)
    return np.sum(weights * a, axis=axis, keepdims=True) / total


def weighted(weights: Any, a: Any, flat: bool) -> Any:
    """Return weights in the shape of the values that they belong to, if there are any.

    ``a`` are these values as they came, and ``flat`` says that they are to be so.
    """
    if weights is None:
        return None
    weights = np.broadcast_to(adopt(weights), np.shape(a))
    return np.ravel(weights) if flat else weights
