"""The normal distribution between two points, also far out in its tails.

There Φ(b) − Φ(a) is a difference of numbers that are nearly equal, or zero: so it is
taken on the side of 0 where it is small, as log Φ and what that loses from end to end.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from diffops.scipy.stats.continuous_family import Continuous

_HALF_LOG_TWO_PI = math.log(2 * math.pi) / 2


def _sides(a: Any, b: Any) -> tuple[Any, Any, Any]:
    """Return where the interval lies beyond 0, and it mirrored to the left where so."""
    right = a > 0
    return right, np.where(right, -b, a), np.where(right, -a, b)


def _log_phi(x: Any) -> Any:
    """Return log Φ(x), constant at infinity."""
    infinite = np.isinf(x)
    y = special.log_ndtr(np.where(infinite, 0.0, x))
    return np.where(infinite, np.where(x > 0, 0.0, -np.inf), y)


def _log_mass(a: Any, b: Any) -> Any:
    """Return log(Φ(b) − Φ(a))."""
    _, a, b = _sides(a, b)
    left = b <= 0
    upper = _log_phi(np.where(left, b, 0.0))
    lower = _log_phi(np.where(left, a, -1.0))
    tail = upper + np.log(-np.expm1(lower - upper))
    outside = special.ndtr(np.where(left, -1.0, a)) + special.ndtr(
        np.where(left, -1.0, -b)
    )
    return np.where(left, tail, np.log1p(-np.where(left, 0.5, outside)))


def _share(x: Any, a: Any, b: Any) -> Any:
    """Return (Φ(x) − Φ(a)) / (Φ(b) − Φ(a)), where a is not above 0."""
    left = b <= 0
    top, low, at = (_log_phi(np.where(left, end, -1.0)) for end in (b, a, x))
    whole = np.where(left, -np.expm1(low - top), 1.0)
    tail = (np.exp(at - top) - np.exp(low - top)) / whole
    begin = special.ndtr(np.where(left, -1.0, a))
    mass = np.where(left, 1.0, special.ndtr(np.where(left, 0.0, b)) - begin)
    return np.where(left, tail, (special.ndtr(np.where(left, 0.0, x)) - begin) / mass)


def _cdf(z: Any, a: Any, b: Any) -> Any:
    right, low, high = _sides(a, b)
    share = _share(np.where(right, -z, z), low, high)
    return np.where(right, 1 - share, share)


TRUNCATED_NORMAL = Continuous(
    rest=lambda z, a, b: -z * z / 2 - _HALF_LOG_TWO_PI - _log_mass(a, b),
    cdf=_cdf,
    sf=lambda z, a, b: _cdf(-z, -b, -a),
    low=lambda a, b: a,
    high=lambda a, b: b,
    inside=0.0,
    valid=lambda a, b: a < b,
)
