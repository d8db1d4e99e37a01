"""The incomplete gamma functions and their inverses, in both arguments.

With t = x exp(∓v) either tail is a weight times ∫ exp(−f(v)) dv over v > 0, where f is
convex: the derivative in the shape puts a logarithm into that integral, and no large
terms cancel. The weight follows Loader (2000), Fast and accurate computation of
binomial probabilities.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from diffops.rules.special_convex import log_of_ratio
from diffops.rules.special_gamma import BERNOULLI
from diffops.rules.special_kinds import analytic
from diffops.rules.special_quadrature import DEPTH, depth, integrals
from diffops.tags import strip

_LARGE = 12.0


def _split(a: Any) -> tuple[Any, Any, Any]:
    """Return where a is large, and a there and elsewhere, harmless where not wanted."""
    large = a > _LARGE
    return large, np.where(large, a, _LARGE)[()], np.where(large, 1.0, a)[()]


def stirling_error(a: Any) -> Any:
    """Return log Γ(a) less Stirling's formula."""
    large, far, near = _split(a)
    series: Any = 0.0
    for k in range(len(BERNOULLI), 0, -1):
        weight = BERNOULLI[k - 1] / (2 * k * (2 * k - 1))
        series = series / (far * far) + weight
    direct = (
        special.gammaln(near)
        - (near - 0.5) * np.log(near)
        + near
        - 0.5 * math.log(2 * math.pi)
    )
    return np.where(large, series / far, direct)[()]


def log_less_digamma(a: Any) -> Any:
    """Return log a − ψ(a)."""
    large, far, near = _split(a)
    series: Any = 0.0
    for k in range(len(BERNOULLI), 0, -1):
        series = (series + BERNOULLI[k - 1] / (2 * k)) / (far * far)
    direct = np.log(near) - special.digamma(near)
    return np.where(large, series + 0.5 / far, direct)[()]


def _gamma_weight(a: Any, x: Any) -> Any:
    with np.errstate(all="ignore"):
        exponent = a * log_of_ratio(x, a) - (x - a) - stirling_error(a)
        return np.sqrt(a / (2 * np.pi)) * np.exp(exponent)


#: xᵃ e⁻ˣ / Γ(a), of which the density of the gamma distribution is the part per x.
gamma_weight = analytic(
    _gamma_weight,
    lambda y, a, x: y * (log_of_ratio(x, a) + log_less_digamma(a)),
    lambda y, a, x: y * (a - x) / x,
    singular=True,
    on=((0.5, 3.0), (0.5, 3.0)),
)


def gamma_density(a: Any, x: Any) -> Any:
    """Return xᵃ⁻¹ e⁻ˣ / Γ(a), also at 0 and infinity."""
    edge = (x == 0) | np.isinf(x)
    inside = np.where(edge, 1.0, x)[()]
    zero = np.where(x == 0, x, 1.0)[()]
    at_zero = np.power(zero, a - 1) * np.exp(-zero) * special.rgamma(a)
    at_edge = np.where(x == 0, at_zero, 0.0)[()]
    return np.where(edge, at_edge, gamma_weight(a, inside) / inside)[()]


def _shape_ratio_of_gamma(a: Any, x: Any) -> Any:
    """Return ∂P(a, x)/∂a over the density: an integral along the shorter tail."""
    outside = np.logical_not((x > 0) & np.isfinite(x))
    x = np.where(outside, 1.0, x)[()]
    upper = (x >= a) & (x >= 1)
    small = np.logical_not(upper) & (a < 1)
    shape = np.where(small, a + 1, a)[()]  # P(a, x) = P(a + 1, x) + weight / a
    sign = np.where(upper, 1.0, -1.0)
    log = log_of_ratio(x, shape) + log_less_digamma(shape)
    top = _reach_of_gamma(strip(shape), strip(x), sign)

    def tail(u: Any) -> tuple[Any]:
        v = u * top
        rise = x * np.expm1(sign * v) - sign * shape * v
        return ((log + sign * v) * np.exp(-rise),)

    (mean,) = integrals(tail, a, x)
    ratio = -sign * x * top * mean
    ratio = np.where(small, (ratio + log) * x / a, ratio)
    return np.where(outside, np.where(np.isnan(x), x, 0.0), ratio)[()]


def _reach_of_gamma(a: Any, x: Any, sign: Any) -> Any:
    slope = np.abs(x - a)
    guess = 2 * DEPTH / (slope + np.sqrt(slope * slope + 2 * DEPTH * x))
    return depth(
        lambda v: x * np.expm1(sign * v) - sign * a * v,
        lambda v: sign * (x * np.exp(sign * v) - a),
        guess,
    )


def gamma_by_shape(a: Any, x: Any) -> Any:
    """Return ∂P(a, x)/∂a."""
    return gamma_density(a, x) * _shape_ratio_of_gamma(a, x)


gammainc = analytic(
    special.gammainc,
    lambda y, a, x: gamma_by_shape(a, x),
    lambda y, a, x: gamma_density(a, x),
    singular=True,
    on=((0.5, 3.0), (0.5, 3.0)),
)

gammaincc = analytic(
    special.gammaincc,
    lambda y, a, x: -gamma_by_shape(a, x),
    lambda y, a, x: -gamma_density(a, x),
    singular=True,
    on=((0.5, 3.0), (0.5, 3.0)),
)

gammaincinv = analytic(
    special.gammaincinv,
    lambda y, a, p: -_shape_ratio_of_gamma(a, y),
    lambda y, a, p: 1 / gamma_density(a, y),
    singular=True,
    on=((0.5, 3.0), (0.2, 0.8)),
)

gammainccinv = analytic(
    special.gammainccinv,
    lambda y, a, p: -_shape_ratio_of_gamma(a, y),
    lambda y, a, p: -1 / gamma_density(a, y),
    singular=True,
    on=((0.5, 3.0), (0.2, 0.8)),
)
