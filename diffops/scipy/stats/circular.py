"""Distributions of angles: those of von Mises, and Cauchy's wrapped around."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special, stats

from diffops.errors import NoDerivativeError, at_user_line
from diffops.rules._kinds import elementwise
from diffops.scipy.stats.continuous_family import Continuous

_LOG_TWO_PI = math.log(2 * math.pi)


def _rest(z: Any, kappa: Any) -> Any:
    """Return κ (cos z − 1) − log(2π I₀(κ) e^−κ).

    SciPy's scaled function is that of |κ|, whose kink at 0 the middle term undoes.
    """
    half = np.sin(z / 2)
    log = np.log(special.i0e(kappa)) + (np.abs(kappa) - kappa)
    return -2 * kappa * half * half - _LOG_TWO_PI - log


def _distribution_function(z: Any, kappa: Any) -> Any:
    return stats.vonmises.cdf(z, kappa)


def _by_concentration(*_: Any) -> Any:
    raise NoDerivativeError(
        "scipy.stats.vonmises.cdf has no derivative with respect to its argument "
        f"'kappa', which is tracked{at_user_line()}; pass a plain value there, or "
        "detach it with diffops.stop_gradient"
    )


cdf = elementwise(
    _distribution_function,
    lambda y, z, kappa: np.exp(_rest(z, kappa)),
    _by_concentration,
)

VON_MISES = Continuous(rest=_rest, cdf=cdf, inside=0.0, valid=lambda kappa: kappa >= 0)


def _wrapped_cauchy(z: Any, c: Any) -> Any:
    half = np.sin(z / 2)
    spread = (1 - c) * (1 - c) + 4 * c * half * half
    return np.log1p(-c * c) - np.log(spread) - _LOG_TWO_PI


def _wrapped_cauchy_cdf(z: Any, c: Any) -> Any:
    """Return the angle that z has about a point off the centre of the circle."""
    x, y = np.cos(z / 2), np.sin(z / 2)
    return np.arctan2((1 + c) * y, (1 - c) * x) / np.pi


WRAPPED_CAUCHY = Continuous(
    rest=_wrapped_cauchy,
    cdf=_wrapped_cauchy_cdf,
    low=0.0,
    high=2 * np.pi,
    valid=lambda c: (c > 0) & (c < 1),
)
