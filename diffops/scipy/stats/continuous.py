"""The continuous distributions: densities, distribution functions and their tails."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special, stats

from diffops.scipy.stats.circular import VON_MISES, WRAPPED_CAUCHY
from diffops.scipy.stats.continuous_family import Continuous, continuous
from diffops.scipy.stats.truncated_normal import TRUNCATED_NORMAL

_LOG_TWO = math.log(2)
_LOG_PI = math.log(math.pi)
_HALF_LOG_TWO_PI = (_LOG_TWO + _LOG_PI) / 2
_ROOT_TWO = math.sqrt(2)


def _bell(z: Any, *shapes: Any) -> Any:
    return -z * z / 2 - _HALF_LOG_TWO_PI


norm = continuous(
    stats.norm,
    Continuous(
        rest=_bell,
        cdf=special.ndtr,
        sf=lambda z: special.ndtr(-z),
        logcdf=special.log_ndtr,
        logsf=lambda z: special.log_ndtr(-z),
    ),
)


def _student(z: Any, df: Any) -> Any:
    normal = np.isinf(df)
    if np.any(normal):
        return np.where(normal, _bell(z), _student(z, np.where(normal, 1.0, df)))
    shape = special.betaln(df / 2, 0.5) + np.log(df) / 2
    return -(df + 1) / 2 * np.log1p(z * z / df) - shape


t = continuous(
    stats.t,
    Continuous(
        rest=_student,
        cdf=lambda z, df: special.stdtr(df, z),
        sf=lambda z, df: special.stdtr(df, -z),
    ),
)

cauchy = continuous(
    stats.cauchy,
    Continuous(
        rest=lambda z: -np.log1p(z * z) - _LOG_PI,
        cdf=lambda z: np.arctan2(1.0, -z) / np.pi,
        sf=lambda z: np.arctan2(1.0, z) / np.pi,
    ),
)


def _laplace_cdf(z: Any) -> Any:
    """Take each branch at 0 where it is not chosen: both are smooth there."""
    right = z > 0
    left = np.exp(np.where(right, 0.0, z)) / 2
    return np.where(right, 1 - np.exp(-np.where(right, z, 0.0)) / 2, left)


def _laplace_logcdf(z: Any) -> Any:
    right = z > 0
    rise = np.log1p(-np.exp(-np.where(right, z, 0.0)) / 2)
    return np.where(right, rise, z - _LOG_TWO)


laplace = continuous(
    stats.laplace,
    Continuous(
        rest=lambda z: -np.abs(z) - _LOG_TWO,
        cdf=_laplace_cdf,
        sf=lambda z: _laplace_cdf(-z),
        logcdf=_laplace_logcdf,
        logsf=lambda z: _laplace_logcdf(-z),
    ),
)

logistic = continuous(
    stats.logistic,
    Continuous(
        rest=lambda z: special.log_expit(z) + special.log_expit(-z),
        cdf=special.expit,
        sf=lambda z: special.expit(-z),
        logcdf=special.log_expit,
        logsf=lambda z: special.log_expit(-z),
    ),
)

expon = continuous(
    stats.expon,
    Continuous(
        rest=lambda z: -z,
        cdf=lambda z: -np.expm1(-z),
        sf=lambda z: np.exp(-z),
        logsf=lambda z: -z,
        low=0.0,
    ),
)

gamma = continuous(
    stats.gamma,
    Continuous(
        powers=lambda z, a: [(z, a - 1)],
        rest=lambda z, a: -z - special.gammaln(a),
        cdf=lambda z, a: special.gammainc(a, z),
        sf=lambda z, a: special.gammaincc(a, z),
        low=0.0,
    ),
)

chi2 = continuous(
    stats.chi2,
    Continuous(
        powers=lambda z, df: [(z / 2, df / 2 - 1)],
        rest=lambda z, df: -z / 2 - special.gammaln(df / 2) - _LOG_TWO,
        cdf=lambda z, df: special.gammainc(df / 2, z / 2),
        sf=lambda z, df: special.gammaincc(df / 2, z / 2),
        low=0.0,
    ),
)

beta = continuous(
    stats.beta,
    Continuous(
        powers=lambda z, a, b: [(z, a - 1), (1 - z, b - 1)],
        rest=lambda z, a, b: -special.betaln(a, b),
        cdf=lambda z, a, b: special.betainc(a, b, z),
        sf=lambda z, a, b: special.betaincc(a, b, z),
        low=0.0,
        high=1.0,
    ),
)


def _fisher(z: Any, n: Any, m: Any) -> Any:
    total = special.betaln(n / 2, m / 2) + (n + m) / 2 * np.log1p(n * z / m)
    return n / 2 * np.log(n / m) - total


f = continuous(
    stats.f,
    Continuous(
        powers=lambda z, n, m: [(z, n / 2 - 1)],
        rest=_fisher,
        cdf=lambda z, n, m: special.fdtr(n, m, z),
        sf=lambda z, n, m: special.fdtrc(n, m, z),
        low=0.0,
    ),
)


def _lognormal(z: Any, s: Any) -> Any:
    log = np.log(z)
    return _bell(log / s) - np.log(s) - log


lognorm = continuous(
    stats.lognorm,
    Continuous(
        rest=_lognormal,
        cdf=lambda z, s: special.ndtr(np.log(z) / s),
        sf=lambda z, s: special.ndtr(-np.log(z) / s),
        logcdf=lambda z, s: special.log_ndtr(np.log(z) / s),
        logsf=lambda z, s: special.log_ndtr(-np.log(z) / s),
        low=0.0,
        open=True,
    ),
)

weibull_min = continuous(
    stats.weibull_min,
    Continuous(
        powers=lambda z, c: [(z, c - 1)],
        rest=lambda z, c: np.log(c) - np.power(z, c),
        cdf=lambda z, c: -np.expm1(-np.power(z, c)),
        sf=lambda z, c: np.exp(-np.power(z, c)),
        logsf=lambda z, c: -np.power(z, c),
        low=0.0,
    ),
)

pareto = continuous(
    stats.pareto,
    Continuous(
        rest=lambda z, b: np.log(b) - (b + 1) * np.log(z),
        cdf=lambda z, b: -np.expm1(-b * np.log(z)),
        sf=lambda z, b: np.exp(-b * np.log(z)),
        logsf=lambda z, b: -b * np.log(z),
        low=1.0,
        inside=2.0,
    ),
)

uniform = continuous(
    stats.uniform,
    Continuous(
        rest=lambda z: 0 * z,
        cdf=lambda z: z,
        sf=lambda z: 1 - z,
        low=0.0,
        high=1.0,
    ),
)

truncnorm = continuous(stats.truncnorm, TRUNCATED_NORMAL)

gumbel_r = continuous(
    stats.gumbel_r,
    Continuous(
        rest=lambda z: -z - np.exp(-z),
        cdf=lambda z: np.exp(-np.exp(-z)),
        sf=lambda z: -np.expm1(-np.exp(-z)),
        logcdf=lambda z: -np.exp(-z),
    ),
)

gumbel_l = continuous(
    stats.gumbel_l,
    Continuous(
        rest=lambda z: z - np.exp(z),
        cdf=lambda z: -np.expm1(-np.exp(z)),
        sf=lambda z: np.exp(-np.exp(z)),
        logsf=lambda z: -np.exp(z),
    ),
)

halfnorm = continuous(
    stats.halfnorm,
    Continuous(
        rest=lambda z: _LOG_TWO + _bell(z),
        cdf=lambda z: special.erf(z / _ROOT_TWO),
        sf=lambda z: special.erfc(z / _ROOT_TWO),
        logsf=lambda z: _LOG_TWO + special.log_ndtr(-z),
        low=0.0,
    ),
)

halfcauchy = continuous(
    stats.halfcauchy,
    Continuous(
        rest=lambda z: _LOG_TWO - np.log1p(z * z) - _LOG_PI,
        cdf=lambda z: 2 / np.pi * np.arctan(z),
        sf=lambda z: 2 / np.pi * np.arctan2(1.0, z),
        low=0.0,
    ),
)

invgamma = continuous(
    stats.invgamma,
    Continuous(
        rest=lambda z, a: -(a + 1) * np.log(z) - special.gammaln(a) - 1 / z,
        cdf=lambda z, a: special.gammaincc(a, 1 / z),
        sf=lambda z, a: special.gammainc(a, 1 / z),
        low=0.0,
        open=True,
    ),
)

rayleigh = continuous(
    stats.rayleigh,
    Continuous(
        powers=lambda z: [(z, 1.0)],
        rest=lambda z: -z * z / 2,
        cdf=lambda z: -np.expm1(-z * z / 2),
        sf=lambda z: np.exp(-z * z / 2),
        logsf=lambda z: -z * z / 2,
        low=0.0,
    ),
)

vonmises = continuous(stats.vonmises, VON_MISES)
wrapcauchy = continuous(stats.wrapcauchy, WRAPPED_CAUCHY)
