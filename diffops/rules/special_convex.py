"""Logarithms and powers of statistics: entropies, logit, Huber's losses, Box–Cox."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import Primitive
from diffops.rules._transcendental import logistic
from diffops.rules.special_kinds import analytic

expit = analytic(special.expit, lambda y, x: y * special.expit(-x))
expit.series = logistic

log_expit = analytic(special.log_expit, lambda y, x: special.expit(-x))

logit = analytic(
    special.logit, lambda y, x: 1 / (x * (1 - x)), singular=True, on=((0.1, 0.9),)
)


def _ratio(a: Any, b: Any) -> Any:
    """Return a / b, and 0 where both are 0."""
    with np.errstate(all="ignore"):
        return np.where((a == 0) & (b == 0), 0.0, np.divide(a, b))[()]


ratio: Primitive = analytic(
    _ratio,
    lambda y, a, b: 1 / b,
    lambda y, a, b: -ratio(y, b),
    singular=True,
    on=((-2.0, 2.0), (0.3, 2.0)),
)

xlogy = analytic(
    special.xlogy,
    lambda y, a, b: np.log(b),
    lambda y, a, b: ratio(a, b),
    singular=True,
    on=((-2.0, 2.0), (0.3, 2.0)),
)

xlog1py = analytic(
    special.xlog1py,
    lambda y, a, b: np.log1p(b),
    lambda y, a, b: ratio(a, 1 + b),
    singular=True,
    on=((-2.0, 2.0), (-0.5, 2.0)),
)

entr = analytic(
    special.entr, lambda y, x: -np.log(x) - 1, singular=True, on=((0.3, 2.0),)
)


def log_of_ratio(a: Any, b: Any) -> Any:
    """Return log(a / b), precise where a is close to b and where a / b overflows."""
    close = (a > b / 2) & (a < 2 * b)
    gap = np.where(close, (a - b) / np.where(close, b, 1.0), 0.0)[()]
    apart = np.log(np.where(close, 1.0, a)) - np.log(np.where(close, 1.0, b))
    return np.where(close, np.log1p(gap), apart)[()]


rel_entr = analytic(
    special.rel_entr,
    lambda y, a, b: log_of_ratio(a, b) + 1,
    lambda y, a, b: -ratio(a, b),
    singular=True,
    on=((0.3, 2.0), (0.3, 2.0)),
)

kl_div = analytic(
    special.kl_div,
    lambda y, a, b: log_of_ratio(a, b),
    lambda y, a, b: ratio(b - a, b),
    singular=True,
    on=((0.3, 2.0), (0.3, 2.0)),
)

huber = analytic(
    special.huber,
    lambda y, delta, r: np.maximum(np.abs(r) - delta, 0.0),
    lambda y, delta, r: np.minimum(np.maximum(r, -delta), delta),
    on=((0.3, 0.5), (0.6, 2.0)),
)


def _cosine(a: Any, b: Any) -> Any:
    """Return a / √(a² + b²), and 0 where both are 0."""
    return ratio.function(a, np.hypot(a, b))


def _slope_of_cosine(y: Any, a: Any, b: Any) -> Any:
    return ratio(_sine(a, b) ** 2, np.hypot(a, b))


def _sine(a: Any, b: Any) -> Any:
    return cosine(b, a)


cosine = analytic(
    _cosine,
    _slope_of_cosine,
    lambda y, a, b: -ratio(y * _sine(a, b), np.hypot(a, b)),
    on=((-2.0, 2.0), (0.3, 2.0)),
)


def _slope_in_r(delta: Any, r: Any) -> Any:
    """Return r δ / h: its own slopes do not cancel in the larger of the two."""
    outside = np.abs(r) > delta
    return np.where(outside, delta * cosine(r, delta), r * cosine(delta, r))[()]


pseudo_huber = analytic(
    special.pseudo_huber,
    lambda y, delta, r: (
        r * cosine(r, delta) * ratio(r, np.hypot(delta, r) + delta) ** 2
    ),
    lambda y, delta, r: _slope_in_r(delta, r),
    on=((0.3, 2.0), (0.3, 2.0)),
)


#: Below this modulus powers series serve, with so many terms.
_SMALL, _TERMS = 1.0, 24


def slope_of_exprel(x: Any) -> Any:
    """Return the derivative of (eˣ − 1) / x."""
    small = np.abs(x) < _SMALL
    near = np.where(small, x, 0.0)[()]
    far = np.where(small, 1.0, x)[()]
    series: Any = 0.0
    for k in range(_TERMS, -1, -1):
        series = series * near + (k + 1) / math.factorial(k + 2)
    slope = np.exp(far) * (1 - 1 / far) / far + 1 / (far * far)
    return np.where(small, series, slope)[()]


exprel = analytic(special.exprel, lambda y, x: slope_of_exprel(x))


def slope_of_relative_log(x: Any) -> Any:
    """Return the derivative of log(1 + x) / x."""
    small = np.abs(x) < 0.3
    near = np.where(small, x, 0.0)[()]
    far = np.where(small, 1.0, x)[()]
    series: Any = 0.0
    for k in range(32, 0, -1):
        series = series * near + (-1) ** k * k / (k + 1)
    slope = (1 / (1 + far) - np.log1p(far) / far) / far
    return np.where(small, series, slope)[()]


def _slope_in_power(log: Any, power: Any) -> Any:
    """Return ∂/∂λ of (exp(λ log) − 1) / λ, and 1/λ² where the logarithm is −∞."""
    lost = np.isneginf(log) & (power > 0)
    log = np.where(lost, 0.0, log)[()]
    slope = log * log * slope_of_exprel(power * log)
    limit = 1 / np.where(lost, power, 1.0)[()] ** 2
    return np.where(lost, limit, slope)[()]


boxcox = analytic(
    special.boxcox,
    lambda y, x, power: np.power(x, power - 1),
    lambda y, x, power: _slope_in_power(np.log(x), power),
    singular=True,
    on=((0.3, 2.0), (-1.5, 1.5)),
)

boxcox1p = analytic(
    special.boxcox1p,
    lambda y, x, power: np.exp((power - 1) * np.log1p(x)),
    lambda y, x, power: _slope_in_power(np.log1p(x), power),
    singular=True,
    on=((-0.5, 2.0), (-1.5, 1.5)),
)

inv_boxcox = analytic(
    special.inv_boxcox,
    lambda y, x, power: y / (1 + power * x),
    lambda y, x, power: y * x * x * slope_of_relative_log(power * x),
    singular=True,
    on=((0.1, 0.6), (-1.0, 1.0)),
)

inv_boxcox1p = analytic(
    special.inv_boxcox1p,
    lambda y, x, power: (1 + y) / (1 + power * x),
    lambda y, x, power: (1 + y) * x * x * slope_of_relative_log(power * x),
    singular=True,
    on=((0.1, 0.6), (-1.0, 1.0)),
)


def _slope_of_base(x: Any, y: Any) -> Any:
    """Return y xʸ⁻¹, and 0 where both are 0: there x⁰ is 1 for every x."""
    zero = (x == 0) & (y == 0)
    return np.where(zero, 0.0, y * np.power(x, np.where(zero, 1.0, y - 1)))[()]


powm1 = analytic(
    special.powm1,
    lambda p, x, y: _slope_of_base(x, y),
    lambda p, x, y: special.xlogy(np.power(x, y), x),
    singular=True,
    on=((0.3, 2.0), (-2.0, 2.0)),
)


def _tukey(p: Any, q: Any, power: Any) -> Any:
    """Return dx/dp of Tukey's λ distribution, p and q = 1 − p being its tails."""
    return np.power(p, power - 1) + np.power(q, power - 1)


def _slope_in_lambda(p: Any, q: Any, power: Any) -> Any:
    """Return ∂p/∂λ at fixed x = (p^λ − q^λ) / λ."""
    change = _slope_in_power(np.log(p), power) - _slope_in_power(np.log(q), power)
    return -change / _tukey(p, q, power)


def _inside(p: Any, q: Any, slope: Any) -> Any:
    """Return the slope where there are tails, 0 beyond the ends of the support."""
    return np.where((p == 0) | (q == 0), 0.0, slope)[()]


def _other_tail(x: Any, power: Any) -> Any:
    return special.tklmbda(-x, power)


tklmbda = analytic(
    special.tklmbda,
    lambda p, x, power: _inside(
        p, _other_tail(x, power), 1 / _tukey(p, _other_tail(x, power), power)
    ),
    lambda p, x, power: _inside(
        p, _other_tail(x, power), _slope_in_lambda(p, _other_tail(x, power), power)
    ),
    on=((-0.8, 0.8), (-1.0, 0.9)),
)
