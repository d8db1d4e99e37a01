"""The incomplete beta functions and their inverses, in every argument.

As for the incomplete gamma functions: either tail is a weight times an integral of
exp(−f(v)) with convex f, the log-odds of t being those of x less v.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from diffops.rules.special_incomplete_gamma import log_less_digamma, stirling_error
from diffops.rules.special_kinds import analytic
from diffops.rules.special_quadrature import DEPTH, depth, integrals
from diffops.tags import strip


def _log_over_mean(a: Any, b: Any, x: Any, rest: Any) -> Any:
    """Return log(x (a + b) / a), x and rest being 1 together."""
    gap = (x * b - rest * a) / a
    near = gap > -0.5
    far = np.log(np.where(near, 1.0, x * (1 + b / a))[()])
    return np.where(near, np.log1p(np.where(near, gap, 0.0)[()]), far)[()]


def _log_against_mean(a: Any, b: Any, x: Any, rest: Any) -> Any:
    """Return log x − ψ(a) + ψ(a + b)."""
    gap = log_less_digamma(a) - log_less_digamma(a + b)
    return _log_over_mean(a, b, x, rest) + gap


def _beta_weight(a: Any, b: Any, x: Any, rest: Any) -> Any:
    with np.errstate(all="ignore"):
        exponent = (
            a * _log_over_mean(a, b, x, rest)
            + b * _log_over_mean(b, a, rest, x)
            + stirling_error(a + b)
            - stirling_error(a)
            - stirling_error(b)
        )
        return np.sqrt(a / (a + b) * b / (2 * np.pi)) * np.exp(exponent)


#: xᵃ (1 − x)ᵇ / B(a, b), given both x and the rest 1 − x.
beta_weight = analytic(
    _beta_weight,
    lambda y, a, b, x, rest: y * _log_against_mean(a, b, x, rest),
    lambda y, a, b, x, rest: y * _log_against_mean(b, a, rest, x),
    lambda y, a, b, x, rest: y * a / x,
    lambda y, a, b, x, rest: y * b / rest,
    singular=True,
    on=((0.5, 3.0), (0.5, 3.0), (0.4, 0.4), (0.6, 0.6)),
)


def beta_density(a: Any, b: Any, x: Any) -> Any:
    """Return xᵃ⁻¹ (1 − x)ᵇ⁻¹ / B(a, b), also at 0 and 1."""
    edge = (x == 0) | (x == 1)
    inside = np.where(edge, 0.5, x)[()]
    at_edge = np.where(edge, x, 0.5)[()]
    powers = np.power(at_edge, a - 1) * np.power(1 - at_edge, b - 1)
    at_edge = powers * np.exp(np.minimum(-special.betaln(a, b), 700.0))
    density = beta_weight(a, b, inside, 1 - inside) / inside / (1 - inside)
    return np.where(edge, at_edge, density)[()]


def beta_ratios(a: Any, b: Any, x: Any, rest: Any) -> tuple[Any, Any]:
    """Return ∂/∂a and ∂/∂b of Iₓ(a, b) over `beta_weight`, along the shorter tail."""
    outside = np.logical_not((x > 0) & (rest > 0))
    nothing = np.where(np.isnan(x), x, 0.0)
    x = np.where(outside, 0.5, x)[()]
    rest = np.where(outside, 0.5, rest)[()]
    lower = x * (b + 1) < rest * (a + 1)
    a, b = np.where(lower, a, b)[()], np.where(lower, b, a)[()]
    x, rest = np.where(lower, x, rest)[()], np.where(lower, rest, x)[()]
    small = a < 1
    shape = np.where(small, a + 1, a)[()]  # Iₓ(a, b) = Iₓ(a + 1, b) + weight / a
    by_a = _log_against_mean(shape, b, x, rest)
    by_b = _log_against_mean(b, shape, rest, x)
    top = _reach_of_beta(*map(strip, (shape, b, x, rest)))

    def tail(u: Any) -> tuple[Any, Any]:
        v = u * top
        share = _log_share(x, rest, v)
        fall = np.exp(-shape * v - (shape + b) * share)
        return (by_a - v - share) * fall, (by_b - share) * fall

    # The weight of a + 1 is that of a times x (a + b) / a.
    factor = top * np.where(small, x * (a + b) / a, 1.0)[()]
    slopes = [
        factor * mean + np.where(small, (by - 1 / (a + b)) / a, 0.0)[()]
        for mean, by in zip(integrals(tail, a, b, x), (by_a, by_b), strict=True)
    ]
    first = np.where(lower, slopes[0], -slopes[1])
    second = np.where(lower, slopes[1], -slopes[0])
    return (
        np.where(outside, nothing, first)[()],
        np.where(outside, nothing, second)[()],
    )


def _log_share(x: Any, rest: Any, v: Any) -> Any:
    """Return log(rest + x e⁻ᵛ), precise for small v."""
    drop = x * np.expm1(-v)
    near = drop > -0.5
    far = np.log(np.where(near, 1.0, rest + x * np.exp(-v)))
    return np.where(near, np.log1p(np.where(near, drop, 0.0)), far)[()]


def _reach_of_beta(a: Any, b: Any, x: Any, rest: Any) -> Any:
    total = a + b
    slope = np.maximum(a - total * x, 0.0)
    guess = 2 * DEPTH / (slope + np.sqrt(slope * slope + 2 * DEPTH * total * x * rest))
    most = (DEPTH - total * np.log(rest)) / a
    return depth(
        lambda v: a * v + total * _log_share(x, rest, v),
        lambda v: a - total * x / (x + rest * np.exp(v)),
        np.minimum(guess, most),
    )


def beta_by_shapes(a: Any, b: Any, x: Any) -> tuple[Any, Any]:
    """Return ∂Iₓ(a, b)/∂a and ∂Iₓ(a, b)/∂b."""
    weight = beta_weight(a, b, x, 1 - x)
    by_a, by_b = beta_ratios(a, b, x, 1 - x)
    return weight * by_a, weight * by_b


_BETA_DOMAIN = ((0.5, 3.0), (0.5, 3.0), (0.2, 0.8))

betainc = analytic(
    special.betainc,
    lambda y, a, b, x: beta_by_shapes(a, b, x)[0],
    lambda y, a, b, x: beta_by_shapes(a, b, x)[1],
    lambda y, a, b, x: beta_density(a, b, x),
    singular=True,
    on=_BETA_DOMAIN,
)

betaincc = analytic(
    special.betaincc,
    lambda y, a, b, x: -beta_by_shapes(a, b, x)[0],
    lambda y, a, b, x: -beta_by_shapes(a, b, x)[1],
    lambda y, a, b, x: -beta_density(a, b, x),
    singular=True,
    on=_BETA_DOMAIN,
)


def _inverse_by_shape(number: int, a: Any, b: Any, y: Any) -> Any:
    return -beta_ratios(a, b, y, 1 - y)[number] * y * (1 - y)


betaincinv = analytic(
    special.betaincinv,
    lambda y, a, b, p: _inverse_by_shape(0, a, b, y),
    lambda y, a, b, p: _inverse_by_shape(1, a, b, y),
    lambda y, a, b, p: 1 / beta_density(a, b, y),
    singular=True,
    on=_BETA_DOMAIN,
)

betainccinv = analytic(
    special.betainccinv,
    lambda y, a, b, p: _inverse_by_shape(0, a, b, y),
    lambda y, a, b, p: _inverse_by_shape(1, a, b, y),
    lambda y, a, b, p: -1 / beta_density(a, b, y),
    singular=True,
    on=_BETA_DOMAIN,
)
