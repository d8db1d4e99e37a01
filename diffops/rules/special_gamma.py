"""The gamma function, its logarithm and inverse, digamma, and Riemann's zeta.

Abramowitz & Stegun, chapters 6 and 23.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special
from scipy.special import _ufuncs

from diffops.rules._fitting import is_complex
from diffops.rules._kinds import constant
from diffops.rules.special_kinds import analytic

#: The Bernoulli numbers B₂, B₄, … of the asymptotic series.
BERNOULLI = (
    1 / 6,
    -1 / 30,
    1 / 42,
    -1 / 30,
    5 / 66,
    -691 / 2730,
    7 / 6,
    -3617 / 510,
    43867 / 798,
    -174611 / 330,
)

#: From here on the asymptotic series of the digamma function serve.
FAR = 12


def _wave(x: Any) -> tuple[Any, Any]:
    """Return sin πx and cos πx, exact where x is a whole or half number."""
    n = np.round(np.real(x))
    sign = 1.0 - 2.0 * np.remainder(n, 2.0)
    angle = np.pi * (x - n)
    return sign * np.sin(angle), sign * np.cos(angle)


def slope_of_rgamma(x: Any) -> Any:
    """Return (1/Γ)′, by reflection to the left of ½: it is finite at the poles of Γ."""
    left = np.real(x) < 0.5
    a = np.where(left, x, 0.0)[()]
    b = np.where(left, 1.0, x)[()]
    sine, cosine = _wave(a)
    reflected = special.gamma(1 - a) * (cosine - sine * special.digamma(1 - a) / np.pi)
    return np.where(left, reflected, -special.rgamma(b) * special.digamma(b))[()]


gamma = analytic(
    special.gamma, lambda y, x: y * special.digamma(x), singular=True, on=((0.3, 3.0),)
)

gammaln = analytic(
    special.gammaln, lambda y, x: special.digamma(x), singular=True, on=((0.3, 3.0),)
)

loggamma = analytic(
    special.loggamma, lambda y, x: special.digamma(x), singular=True, on=((0.3, 3.0),)
)

rgamma = analytic(special.rgamma, lambda y, x: slope_of_rgamma(x))

constant(special.gammasgn, special.round)


def _trigamma(x: Any) -> Any:
    """Return the derivative of digamma; for complex x by recurrence and series."""
    if not is_complex(x):
        return special.zeta(2.0, x)
    left = x.real < 0.5
    z = np.where(left, 1 - x, x)[()]
    total: Any = 0.0
    for k in range(FAR):
        total = total + 1 / (z + k) ** 2
    z = z + FAR
    square = 1 / (z * z)
    series: Any = 0.0
    for number in reversed(BERNOULLI):
        series = (series + number) * square
    total = total + (1 + series) / z + square / 2
    inner = left & (np.abs(x.imag) < 30)  # beyond that the sine is large
    sine, _ = _wave(np.where(inner, x, 0.5)[()])
    mirrored = np.where(inner, (np.pi / sine) ** 2, 0.0) - total
    return np.where(left, mirrored, total)[()]


digamma = analytic(
    special.digamma, lambda y, x: _trigamma(x), singular=True, on=((0.5, 3.0),)
)


#: Terms that the Euler–Maclaurin sum of the zeta function adds one by one.
_DIRECT = 14


def _slope_of_zeta(s: Any, q: Any) -> Any:
    """Return ∂ζ(s, q)/∂s by the Euler–Maclaurin formula, for s > 1 or so."""
    total: Any = 0.0
    for k in range(_DIRECT):
        total = total - np.log(q + k) * np.power(q + k, -s)
    a = q + _DIRECT
    log = np.log(a)
    power = np.power(a, -s)
    tail = power * a / (s - 1)
    total = total - tail * (log + 1 / (s - 1)) - power * log / 2
    term, slope = s / a, 1 / a  # of the rising factorial, over powers of a
    for k, number in enumerate(BERNOULLI, 1):
        weight = number / math.factorial(2 * k)
        total = total + weight * power * (slope - log * term)
        for j in (2 * k - 1, 2 * k):
            term, slope = term * (s + j) / a, (slope * (s + j) + term) / a
    return total


zeta = analytic(
    _ufuncs._zeta,
    lambda y, s, q: _slope_of_zeta(s, q),
    lambda y, s, q: -s * special.zeta(s + 1, q),
    singular=True,
    on=((2.0, 4.0), (0.5, 3.0)),
)


def _slope_of_riemann(s: Any) -> Any:
    """Return ζ′(s); on the left from ζ(s) = 2 (2π)ˢ⁻¹ sin(πs/2) Γ(1 − s) ζ(1 − s)."""
    left = np.real(s) < 0.0
    a = np.where(left, s, -1.0)[()]
    right = _slope_of_zeta(np.where(left, 2.0, s)[()], 1.0)
    sine, cosine = _wave(a / 2)
    b = 1 - a
    factor = 2 * np.power(2 * np.pi, -b) * special.gamma(b)
    mirrored = factor * (
        (np.pi / 2 * cosine + sine * (math.log(2 * math.pi) - special.digamma(b)))
        * special.zeta(b)
        - sine * _slope_of_zeta(b, 1.0)
    )
    return np.where(left, mirrored, right)[()]


riemann_zeta = analytic(
    _ufuncs._riemann_zeta,
    lambda y, s: _slope_of_riemann(s),
    singular=True,
    on=((1.5, 4.0),),
)

zetac = analytic(
    special.zetac,
    lambda y, s: _slope_of_riemann(s),
    singular=True,
    on=((1.5, 4.0),),
)
