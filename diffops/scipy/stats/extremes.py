"""Distributions of extremes, of excesses, and of lifetimes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special, stats

from diffops.scipy.stats.continuous_family import Continuous, continuous

_LOG_TWO = math.log(2)
_HALF_LOG_TWO_PI = math.log(2 * math.pi) / 2
_ROOT_TWO = math.sqrt(2)


def _any_sign(*shapes: Any) -> Any:
    return np.isfinite(shapes[0])


def _log_over(c: Any, z: Any) -> Any:
    """Return log(1 + c z) / c, which is z where c is 0, by its series where c z is."""
    w = c * z
    near = np.abs(w) < 0.02
    series: Any = 0.0
    small = np.where(near, w, 0.0)
    for k in range(14, 0, -1):
        series = 1 / k - small * series
    ratio = np.log1p(np.where(near, 1.0, w)) / np.where(near, 1.0, w)
    return z * np.where(near, series, ratio)


def _pole(c: Any, side: float) -> Any:
    """Return the end 1/c of the support where c has this sign, and else infinity."""
    there = c * side > 0
    return np.where(there, 1 / np.where(there, c, 1.0), side * np.inf)


def _generalised(z: Any, c: Any) -> Any:
    """Return log(−log F) of the generalised distribution of extremes."""
    return -_log_over(-c, z)


genextreme = continuous(
    stats.genextreme,
    Continuous(
        rest=lambda z, c: (1 - c) * _generalised(z, c) - np.exp(_generalised(z, c)),
        cdf=lambda z, c: np.exp(-np.exp(_generalised(z, c))),
        sf=lambda z, c: -np.expm1(-np.exp(_generalised(z, c))),
        logcdf=lambda z, c: -np.exp(_generalised(z, c)),
        low=lambda c: _pole(c, -1.0),
        high=lambda c: _pole(c, 1.0),
        inside=0.0,
        valid=_any_sign,
    ),
)

genpareto = continuous(
    stats.genpareto,
    Continuous(
        rest=lambda z, c: -(1 + c) * _log_over(c, z),
        cdf=lambda z, c: -np.expm1(-_log_over(c, z)),
        sf=lambda z, c: np.exp(-_log_over(c, z)),
        logsf=lambda z, c: -_log_over(c, z),
        low=0.0,
        high=lambda c: _pole(-c, 1.0),
        inside=0.0,
        valid=_any_sign,
    ),
)

lomax = continuous(
    stats.lomax,
    Continuous(
        rest=lambda z, c: np.log(c) - (c + 1) * np.log1p(z),
        cdf=lambda z, c: -np.expm1(-c * np.log1p(z)),
        sf=lambda z, c: np.exp(-c * np.log1p(z)),
        logsf=lambda z, c: -c * np.log1p(z),
        low=0.0,
    ),
)

weibull_max = continuous(
    stats.weibull_max,
    Continuous(
        powers=lambda z, c: [(-z, c - 1)],
        rest=lambda z, c: np.log(c) - np.power(-z, c),
        cdf=lambda z, c: np.exp(-np.power(-z, c)),
        sf=lambda z, c: -np.expm1(-np.power(-z, c)),
        logcdf=lambda z, c: -np.power(-z, c),
        high=0.0,
        inside=-0.5,
    ),
)

invweibull = continuous(
    stats.invweibull,
    Continuous(
        rest=lambda z, c: np.log(c) - (c + 1) * np.log(z) - np.power(z, -c),
        cdf=lambda z, c: np.exp(-np.power(z, -c)),
        sf=lambda z, c: -np.expm1(-np.power(z, -c)),
        logcdf=lambda z, c: -np.power(z, -c),
        low=0.0,
        open=True,
    ),
)

exponweib = continuous(
    stats.exponweib,
    Continuous(
        powers=lambda z, a, c: [(z, c - 1), (-np.expm1(-np.power(z, c)), a - 1)],
        rest=lambda z, a, c: np.log(a) + np.log(c) - np.power(z, c),
        cdf=lambda z, a, c: np.power(-np.expm1(-np.power(z, c)), a),
        low=0.0,
    ),
)

gompertz = continuous(
    stats.gompertz,
    Continuous(
        rest=lambda z, c: np.log(c) + z - c * np.expm1(z),
        cdf=lambda z, c: -np.expm1(-c * np.expm1(z)),
        sf=lambda z, c: np.exp(-c * np.expm1(z)),
        logsf=lambda z, c: -c * np.expm1(z),
        low=0.0,
    ),
)

moyal = continuous(
    stats.moyal,
    Continuous(
        rest=lambda z: -(z + np.exp(-z)) / 2 - _HALF_LOG_TWO_PI,
        cdf=lambda z: special.erfc(np.exp(-z / 2) / _ROOT_TWO),
        sf=lambda z: special.erf(np.exp(-z / 2) / _ROOT_TWO),
    ),
)

fatiguelife = continuous(
    stats.fatiguelife,
    Continuous(
        rest=lambda z, c: (
            np.log1p(z)
            - 1.5 * np.log(z)
            - np.log(c)
            - _LOG_TWO
            - (np.sqrt(z) - 1 / np.sqrt(z)) ** 2 / (2 * c * c)
            - _HALF_LOG_TWO_PI
        ),
        cdf=lambda z, c: special.ndtr((np.sqrt(z) - 1 / np.sqrt(z)) / c),
        sf=lambda z, c: special.ndtr((1 / np.sqrt(z) - np.sqrt(z)) / c),
        low=0.0,
        open=True,
    ),
)


def _passage(z: Any, mu: Any) -> tuple[Any, Any, Any]:
    """Return log Φ of where the drift leads, of the opposite, and of the reflection."""
    root = np.sqrt(z)
    ahead = (z / mu - 1) / root
    behind = -(z / mu + 1) / root
    reflected = 2 / mu + special.log_ndtr(behind)
    return special.log_ndtr(ahead), special.log_ndtr(-ahead), reflected


def _passed(z: Any, mu: Any) -> Any:
    ahead, _, reflected = _passage(z, mu)
    return np.logaddexp(ahead, reflected)


def _not_passed(z: Any, mu: Any) -> Any:
    _, behind, reflected = _passage(z, mu)
    return behind + np.log1p(-np.exp(reflected - behind))


def _first_passage(z: Any, mu: Any) -> Any:
    deviation = (z - mu) / mu
    return -1.5 * np.log(z) - deviation * deviation / (2 * z) - _HALF_LOG_TWO_PI


invgauss = continuous(
    stats.invgauss,
    Continuous(
        rest=_first_passage,
        cdf=lambda z, mu: np.exp(_passed(z, mu)),
        sf=lambda z, mu: np.exp(_not_passed(z, mu)),
        logcdf=_passed,
        logsf=_not_passed,
        low=0.0,
        open=True,
    ),
)

wald = continuous(
    stats.wald,
    Continuous(
        rest=lambda z: _first_passage(z, 1.0),
        cdf=lambda z: np.exp(_passed(z, 1.0)),
        sf=lambda z: np.exp(_not_passed(z, 1.0)),
        logcdf=lambda z: _passed(z, 1.0),
        logsf=lambda z: _not_passed(z, 1.0),
        low=0.0,
        open=True,
    ),
)

levy = continuous(
    stats.levy,
    Continuous(
        rest=lambda z: -1.5 * np.log(z) - 1 / (2 * z) - _HALF_LOG_TWO_PI,
        cdf=lambda z: special.erfc(1 / np.sqrt(2 * z)),
        sf=lambda z: special.erf(1 / np.sqrt(2 * z)),
        low=0.0,
        open=True,
    ),
)
