"""Distributions of positive variables, and on an interval, that fall as powers do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special, stats

from diffops.scipy.stats.continuous_family import Continuous, continuous

_LOG_TWO = math.log(2)
_LOG_PI = math.log(math.pi)

maxwell = continuous(
    stats.maxwell,
    Continuous(
        powers=lambda z: [(z, 2.0)],
        rest=lambda z: -z * z / 2 + (_LOG_TWO - _LOG_PI) / 2,
        cdf=lambda z: special.gammainc(1.5, z * z / 2),
        sf=lambda z: special.gammaincc(1.5, z * z / 2),
        low=0.0,
    ),
)


def _chi(z: Any, df: Any) -> Any:
    return -z * z / 2 - (df / 2 - 1) * _LOG_TWO - special.gammaln(df / 2)


chi = continuous(
    stats.chi,
    Continuous(
        powers=lambda z, df: [(z, df - 1)],
        rest=_chi,
        cdf=lambda z, df: special.gammainc(df / 2, z * z / 2),
        sf=lambda z, df: special.gammaincc(df / 2, z * z / 2),
        low=0.0,
    ),
)

nakagami = continuous(
    stats.nakagami,
    Continuous(
        powers=lambda z, nu: [(z, 2 * nu - 1)],
        rest=lambda z, nu: (
            _LOG_TWO + special.xlogy(nu, nu) - special.gammaln(nu) - nu * z * z
        ),
        cdf=lambda z, nu: special.gammainc(nu, nu * z * z),
        sf=lambda z, nu: special.gammaincc(nu, nu * z * z),
        low=0.0,
    ),
)


def _rising(c: Any, rising: Any, falling: Any) -> Any:
    """Return one of two probabilities by the sign of an exponent."""
    return np.where(c > 0, rising, falling)


def _generalised_cdf(z: Any, a: Any, c: Any) -> Any:
    power = np.power(z, c)
    return _rising(c, special.gammainc(a, power), special.gammaincc(a, power))


def _generalised_sf(z: Any, a: Any, c: Any) -> Any:
    power = np.power(z, c)
    return _rising(c, special.gammaincc(a, power), special.gammainc(a, power))


gengamma = continuous(
    stats.gengamma,
    Continuous(
        powers=lambda z, a, c: [(z, c * a - 1)],
        rest=lambda z, a, c: np.log(np.abs(c)) - np.power(z, c) - special.gammaln(a),
        cdf=_generalised_cdf,
        sf=_generalised_sf,
        low=0.0,
        valid=lambda a, c: (a > 0) & (c != 0),
    ),
)

powerlaw = continuous(
    stats.powerlaw,
    Continuous(
        powers=lambda z, a: [(z, a - 1)],
        rest=lambda z, a: np.log(a) + 0 * z,
        cdf=lambda z, a: np.power(z, a),
        low=0.0,
        high=1.0,
    ),
)


def _log_uniform_sf(z: Any, a: Any, b: Any) -> Any:
    return np.log(b / z) / np.log(b / a)


def _log_uniform() -> Continuous:
    return Continuous(
        rest=lambda z, a, b: -np.log(z) - np.log(np.log(b / a)),
        cdf=lambda z, a, b: np.log(z / a) / np.log(b / a),
        sf=_log_uniform_sf,
        low=lambda a, b: a,
        high=lambda a, b: b,
        valid=lambda a, b: (a > 0) & (b > a),
    )


loguniform = continuous(stats.loguniform, _log_uniform())
reciprocal = continuous(stats.reciprocal, _log_uniform())

fisk = continuous(
    stats.fisk,
    Continuous(
        powers=lambda z, c: [(z, c - 1)],
        rest=lambda z, c: np.log(c) - 2 * np.log1p(np.power(z, c)),
        cdf=lambda z, c: special.expit(c * np.log(z)),
        sf=lambda z, c: special.expit(-c * np.log(z)),
        logcdf=lambda z, c: special.log_expit(c * np.log(z)),
        logsf=lambda z, c: special.log_expit(-c * np.log(z)),
        low=0.0,
    ),
)

burr = continuous(
    stats.burr,
    Continuous(
        powers=lambda z, c, d: [(z, c * d - 1)],
        rest=lambda z, c, d: np.log(c) + np.log(d) - (d + 1) * np.log1p(np.power(z, c)),
        cdf=lambda z, c, d: np.exp(d * special.log_expit(c * np.log(z))),
        sf=lambda z, c, d: -np.expm1(d * special.log_expit(c * np.log(z))),
        logcdf=lambda z, c, d: d * special.log_expit(c * np.log(z)),
        low=0.0,
    ),
)

burr12 = continuous(
    stats.burr12,
    Continuous(
        powers=lambda z, c, d: [(z, c - 1)],
        rest=lambda z, c, d: np.log(c) + np.log(d) - (d + 1) * np.log1p(np.power(z, c)),
        cdf=lambda z, c, d: -np.expm1(-d * np.log1p(np.power(z, c))),
        sf=lambda z, c, d: np.exp(-d * np.log1p(np.power(z, c))),
        logsf=lambda z, c, d: -d * np.log1p(np.power(z, c)),
        low=0.0,
    ),
)


def _mielke_cdf(z: Any, k: Any, s: Any) -> Any:
    return np.exp(k / s * special.log_expit(s * np.log(z)))


mielke = continuous(
    stats.mielke,
    Continuous(
        powers=lambda z, k, s: [(z, k - 1)],
        rest=lambda z, k, s: np.log(k) - (1 + k / s) * np.log1p(np.power(z, s)),
        cdf=_mielke_cdf,
        low=0.0,
    ),
)

betaprime = continuous(
    stats.betaprime,
    Continuous(
        powers=lambda z, a, b: [(z, a - 1)],
        rest=lambda z, a, b: -(a + b) * np.log1p(z) - special.betaln(a, b),
        cdf=lambda z, a, b: special.betainc(a, b, z / (1 + z)),
        sf=lambda z, a, b: special.betainc(b, a, 1 / (1 + z)),
        low=0.0,
    ),
)


def _log_laplace_cdf(z: Any, c: Any) -> Any:
    low = z < 1
    rise = np.power(np.where(low, z, 1.0), c) / 2
    fall = np.power(np.where(low, 1.0, z), -c) / 2
    return np.where(low, rise, 1 - fall)


def _log_laplace(z: Any, c: Any) -> Any:
    return np.log(c / 2) + np.where(z < 1, c - 1, -c - 1) * np.log(z)


loglaplace = continuous(
    stats.loglaplace,
    Continuous(rest=_log_laplace, cdf=_log_laplace_cdf, low=0.0, open=True),
)


def _truncated_tail(z: Any, b: Any) -> Any:
    return -np.expm1(-b * np.log(z))


truncpareto = continuous(
    stats.truncpareto,
    Continuous(
        rest=lambda z, b, c: (
            np.log(b) - (b + 1) * np.log(z) - np.log(_truncated_tail(c, b))
        ),
        cdf=lambda z, b, c: _truncated_tail(z, b) / _truncated_tail(c, b),
        low=1.0,
        high=lambda b, c: c,
        inside=1.5,
        valid=lambda b, c: (b != 0) & (c > 1),
    ),
)

truncexpon = continuous(
    stats.truncexpon,
    Continuous(
        rest=lambda z, b: -z - np.log(-np.expm1(-b)),
        cdf=lambda z, b: np.expm1(-z) / np.expm1(-b),
        sf=lambda z, b: (np.exp(-z) - np.exp(-b)) / -np.expm1(-b),
        low=0.0,
        high=lambda b: b,
    ),
)

bradford = continuous(
    stats.bradford,
    Continuous(
        rest=lambda z, c: np.log(c) - np.log1p(c * z) - np.log(np.log1p(c)),
        cdf=lambda z, c: np.log1p(c * z) / np.log1p(c),
        low=0.0,
        high=1.0,
    ),
)

kappa3 = continuous(
    stats.kappa3,
    Continuous(
        rest=lambda z, a: np.log(a) - (a + 1) / a * np.log(a + np.power(z, a)),
        cdf=lambda z, a: z * np.power(a + np.power(z, a), -1 / a),
        low=0.0,
    ),
)

arcsine = continuous(
    stats.arcsine,
    Continuous(
        powers=lambda z: [(z, -0.5), (1 - z, -0.5)],
        rest=lambda z: 0 * z - _LOG_PI,
        cdf=lambda z: 2 / np.pi * np.arcsin(np.sqrt(z)),
        low=0.0,
        high=1.0,
    ),
)

semicircular = continuous(
    stats.semicircular,
    Continuous(
        powers=lambda z: [(1 - z * z, 0.5)],
        rest=lambda z: 0 * z + _LOG_TWO - _LOG_PI,
        cdf=lambda z: 0.5 + (z * np.sqrt(1 - z * z) + np.arcsin(z)) / np.pi,
        low=-1.0,
        high=1.0,
    ),
)


def _sides(z: Any, c: Any) -> tuple[Any, Any, Any]:
    """Return where z is left of the mode, and its shares of the way from either end."""
    left = z < c
    return left, z / np.where(left, c, 1.0), (1 - z) / np.where(left, 1.0, 1 - c)


def _triangle(z: Any, c: Any) -> Any:
    left, rise, fall = _sides(z, c)
    return np.where(left, rise, fall)


def _triangle_cdf(z: Any, c: Any) -> Any:
    left, rise, fall = _sides(z, c)
    return np.where(left, z * rise, 1 - (1 - z) * fall)


triang = continuous(
    stats.triang,
    Continuous(
        powers=lambda z, c: [(_triangle(z, c), 1.0)],
        rest=lambda z, c: _LOG_TWO + 0 * z,
        cdf=_triangle_cdf,
        low=0.0,
        high=1.0,
        valid=lambda c: (c >= 0) & (c <= 1),
    ),
)
