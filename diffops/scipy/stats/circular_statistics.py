"""Mean, variance and standard deviation of angles."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from diffops.scipy._mirror import mirrors
from diffops.scipy.stats.samples import mean, reduced, sample


def _resultant(angles: Any, axis: Any) -> tuple[Any, Any, Any]:
    """Return the means of sine and cosine, and the length of the vector they make."""
    sine, cosine = mean(np.sin(angles), axis), mean(np.cos(angles), axis)
    return sine, cosine, np.minimum(np.hypot(sine, cosine), 1.0)


@mirrors(stats.circmean)
def circmean(
    samples: Any,
    high: Any = 2 * np.pi,
    low: Any = 0,
    axis: Any = None,
    nan_policy: str = "propagate",
    *,
    keepdims: bool = False,
) -> Any:
    """Return the direction of the mean of unit vectors."""
    x, along = sample("circmean", samples, axis, nan_policy)
    scale = 2 * np.pi / (high - low)
    sine, cosine, _ = _resultant((x - low) * scale, along)
    angle = np.mod(np.arctan2(sine, cosine), 2 * np.pi)
    return reduced(angle / scale + low, along, keepdims, axis is None, samples)


@mirrors(stats.circvar)
def circvar(
    samples: Any,
    high: Any = 2 * np.pi,
    low: Any = 0,
    axis: Any = None,
    nan_policy: str = "propagate",
    *,
    keepdims: bool = False,
) -> Any:
    """Return what the mean of unit vectors lacks of 1."""
    x, along = sample("circvar", samples, axis, nan_policy)
    *_, length = _resultant((x - low) * 2 * np.pi / (high - low), along)
    return reduced(1 - length, along, keepdims, axis is None, samples)


@mirrors(stats.circstd)
def circstd(
    samples: Any,
    high: Any = 2 * np.pi,
    low: Any = 0,
    axis: Any = None,
    nan_policy: str = "propagate",
    *,
    normalize: bool = False,
    keepdims: bool = False,
) -> Any:
    """Return √(−2 log r), r the length of the mean of unit vectors."""
    x, along = sample("circstd", samples, axis, nan_policy)
    *_, length = _resultant((x - low) * 2 * np.pi / (high - low), along)
    y = np.sqrt(-2 * np.log(length))
    if not normalize:
        y = y * ((high - low) / (2 * np.pi))
    return reduced(y, along, keepdims, axis is None, samples)
