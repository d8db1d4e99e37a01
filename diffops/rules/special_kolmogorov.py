"""Kolmogorov's and Smirnov's distributions of the largest deviation, and inverses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from diffops.rules._fitting import shape_of
from diffops.rules.special_kinds import Unknown, analytic
from diffops.tags import strip

_TERMS = 8


def _kolmogorov_density(y: Any) -> Any:
    """Return the density, below 1 by Jacobi's identity of the theta function."""
    low = y < 1.0
    small = np.where(low, y, 1.0)[()]
    large = np.where(low, 1.0, y)[()]
    safe = np.where(small > 0.04, small, 1.0)[()]
    near: Any = 0.0
    far: Any = 0.0
    for k in range(1, _TERMS + 1):
        c = ((2 * k - 1) * math.pi) ** 2 / 8
        near = near + (2 * c / (safe * safe) - 1) * np.exp(-c / (safe * safe))
        far = far - (-1) ** k * k * k * np.exp(-2.0 * k * k * large * large)
    near = np.where(small > 0.04, near * math.sqrt(2 * math.pi) / (safe * safe), 0.0)
    return np.where(low, near, 8 * large * far)[()]


kolmogorov = analytic(
    special.kolmogorov, lambda y, x: -_kolmogorov_density(x), on=((0.3, 2.0),)
)

kolmogi = analytic(
    special.kolmogi,
    lambda y, p: -1 / _kolmogorov_density(y),
    singular=True,
    on=((0.1, 0.9),),
)


#: Smirnov's distribution is summed for samples up to this size.
_LARGEST_SAMPLE = 10_000


def _smirnov_slope(n: Any, d: Any) -> Any:
    """Return the slope of d Σ C(n, j) (d + j/n)^(j−1) (1 − d − j/n)^(n−j).

    The sum goes over all j with d + j/n < 1 (Birnbaum & Tingey 1951). SciPy truncates n
    to a whole number.
    """
    n = np.trunc(n)
    sizes = strip(n)
    if np.any(sizes > _LARGEST_SAMPLE):
        Unknown("smirnov", "d", f"it has one for n ≤ {_LARGEST_SAMPLE}")()
    ndim = len(np.broadcast_shapes(shape_of(n), shape_of(d)))
    j = np.arange(1.0, np.max(sizes, initial=1) + 1).reshape((-1,) + (1,) * ndim)
    present = (j <= n) & (strip(d) + j / n < 1)
    above = np.where(present, d + j / n, 0.5)
    below = np.where(present, 1 - d - j / n, 0.5)
    rest = np.where(present, n - j, 0.0)
    ways = special.gammaln(n + 1.0) - special.gammaln(j + 1) - special.gammaln(rest + 1)
    term = np.exp(ways + (j - 1) * np.log(above) + rest * np.log(below))
    slope = term * (1 + d * ((j - 1) / above - rest / below))
    total = np.sum(np.where(present, slope, 0.0), axis=0)  # that of j = 0 is (1 − d)ⁿ
    total = total - n * np.power(1 - d, n - 1)
    inside = (strip(d) >= 0) & (strip(d) <= 1)
    return np.where(inside, total, np.where(np.isnan(strip(d)), np.nan, 0.0))[()]


smirnov = analytic(
    special.smirnov,
    Unknown("smirnov", "n"),
    lambda y, n, d: _smirnov_slope(n, d),
    on=((5, 6), (0.3, 0.38)),
)

smirnovi = analytic(
    special.smirnovi,
    Unknown("smirnovi", "n"),
    lambda y, n, p: 1 / _smirnov_slope(n, y),
    singular=True,
    on=((5, 6), (0.3, 0.4)),
)
