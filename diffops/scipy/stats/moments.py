"""Mean, variance and entropy of distributions, as functions of their shapes.

They are those of location 0 and scale 1. Where one is infinite or does not exist, what
SciPy returns is a constant.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import special

Function = Callable[..., Any]

_LOG_TWO = math.log(2)
_LOG_TWO_PI = math.log(2 * math.pi)
_EULER = float(np.euler_gamma)
_SIXTH = math.pi**2 / 6


class Moments(NamedTuple):
    """Mean, variance and entropy: functions of the shapes, or None."""

    mean: Function | None
    var: Function | None
    entropy: Function | None


def _numbers(mean: float, var: float, entropy: float) -> Moments:
    return Moments(lambda: mean, lambda: var, lambda: entropy)


def _beta_entropy(a: Any, b: Any) -> Any:
    away = (a - 1) * special.digamma(a) + (b - 1) * special.digamma(b)
    return special.betaln(a, b) - away + (a + b - 2) * special.digamma(a + b)


def _gamma_entropy(a: Any) -> Any:
    return a + special.gammaln(a) + (1 - a) * special.digamma(a)


def _fisher_entropy(n: Any, d: Any) -> Any:
    first = (1 - n / 2) * special.digamma(n / 2) - (1 + d / 2) * special.digamma(d / 2)
    both = (n + d) / 2
    ratio = np.log(d / n) + special.betaln(n / 2, d / 2)
    return ratio + first + both * special.digamma(both)


def _student_entropy(df: Any) -> Any:
    half = (df + 1) / 2
    slope = special.digamma(half) - special.digamma(df / 2)
    return half * slope + np.log(df) / 2 + special.betaln(df / 2, 0.5)


MOMENTS = {
    "norm": _numbers(0.0, 1.0, (_LOG_TWO_PI + 1) / 2),
    "expon": _numbers(1.0, 1.0, 1.0),
    "laplace": _numbers(0.0, 2.0, 1 + _LOG_TWO),
    "logistic": _numbers(0.0, 2 * _SIXTH, 2.0),
    "uniform": _numbers(0.5, 1 / 12, 0.0),
    "gumbel_r": _numbers(_EULER, _SIXTH, 1 + _EULER),
    "gumbel_l": _numbers(-_EULER, _SIXTH, 1 + _EULER),
    "halfnorm": _numbers(
        math.sqrt(2 / math.pi), 1 - 2 / math.pi, (math.log(math.pi / 2) + 1) / 2
    ),
    "rayleigh": _numbers(
        math.sqrt(math.pi / 2), 2 - math.pi / 2, _EULER / 2 + 1 - _LOG_TWO / 2
    ),
    "maxwell": _numbers(
        2 * math.sqrt(2 / math.pi), 3 - 8 / math.pi, _EULER + _LOG_TWO_PI / 2 - 0.5
    ),
    "cauchy": Moments(None, None, lambda: math.log(4 * math.pi)),
    "halfcauchy": Moments(None, None, lambda: _LOG_TWO_PI),
    "gamma": Moments(lambda a: a, lambda a: a, _gamma_entropy),
    "chi2": Moments(
        lambda df: df, lambda df: 2 * df, lambda df: _gamma_entropy(df / 2) + _LOG_TWO
    ),
    "invgamma": Moments(
        lambda a: 1 / (a - 1),
        lambda a: 1 / ((a - 1) ** 2 * (a - 2)),
        lambda a: a + special.gammaln(a) - (1 + a) * special.digamma(a),
    ),
    "beta": Moments(
        lambda a, b: a / (a + b),
        lambda a, b: a * b / ((a + b) ** 2 * (a + b + 1)),
        _beta_entropy,
    ),
    "t": Moments(lambda df: 0 * df, lambda df: df / (df - 2), _student_entropy),
    "f": Moments(
        lambda n, d: d / (d - 2) + 0 * n,
        lambda n, d: 2 * d**2 * (n + d - 2) / (n * (d - 2) ** 2 * (d - 4)),
        _fisher_entropy,
    ),
    "lognorm": Moments(
        lambda s: np.exp(s * s / 2),
        lambda s: np.expm1(s * s) * np.exp(s * s),
        lambda s: (1 + _LOG_TWO_PI) / 2 + np.log(s),
    ),
    "weibull_min": Moments(
        lambda c: special.gamma(1 + 1 / c),
        lambda c: special.gamma(1 + 2 / c) - special.gamma(1 + 1 / c) ** 2,
        lambda c: _EULER * (1 - 1 / c) - np.log(c) + 1,
    ),
    "pareto": Moments(
        lambda b: b / (b - 1),
        lambda b: b / ((b - 1) ** 2 * (b - 2)),
        lambda b: 1 + 1 / b - np.log(b),
    ),
    "invgauss": Moments(lambda mu: mu, lambda mu: mu**3, None),
    "powerlaw": Moments(
        lambda a: a / (a + 1),
        lambda a: a / ((a + 2) * (a + 1) ** 2),
        lambda a: 1 - 1 / a - np.log(a),
    ),
    "triang": Moments(
        lambda c: (1 + c) / 3,
        lambda c: (1 - c + c * c) / 18,
        lambda c: 0.5 - _LOG_TWO + 0 * c,
    ),
}
