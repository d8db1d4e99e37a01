"""Statistics that describe samples: means of several kinds, moments, scores, spread."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from diffops.primitive import adopt
from diffops.scipy._mirror import mirrors
from diffops.scipy.stats.samples import mean, reduced, sample, size, weighted
from diffops.tags import strip


@mirrors(stats.gmean)
def gmean(
    a: Any,
    axis: Any = 0,
    dtype: Any = None,
    weights: Any = None,
    *,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Return the geometric mean, exp of the mean of logarithms."""
    x, along = sample("gmean", a, axis, nan_policy)
    weights = weighted(weights, a, axis is None)
    with np.errstate(divide="ignore"):
        logarithms = np.log(x if dtype is None else np.astype(x, dtype))
    y = np.exp(mean(logarithms, along, weights))
    return reduced(y, along, keepdims, axis is None, a)


@mirrors(stats.hmean)
def hmean(
    a: Any,
    axis: Any = 0,
    dtype: Any = None,
    *,
    weights: Any = None,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Return the harmonic mean, the reciprocal of the mean of reciprocals."""
    return _power_mean("hmean", a, -1, axis, dtype, weights, nan_policy, keepdims)


@mirrors(stats.pmean)
def pmean(
    a: Any,
    p: Any,
    *,
    axis: Any = 0,
    dtype: Any = None,
    weights: Any = None,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Return the power mean (Σ aᵖ / n)^(1/p); that of power 0 is the geometric one."""
    if np.all(strip(p) == 0):
        return gmean(a, axis, dtype, weights, nan_policy=nan_policy, keepdims=keepdims)
    return _power_mean("pmean", a, p, axis, dtype, weights, nan_policy, keepdims)


def _power_mean(
    name: str,
    a: Any,
    p: Any,
    axis: Any,
    dtype: Any,
    weights: Any,
    nan_policy: str,
    keepdims: bool,
) -> Any:
    x, along = sample(name, a, axis, nan_policy)
    x = x if dtype is None else np.astype(x, dtype)
    weights = weighted(weights, a, axis is None)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.power(mean(np.power(x, p), along, weights), 1 / p)
    return reduced(y, along, keepdims, axis is None, a)


def _central(a: Any, order: Any, axis: Any, center: Any = None) -> Any:
    middle = mean(a, axis) if center is None else center
    return mean((a - middle) ** order, axis)


@mirrors(stats.moment)
def moment(
    a: Any,
    order: Any = 1,
    axis: Any = 0,
    nan_policy: str = "propagate",
    *,
    center: Any = None,
    keepdims: bool = False,
) -> Any:
    """Return the mean power of the deviations from the mean, or from ``center``."""
    x, along = sample("moment", a, axis, nan_policy)
    if np.size(order) > 1:
        each = [
            moment(a, k, axis, nan_policy, center=center, keepdims=keepdims)
            for k in np.ravel(order)
        ]
        return np.stack(each)
    y = _central(x, int(order), along, center)
    return reduced(y, along, keepdims, axis is None, a)


@mirrors(stats.skew)
def skew(
    a: Any,
    axis: Any = 0,
    bias: bool = True,
    nan_policy: str = "propagate",
    *,
    keepdims: bool = False,
) -> Any:
    """Return the third moment over the second one's power 3/2, NaN of a constant."""
    x, along = sample("skew", a, axis, nan_policy)
    n = size(x, along)
    second = _varying(x, _central(x, 2, along), along)
    y = _central(x, 3, along) / second**1.5
    if not bias and n > 2:
        y = y * (np.sqrt((n - 1.0) * n) / (n - 2.0))
    return reduced(y, along, keepdims, axis is None, a)


@mirrors(stats.kurtosis)
def kurtosis(
    a: Any,
    axis: Any = 0,
    fisher: bool = True,
    bias: bool = True,
    nan_policy: str = "propagate",
    *,
    keepdims: bool = False,
) -> Any:
    """Return the fourth moment over the squared second one, less 3 by ``fisher``."""
    x, along = sample("kurtosis", a, axis, nan_policy)
    n = size(x, along)
    second = _varying(x, _central(x, 2, along), along)
    y = _central(x, 4, along) / (second * second)
    if not bias and n > 3:
        y = ((n * n - 1.0) * y - 3 * (n - 1.0) ** 2) / ((n - 2) * (n - 3)) + 3
    return reduced(y - 3 if fisher else y, along, keepdims, axis is None, a)


def _varying(x: Any, second: Any, axis: Any) -> Any:
    """Return the variance, NaN where it is nothing but the rounding of a constant."""
    x = strip(x)
    rounding = (np.finfo(x.dtype).eps * np.mean(x, axis=axis, keepdims=True)) ** 2
    return second * np.where(strip(second) <= rounding, np.nan, 1.0).astype(x.dtype)


@mirrors(stats.variation)
def variation(
    a: Any,
    axis: Any = 0,
    nan_policy: str = "propagate",
    ddof: Any = 0,
    *,
    keepdims: bool = False,
) -> Any:
    """Return the standard deviation over the mean."""
    x, along = sample("variation", a, axis, nan_policy)
    y = np.std(x, axis=along, ddof=ddof, keepdims=True) / mean(x, along)
    return reduced(y, along, keepdims, axis is None, a)


@mirrors(stats.sem)
def sem(
    a: Any,
    axis: Any = 0,
    ddof: Any = 1,
    nan_policy: str = "propagate",
    *,
    keepdims: bool = False,
) -> Any:
    """Return the standard error of the mean."""
    x, along = sample("sem", a, axis, nan_policy)
    root = np.sqrt(size(x, along))
    y = np.std(x, axis=along, ddof=ddof, keepdims=True) / np.astype(root, x.dtype)
    return reduced(y, along, keepdims, axis is None, a)


@mirrors(stats.gstd)
def gstd(
    a: Any,
    axis: Any = 0,
    ddof: Any = 1,
    *,
    keepdims: bool = False,
    nan_policy: str = "propagate",
) -> Any:
    """Return exp of the standard deviation of logarithms."""
    x, along = sample("gstd", a, axis, nan_policy)
    y = np.exp(np.std(np.log(x), axis=along, ddof=ddof, keepdims=True))
    return reduced(y, along, keepdims, axis is None, a)


@mirrors(stats.zmap)
def zmap(
    scores: Any,
    compare: Any,
    axis: Any = 0,
    ddof: Any = 0,
    nan_policy: str = "propagate",
) -> Any:
    """Return scores less the mean of a sample, over its standard deviation."""
    members, along = sample("zmap", compare, axis, nan_policy)
    scores = adopt(scores)
    middle = mean(members, along)
    deviation = np.std(members, axis=along, ddof=ddof, keepdims=True)
    rounding = np.finfo(members.dtype).eps * np.abs(strip(middle))
    still = np.where(strip(deviation) <= rounding, np.nan, 1.0)
    return (scores - middle) / (deviation * still.astype(members.dtype))


@mirrors(stats.zscore)
def zscore(a: Any, axis: Any = 0, ddof: Any = 0, nan_policy: str = "propagate") -> Any:
    """Return a sample less its mean, over its standard deviation."""
    return zmap(a, a, axis, ddof, nan_policy)


@mirrors(stats.gzscore)
def gzscore(
    a: Any, *, axis: Any = 0, ddof: Any = 0, nan_policy: str = "propagate"
) -> Any:
    """Return the scores of logarithms."""
    return zscore(np.log(adopt(a)), axis, ddof, nan_policy)


@mirrors(stats.entropy)
def entropy(
    pk: Any,
    qk: Any = None,
    base: Any = None,
    axis: Any = 0,
    *,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Return −Σ p log p of a sample that is scaled to sum 1, or Σ p log(p / q)."""
    p, along = sample("entropy", pk, axis, nan_policy)
    p = p / np.sum(p, axis=along, keepdims=True)
    if qk is None:
        terms = special.entr(p)
    else:
        q, _ = sample("entropy", qk, axis, nan_policy)
        terms = special.rel_entr(p, q / np.sum(q, axis=along, keepdims=True))
    y = np.sum(terms, axis=along, keepdims=True)
    y = y if base is None else y / np.log(base)
    return reduced(y, along, keepdims, axis is None, pk)
