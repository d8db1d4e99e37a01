"""Statistics of samples without their outliers.

What is cut off is a constant choice, and derivatives are those of what remains.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from diffops.scipy._mirror import mirrors
from diffops.scipy.stats.samples import reduced, sample, size
from diffops.tags import strip


def _kept(a: Any, limits: Any, inclusive: Any) -> Any:
    """Return which members lie within limits."""
    a = strip(a)
    low, high = (None, None) if limits is None else limits
    kept = np.ones_like(a, dtype=bool)
    if low is not None:
        kept = kept & (a >= low if inclusive[0] else a > low)
    if high is not None:
        kept = kept & (a <= high if inclusive[1] else a < high)
    return kept


@mirrors(stats.tmean)
def tmean(
    a: Any,
    limits: Any = None,
    inclusive: Any = (True, True),
    axis: Any = None,
    *,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Return the mean of what lies within limits."""
    x, along = sample("tmean", a, axis, nan_policy)
    kept = _kept(x, limits, inclusive)
    with np.errstate(invalid="ignore", divide="ignore"):
        y = np.mean(x, axis=along, keepdims=True, where=kept)
    return reduced(y, along, keepdims, axis is None, a)


@mirrors(stats.tvar)
def tvar(
    a: Any,
    limits: Any = None,
    inclusive: Any = (True, True),
    axis: Any = 0,
    ddof: Any = 1,
    *,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Return the variance of what lies within limits."""
    x, along = sample("tvar", a, axis, nan_policy)
    kept = _kept(x, limits, inclusive)
    with np.errstate(invalid="ignore", divide="ignore"):
        y = np.var(x, axis=along, ddof=ddof, keepdims=True, where=kept)
    return reduced(y, along, keepdims, axis is None, a)


@mirrors(stats.tstd)
def tstd(
    a: Any,
    limits: Any = None,
    inclusive: Any = (True, True),
    axis: Any = 0,
    ddof: Any = 1,
    *,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Return the standard deviation of what lies within limits."""
    x, along = sample("tstd", a, axis, nan_policy)
    kept = _kept(x, limits, inclusive)
    with np.errstate(invalid="ignore", divide="ignore"):
        y = np.std(x, axis=along, ddof=ddof, keepdims=True, where=kept)
    return reduced(y, along, keepdims, axis is None, a)


@mirrors(stats.tsem)
def tsem(
    a: Any,
    limits: Any = None,
    inclusive: Any = (True, True),
    axis: Any = 0,
    ddof: Any = 1,
    *,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Return the standard error of the mean of what lies within limits."""
    x, along = sample("tsem", a, axis, nan_policy)
    kept = _kept(x, limits, inclusive)
    count = np.sum(kept, axis=along, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        deviation = np.std(x, axis=along, ddof=ddof, keepdims=True, where=kept)
    y = deviation / np.astype(np.sqrt(count), x.dtype)
    return reduced(y, along, keepdims, axis is None, a)


@mirrors(stats.trim_mean)
def trim_mean(
    a: Any,
    proportiontocut: Any,
    axis: Any = 0,
    *,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Return the mean of a sorted sample without a share of it at both ends."""
    x, along = sample("trim_mean", a, axis, nan_policy)
    count = size(x, along)
    cut = int(proportiontocut * count)
    if 2 * cut >= count > 0:
        raise ValueError("Proportion too big.")
    inner = np.take(np.sort(x, axis=along), np.arange(cut, count - cut), axis=along)
    y = np.mean(inner, axis=along, keepdims=True)
    return reduced(y, along, keepdims, axis is None, a)


_NORMAL = "normal"


@mirrors(stats.iqr)
def iqr(
    x: Any,
    axis: Any = None,
    rng: Any = (25, 75),
    scale: Any = 1.0,
    nan_policy: str = "propagate",
    interpolation: Any = "linear",
    keepdims: bool = False,
) -> Any:
    """Return the distance of two quantiles, of which ``scale`` is the unit."""
    members, along = sample("iqr", x, axis, nan_policy)
    low, high = (
        np.percentile(members, q, axis=along, method=interpolation, keepdims=True)
        for q in sorted(map(float, rng))
    )
    y = high - low
    if isinstance(scale, str):
        scale = {_NORMAL: 2 * special.erfinv(0.5) * np.sqrt(2.0)}[scale.lower()]
    return reduced(y / scale, along, keepdims, axis is None, x)


@mirrors(stats.median_abs_deviation)
def median_abs_deviation(
    x: Any,
    axis: Any = 0,
    center: Any = None,
    scale: Any = 1.0,
    nan_policy: str = "propagate",
    *,
    keepdims: bool = False,
) -> Any:
    """Return the median of distances from the median, or from that ``center``."""
    members, along = sample("median_abs_deviation", x, axis, nan_policy)
    if center is None or center is np.median:
        middle = np.median(members, axis=along, keepdims=True)
    else:
        middle = np.expand_dims(center(members, axis=along), along)
    y = np.median(np.abs(members - middle), axis=along, keepdims=True)
    if isinstance(scale, str):
        scale = {_NORMAL: special.ndtri(0.75)}[scale.lower()]
    return reduced(y / scale, along, keepdims, axis is None, x)
