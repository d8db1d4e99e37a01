"""Discrete distributions whose tails are those of a power or of a geometric series."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from diffops.scipy.stats.discrete_distributions import Discrete, discrete


def _none(k: Any, *shapes: Any) -> list[Any]:
    return []


zipf = discrete(
    stats.zipf,
    Discrete(
        powers=_none,
        rest=lambda k, a: -a * np.log(k) - np.log(special.zeta(a, 1.0)),
        low=1.0,
        valid=lambda a: a > 1,
    ),
)

logser = discrete(
    stats.logser,
    Discrete(
        powers=lambda k, p: [(p, k)],
        rest=lambda k, p: -np.log(k) - np.log(-special.log1p(-p)),
        low=1.0,
        valid=lambda p: (p > 0) & (p < 1),
    ),
)

planck = discrete(
    stats.planck,
    Discrete(
        powers=_none,
        rest=lambda k, lambda_: np.log(-np.expm1(-lambda_)) - lambda_ * k,
        cdf=lambda k, lambda_: -np.expm1(-lambda_ * (k + 1)),
        sf=lambda k, lambda_: np.exp(-lambda_ * (k + 1)),
        valid=lambda lambda_: lambda_ > 0,
    ),
)

yulesimon = discrete(
    stats.yulesimon,
    Discrete(
        powers=_none,
        rest=lambda k, alpha: np.log(alpha) + special.betaln(k, alpha + 1),
        low=1.0,
        valid=lambda alpha: alpha > 0,
    ),
)
