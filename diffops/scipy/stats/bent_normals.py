"""Distributions on the whole line, or folded: normal, logistic, exponential ones, bent.

O. Barndorff-Nielsen, A. Azzalini and others, as SciPy's manual cites them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special, stats

from diffops.scipy.stats.continuous_family import Continuous, continuous

_LOG_TWO = math.log(2)
_LOG_PI = math.log(math.pi)
_HALF_LOG_TWO_PI = (_LOG_TWO + _LOG_PI) / 2


def _bell(z: Any) -> Any:
    return -z * z / 2 - _HALF_LOG_TWO_PI


skewnorm = continuous(
    stats.skewnorm,
    Continuous(
        rest=lambda z, a: _LOG_TWO + _bell(z) + special.log_ndtr(a * z),
        cdf=lambda z, a: special.ndtr(z) - 2 * special.owens_t(z, a),
        sf=lambda z, a: special.ndtr(-z) + 2 * special.owens_t(z, a),
        valid=np.isfinite,
    ),
)

powernorm = continuous(
    stats.powernorm,
    Continuous(
        rest=lambda z, c: np.log(c) + _bell(z) + (c - 1) * special.log_ndtr(-z),
        cdf=lambda z, c: -np.expm1(c * special.log_ndtr(-z)),
        sf=lambda z, c: np.exp(c * special.log_ndtr(-z)),
        logsf=lambda z, c: c * special.log_ndtr(-z),
    ),
)


def _decayed(z: Any, k: Any) -> Any:
    """Return log of exp(1/2K² − z/K) Φ(z − 1/K)."""
    return 1 / (2 * k * k) - z / k + special.log_ndtr(z - 1 / k)


exponnorm = continuous(
    stats.exponnorm,
    Continuous(
        rest=lambda z, k: _decayed(z, k) - np.log(k),
        cdf=lambda z, k: special.ndtr(z) - np.exp(_decayed(z, k)),
        sf=lambda z, k: special.ndtr(-z) + np.exp(_decayed(z, k)),
    ),
)

foldnorm = continuous(
    stats.foldnorm,
    Continuous(
        rest=lambda z, c: np.logaddexp(_bell(z - c), _bell(z + c)),
        cdf=lambda z, c: special.ndtr(z - c) - special.ndtr(-z - c),
        sf=lambda z, c: special.ndtr(c - z) + special.ndtr(-z - c),
        low=0.0,
        valid=lambda c: c >= 0,
    ),
)

rice = continuous(
    stats.rice,
    Continuous(
        powers=lambda z, b: [(z, 1.0)],
        rest=lambda z, b: -((z - b) ** 2) / 2 + np.log(special.i0e(z * b)),
        cdf=lambda z, b: special.chndtr(z * z, 2.0, b * b),
        low=0.0,
        valid=lambda b: b >= 0,
    ),
)


def _bounded(z: Any, a: Any, b: Any) -> Any:
    return a + b * (np.log(z) - np.log1p(-z))


johnsonsb = continuous(
    stats.johnsonsb,
    Continuous(
        rest=lambda z, a, b: (
            np.log(b) - np.log(z) - np.log1p(-z) + _bell(_bounded(z, a, b))
        ),
        cdf=lambda z, a, b: special.ndtr(_bounded(z, a, b)),
        sf=lambda z, a, b: special.ndtr(-_bounded(z, a, b)),
        low=0.0,
        high=math.nextafter(1.0, 0.0),  # without the end
        open=True,
        valid=lambda a, b: np.isfinite(a) & (b > 0),
    ),
)

johnsonsu = continuous(
    stats.johnsonsu,
    Continuous(
        rest=lambda z, a, b: (
            np.log(b) - np.log1p(z * z) / 2 + _bell(a + b * np.arcsinh(z))
        ),
        cdf=lambda z, a, b: special.ndtr(a + b * np.arcsinh(z)),
        sf=lambda z, a, b: special.ndtr(-a - b * np.arcsinh(z)),
        valid=lambda a, b: np.isfinite(a) & (b > 0),
    ),
)


def _general(z: Any, b: Any) -> Any:
    return np.log(b / 2) - special.gammaln(1 / b) - np.power(np.abs(z), b)


def _general_cdf(z: Any, b: Any) -> Any:
    """Return it by the tail, and at 0, whose power has no slope, by the density."""
    zero = z == 0
    size = np.where(zero, 1.0, np.abs(z))
    tail = special.gammaincc(1 / b, np.power(size, b)) / 2
    at_zero = 0.5 + z * np.exp(_general(np.zeros_like(z), b))
    return np.where(zero, at_zero, np.where(z > 0, 1 - tail, tail))


gennorm = continuous(
    stats.gennorm,
    Continuous(
        rest=_general,
        cdf=_general_cdf,
        sf=lambda z, b: _general_cdf(-z, b),
    ),
)

halfgennorm = continuous(
    stats.halfgennorm,
    Continuous(
        rest=lambda z, b: np.log(b) - special.gammaln(1 / b) - np.power(z, b),
        cdf=lambda z, b: special.gammainc(1 / b, np.power(z, b)),
        sf=lambda z, b: special.gammaincc(1 / b, np.power(z, b)),
        low=0.0,
    ),
)


def _skewed_laplace_cdf(z: Any, k: Any) -> Any:
    right = z >= 0
    total = k + 1 / k
    rise = np.exp(np.where(right, 0.0, z) / k) * k / total
    fall = np.exp(-np.where(right, z, 0.0) * k) / k / total
    return np.where(right, 1 - fall, rise)


laplace_asymmetric = continuous(
    stats.laplace_asymmetric,
    Continuous(
        rest=lambda z, k: z * np.where(z >= 0, -k, 1 / k) - np.log(k + 1 / k),
        cdf=_skewed_laplace_cdf,
        sf=lambda z, k: _skewed_laplace_cdf(-z, 1 / k),
    ),
)


def _two_sided(z: Any, tail: Any) -> Any:
    return np.where(z > 0, 1 - tail / 2, tail / 2)


dgamma = continuous(
    stats.dgamma,
    Continuous(
        powers=lambda z, a: [(np.abs(z), a - 1)],
        rest=lambda z, a: -np.abs(z) - _LOG_TWO - special.gammaln(a),
        cdf=lambda z, a: _two_sided(z, special.gammaincc(a, np.abs(z))),
        sf=lambda z, a: _two_sided(-z, special.gammaincc(a, np.abs(z))),
    ),
)

dweibull = continuous(
    stats.dweibull,
    Continuous(
        powers=lambda z, c: [(np.abs(z), c - 1)],
        rest=lambda z, c: np.log(c / 2) - np.power(np.abs(z), c),
        cdf=lambda z, c: _two_sided(z, np.exp(-np.power(np.abs(z), c))),
        sf=lambda z, c: _two_sided(-z, np.exp(-np.power(np.abs(z), c))),
    ),
)

genlogistic = continuous(
    stats.genlogistic,
    Continuous(
        rest=lambda z, c: np.log(c) + c * special.log_expit(z) + special.log_expit(-z),
        cdf=lambda z, c: np.exp(c * special.log_expit(z)),
        sf=lambda z, c: -np.expm1(c * special.log_expit(z)),
        logcdf=lambda z, c: c * special.log_expit(z),
    ),
)

halflogistic = continuous(
    stats.halflogistic,
    Continuous(
        rest=lambda z: _LOG_TWO + special.log_expit(z) + special.log_expit(-z),
        cdf=lambda z: np.tanh(z / 2),
        sf=lambda z: 2 * special.expit(-z),
        logsf=lambda z: _LOG_TWO + special.log_expit(-z),
        low=0.0,
    ),
)

hypsecant = continuous(
    stats.hypsecant,
    Continuous(
        rest=lambda z: _LOG_TWO - _LOG_PI - np.logaddexp(z, -z),
        cdf=lambda z: 2 / np.pi * np.arctan(np.exp(z)),
        sf=lambda z: 2 / np.pi * np.arctan(np.exp(-z)),
    ),
)

loggamma = continuous(
    stats.loggamma,
    Continuous(
        rest=lambda z, c: c * z - np.exp(z) - special.gammaln(c),
        cdf=lambda z, c: special.gammainc(c, np.exp(z)),
        sf=lambda z, c: special.gammaincc(c, np.exp(z)),
    ),
)


def _scaled(z: Any, a: Any) -> tuple[Any, Any]:
    """Return the width of the side that z lies on, and z in its units."""
    width = np.where(z > 0, 1 + a, 1 - a)
    return width, z / width


def _skewed_cauchy_cdf(z: Any, a: Any) -> Any:
    width, share = _scaled(z, a)
    return (1 - a) / 2 + width / np.pi * np.arctan(share)


skewcauchy = continuous(
    stats.skewcauchy,
    Continuous(
        rest=lambda z, a: -np.log1p(_scaled(z, a)[1] ** 2) - _LOG_PI,
        cdf=_skewed_cauchy_cdf,
        sf=lambda z, a: _skewed_cauchy_cdf(-z, -a),
        valid=lambda a: np.abs(a) < 1,
    ),
)
