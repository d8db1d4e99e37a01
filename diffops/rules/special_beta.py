"""The beta function, binomial coefficients, and Pochhammer's symbol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from diffops.rules.special_gamma import BERNOULLI, FAR, slope_of_rgamma
from diffops.rules.special_kinds import analytic


def digamma_gap(a: Any, b: Any) -> Any:
    """Return ψ(a + b) − ψ(a), without cancellation where both a and a + b are positive.

    The recurrence ψ(x + 1) = ψ(x) + 1/x shifts them to where the series serve.
    """
    positive = (np.real(a) > 0) & (np.real(a + b) > 0)
    x = np.where(positive, a, 1.0)[()]
    h = np.where(positive, b, 0.0)[()]
    total: Any = 0.0
    for k in range(FAR):
        total = total + h / ((x + k) * (x + h + k))
    low = x + FAR
    high = low + h
    total = total + np.log1p(h / low) + h / (2 * low * high)
    above, below = 1 / (high * high), 1 / (low * low)
    first = h * (low + high) * above * below  # below − above
    series, drop, power = 0.0, first, above  # drop is belowᵏ − aboveᵏ
    for k, number in enumerate(BERNOULLI, 1):
        series = series + number / (2 * k) * drop
        drop, power = below * drop + first * power, power * above
    rest = np.where(positive, 1.0, a)[()], np.where(positive, 1.0, a + b)[()]
    apart = special.digamma(rest[1]) - special.digamma(rest[0])
    return np.where(positive, total + series, apart)[()]


def _unless_zero(
    y: Any,
    usual: Callable[..., Any],
    as_product: Callable[..., Any],
    *args: Any,
    safe: tuple[float, ...],
) -> Any:
    """Return the slope y times a sum of digammas, and where y is 0 that of a product.

    A digamma of it is infinite there, while all factors 1/Γ and their slopes are not.
    """
    zero = y == 0
    at = [np.where(zero, s, x)[()] for x, s in zip(args, safe, strict=True)]
    to = [np.where(zero, x, s)[()] for x, s in zip(args, safe, strict=True)]
    return np.where(zero, as_product(*to), usual(y, *at))[()]


def _beta_by_a(a: Any, b: Any) -> Any:
    c = a + b
    slope = special.digamma(a) * special.rgamma(c) + slope_of_rgamma(c)
    return special.gamma(a) * special.gamma(b) * slope


def _slope_of_beta(y: Any, a: Any, b: Any) -> Any:
    return _unless_zero(
        y, lambda y, a, b: -y * digamma_gap(a, b), _beta_by_a, a, b, safe=(1.0, 1.0)
    )


beta = analytic(
    special.beta,
    lambda y, a, b: _slope_of_beta(y, a, b),
    lambda y, a, b: _slope_of_beta(y, b, a),
    singular=True,
    on=((0.5, 3.0), (0.5, 3.0)),
)

betaln = analytic(
    special.betaln,
    lambda y, a, b: -digamma_gap(a, b),
    lambda y, a, b: -digamma_gap(b, a),
    singular=True,
    on=((0.5, 3.0), (0.5, 3.0)),
)


def _poch_by_z(z: Any, m: Any) -> Any:
    slope = special.digamma(z + m) * special.rgamma(z) + slope_of_rgamma(z)
    return special.gamma(z + m) * slope


def _poch_by_m(z: Any, m: Any) -> Any:
    return special.gamma(z + m) * special.digamma(z + m) * special.rgamma(z)


poch = analytic(
    special.poch,
    lambda y, z, m: _unless_zero(
        y, lambda y, z, m: y * digamma_gap(z, m), _poch_by_z, z, m, safe=(1.0, 1.0)
    ),
    lambda y, z, m: _unless_zero(
        y,
        lambda y, z, m: y * special.digamma(z + m),
        _poch_by_m,
        z,
        m,
        safe=(1.0, 1.0),
    ),
    singular=True,
    on=((0.5, 3.0), (0.5, 3.0)),
)


def _binom_by_n(n: Any, k: Any) -> Any:
    rest = n - k + 1
    slope = special.digamma(n + 1) * special.rgamma(rest) + slope_of_rgamma(rest)
    return special.gamma(n + 1) * special.rgamma(k + 1) * slope


def _binom_by_k(n: Any, k: Any) -> Any:
    rest = n - k + 1
    return special.gamma(n + 1) * (
        slope_of_rgamma(k + 1) * special.rgamma(rest)
        - special.rgamma(k + 1) * slope_of_rgamma(rest)
    )


binom = analytic(
    special.binom,
    lambda y, n, k: _unless_zero(
        y,
        lambda y, n, k: y * digamma_gap(n - k + 1, k),
        _binom_by_n,
        n,
        k,
        safe=(2.0, 1.0),
    ),
    lambda y, n, k: _unless_zero(
        y,
        lambda y, n, k: y * digamma_gap(k + 1, n - 2 * k),
        _binom_by_k,
        n,
        k,
        safe=(2.0, 1.0),
    ),
    singular=True,
    on=((3.0, 6.0), (0.5, 2.0)),
)
