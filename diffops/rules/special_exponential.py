"""Exponentials and their integrals: Ei, Si, Ci, Spence's, Lambert's and Wright's ω.

Also those elementary functions that SciPy has as its own: cbrt, exp2, sindg and so on.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special
from scipy.special import _ufuncs

from diffops.rules._fitting import is_complex
from diffops.rules.special_kinds import Unknown, analytic, several

_DEGREE = math.pi / 180

expm1 = analytic(special.expm1, lambda y, x: np.exp(x))

log1p = analytic(
    special.log1p, lambda y, x: 1 / (1 + x), singular=True, on=((-0.8, 3.0),)
)

exp2 = analytic(special.exp2, lambda y, x: y * math.log(2))

exp10 = analytic(special.exp10, lambda y, x: y * math.log(10))

cbrt = analytic(
    special.cbrt, lambda y, x: 1 / (3 * y * y), singular=True, on=((0.2, 3.0),)
)

cosm1 = analytic(special.cosm1, lambda y, x: -np.sin(x))

cosdg = analytic(special.cosdg, lambda y, x: -_DEGREE * special.sindg(x))

sindg = analytic(special.sindg, lambda y, x: _DEGREE * special.cosdg(x))

tandg = analytic(special.tandg, lambda y, x: _DEGREE * (1 + y * y), singular=True)

cotdg = analytic(
    special.cotdg,
    lambda y, x: -_DEGREE * (1 + y * y),
    singular=True,
    on=((20.0, 70.0),),
)

radian = analytic(
    special.radian,
    lambda y, *angle: _DEGREE,
    lambda y, *angle: _DEGREE / 60,
    lambda y, *angle: _DEGREE / 3600,
)


def _over_itself(function: Any, sign: int, x: Any) -> Any:
    """Return sin(x) / x or sinh(x) / x, by their series where x is small."""
    small = np.abs(x) < 0.5
    safe = np.where(small, 1.0, x)[()]
    square = np.where(small, x, 0.0)[()] ** 2
    series: Any = 1.0
    for k in range(12, 0, -1):
        series = 1.0 + sign * series * square / ((2 * k) * (2 * k + 1))
    return np.where(small, series, function(safe) / safe)[()]


def _fading(x: Any) -> Any:
    """Return x, or 0 where it is infinite: there what oscillates over x is 0."""
    return np.where(np.isinf(x), 0.0, x)[()]


def _cosine_integrand(x: Any) -> Any:
    if is_complex(x):
        return np.cos(x) / x
    return np.cos(_fading(x)) / x


def _sine_integrand(x: Any) -> Any:
    if is_complex(x):
        return _over_itself(np.sin, -1, x)
    return np.where(np.isinf(x), 0.0, _over_itself(np.sin, -1, _fading(x)))[()]


sici = several(
    special.sici,
    lambda y, x: (_sine_integrand(x), _cosine_integrand(x)),
    on=((0.3, 3.0),),
)

shichi = several(
    special.shichi,
    lambda y, x: (_over_itself(np.sinh, 1, x), np.cosh(x) / x),
    on=((0.3, 3.0),),
)

expi = analytic(
    special.expi, lambda y, x: np.exp(x) / x, singular=True, on=((0.3, 2.0),)
)

exp1 = analytic(
    special.exp1, lambda y, x: -np.exp(-x) / x, singular=True, on=((0.3, 2.0),)
)


def _slope_of_expn(y: Any, n: Any, x: Any) -> Any:
    """Return −Eₙ₋₁(x); E₀ is exp(−x) / x. SciPy truncates n to a whole number."""
    n = np.trunc(n)
    lowest = n == 0
    below = special.expn(np.where(lowest, 1, n - 1)[()], x)
    return -np.where(lowest, y * (1 + 1 / x), below)[()]


expn = analytic(
    special.expn,
    Unknown("expn", "n"),
    _slope_of_expn,
    singular=True,
    on=((2, 4), (0.3, 2.0)),
)


def _log_over_gap(z: Any) -> Any:
    """Return log(z) / (1 − z), by its series where z is close to 1."""
    near = np.abs(z - 1) < 0.3
    w = np.where(near, 1 - z, 0.0)[()]
    safe = np.where(near, 2.0, z)[()]
    series: Any = 0.0
    for k in range(32, 0, -1):
        series = series * w + 1 / k
    return np.where(near, -series, np.log(safe) / (1 - safe))[()]


spence = analytic(
    special.spence, lambda y, z: _log_over_gap(z), singular=True, on=((0.2, 3.0),)
)


def _slope_of_lambert(w: Any) -> Any:
    """Return dW/dz = 1 / (eᵂ (1 + W))."""
    return np.exp(-w) / (1 + w)


lambertw = analytic(
    _ufuncs._lambertw,
    lambda w, z, k, tol: _slope_of_lambert(w),
    Unknown("lambertw", "k"),
    Unknown("lambertw", "tol"),
    singular=True,
    on=((0.3, 2.0), (0, 1), (1e-8, 1e-8)),
)

wrightomega = analytic(
    special.wrightomega,
    lambda w, z: np.where(np.isinf(w), 1.0, w / (1 + w))[()],
    singular=True,
)
