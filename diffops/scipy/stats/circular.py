"""The von Mises distribution."""

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
