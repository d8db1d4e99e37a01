"""The transforms of Box and Cox, and of Yeo and Johnson, and their likelihoods."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from diffops.primitive import adopt
from diffops.scipy._mirror import mirrors, refuse_option
from diffops.scipy.stats.samples import reduced, sample, size
from diffops.tags import strip

_SEARCH = "give lmbda, or find it with diffops.argmin"


@mirrors(stats.boxcox)
def boxcox(x: Any, lmbda: Any = None, alpha: Any = None, optimizer: Any = None) -> Any:
    """Return (x^λ − 1) / λ, and log x where λ is 0."""
    if lmbda is None:
        refuse_option("scipy.stats.boxcox", "lmbda=None", _SEARCH)
    return special.boxcox(adopt(x), lmbda)


@mirrors(stats.yeojohnson)
def yeojohnson(x: Any, lmbda: Any = None) -> Any:
    """Return Box and Cox's transform of x + 1, and −that of 1 − x by 2 − λ below 0."""
    if lmbda is None:
        refuse_option("scipy.stats.yeojohnson", "lmbda=None", _SEARCH)
    x = adopt(x)
    rising = strip(x) >= 0
    above = special.boxcox1p(np.where(rising, x, 0.0), lmbda)
    below = special.boxcox1p(np.where(rising, 0.0, -x), 2 - lmbda)
    return np.where(rising, above, -below)[()]


@mirrors(stats.boxcox_llf)
def boxcox_llf(
    lmb: Any,
    data: Any,
    *,
    axis: Any = 0,
    keepdims: bool = False,
    nan_policy: str = "propagate",
) -> Any:
    """Return (λ − 1) Σ log x − n/2 log var y."""
    x, along = sample("boxcox_llf", data, axis, nan_policy)
    slopes = np.sum(np.log(x), axis=along, keepdims=True)
    y = _likelihood(special.boxcox(x, lmb), (lmb - 1) * slopes, along)
    return reduced(y, along, keepdims, axis is None, data)


@mirrors(stats.yeojohnson_llf)
def yeojohnson_llf(
    lmb: Any,
    data: Any,
    *,
    axis: Any = 0,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Return (λ − 1) Σ sign(x) log(|x| + 1) − n/2 log var y."""
    x, along = sample("yeojohnson_llf", data, axis, nan_policy)
    logarithms = np.sign(strip(x)) * np.log1p(np.abs(x))
    slopes = np.sum(logarithms, axis=along, keepdims=True)
    y = _likelihood(yeojohnson(x, lmb), (lmb - 1) * slopes, along)
    return reduced(y, along, keepdims, axis is None, data)


def _likelihood(y: Any, slopes: Any, axis: Any) -> Any:
    spread = np.log(np.var(y, axis=axis, keepdims=True))
    return slopes - size(y, axis) / 2 * spread
