"""The normal distribution: its integral, logarithm and inverses, and Owen's T."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from diffops.rules._fitting import is_complex
from diffops.rules.special_error import bell
from diffops.rules.special_kinds import analytic

_ROOT_TWO = math.sqrt(2)
_ROOT_TWO_PI = math.sqrt(2 * math.pi)


def normal_density(x: Any) -> Any:
    """Return exp(−x²/2) / √(2π)."""
    return bell(x / _ROOT_TWO) / _ROOT_TWO_PI


def _hazard(x: Any) -> Any:
    """Return the density over the integral up to x, without 0 / 0 far to the left."""
    if is_complex(x):
        return 2 / _ROOT_TWO_PI / special.erfcx(-x / _ROOT_TWO)
    left, far = x < 0, x < -1e8
    a = np.where(left & np.logical_not(far), x, 0.0)[()]
    b = np.where(left, 0.0, x)[()]
    on_left = 2 / _ROOT_TWO_PI / special.erfcx(-a / _ROOT_TWO)
    on_left = np.where(far, -x, on_left)[()]
    return np.where(left, on_left, normal_density(b) / special.ndtr(b))[()]


ndtr = analytic(special.ndtr, lambda y, x: normal_density(x))

log_ndtr = analytic(special.log_ndtr, lambda y, x: _hazard(x))

ndtri = analytic(
    special.ndtri,
    lambda y, p: _ROOT_TWO_PI * np.exp(y * y / 2),
    singular=True,
    on=((0.1, 0.9),),
)

ndtri_exp = analytic(
    special.ndtri_exp,
    lambda y, p: _ROOT_TWO_PI / 2 * special.erfcx(-y / _ROOT_TWO),
    singular=True,
    on=((-3.0, -0.3),),
)

owens_t = analytic(
    special.owens_t,
    lambda y, h, a: -normal_density(h) * special.erf(a * h / _ROOT_TWO) / 2,
    lambda y, h, a: (
        bell(h / _ROOT_TWO) * bell(a * h / _ROOT_TWO) / (2 * np.pi * (1 + a * a))
    ),
)

nrdtrimn = analytic(
    special.nrdtrimn,
    lambda y, p, std, x: -std * _ROOT_TWO_PI * np.exp(((x - y) / std) ** 2 / 2),
    lambda y, p, std, x: (y - x) / std,
    1,
    on=((0.1, 0.9), (0.3, 2.0), (-1.0, 1.0)),
)

nrdtrisd = analytic(
    special.nrdtrisd,
    lambda y, mean, p, x: y / (mean - x),
    lambda y, mean, p, x: (
        -y * y / (x - mean) * _ROOT_TWO_PI * np.exp(((x - mean) / y) ** 2 / 2)
    ),
    lambda y, mean, p, x: y / (x - mean),
    on=((-1.0, 0.0), (0.6, 0.9), (1.0, 2.0)),
)
