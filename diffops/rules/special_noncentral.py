"""The noncentral χ², F and t distributions and their inverses.

The first two are mixtures of central ones with weights of Poisson's; t is an integral
over the scale of its denominator (Johnson, Kotz & Balakrishnan 1995, chapters 29–31).
In the degrees of freedom no derivative is at hand.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import Primitive
from diffops.rules._refused import refused
from diffops.rules.special_distributions import Slopes, distribution, inverse
from diffops.rules.special_incomplete_beta import beta_weight
from diffops.rules.special_kinds import Unknown, analytic
from diffops.rules.special_quadrature import DEPTH, integrals

# χ²


def _chi_square(x: Any, df: Any, nc: Any) -> Any:
    """Return the density, from Bessel's I or where its argument is small from ₀F₁."""
    v = df / 2 - 1
    z = np.sqrt(nc * x)
    small = z < 20
    with np.errstate(all="ignore"):
        near = np.power(x / 2, v) * np.exp(-(x + nc) / 2) * special.rgamma(v + 1)
        near = near * special.hyp0f1(v + 1, np.where(small, z, 0.0) ** 2 / 4)
        fall = np.exp(-((np.sqrt(x) - np.sqrt(nc)) ** 2) / 2)
        ratio = x / np.where(small, 1.0, nc)
        far = np.power(ratio, v / 2) * special.ive(v, z) * fall
    return (np.where(small, near, far) / 2)[()]


chi_square_density: Primitive = analytic(
    _chi_square,
    lambda y, x, df, nc: (
        (df / 2 - 1) / x * y - y / 2 + nc / (2 * x) * chi_square_density(x, df + 2, nc)
    ),
    Unknown("chndtr", "df"),
    lambda y, x, df, nc: (chi_square_density(x, df + 2, nc) - y) / 2,
    singular=True,
    on=((0.5, 3.0), (1.5, 3.0), (0.3, 2.0)),
)

_CHI_SQUARE: Slopes = (
    chi_square_density,
    None,
    lambda x, df, nc: -chi_square_density(x, df + 2, nc),
)
_SHAPE, _POINT, _LEVEL, _SHIFT = (1.5, 3.0), (0.5, 3.0), (0.3, 0.7), (0.3, 2.0)

chndtr = distribution(
    special.chndtr, _CHI_SQUARE, names="x df nc", on=(_POINT, _SHAPE, _SHIFT)
)
chndtrix = inverse(
    special.chndtrix,
    _CHI_SQUARE,
    (None, 1, 2),
    names="p df nc",
    on=(_LEVEL, _SHAPE, _SHIFT),
)
chndtrinc = inverse(
    special.chndtrinc,
    _CHI_SQUARE,
    (0, 1, None),
    names="x df p",
    on=((1.0, 2.0), (1.5, 2.0), (0.2, 0.4)),
)

# F


def _mixture(a: Any, b: Any, below: Any, nc: Any, x: Any, rest: Any) -> Any:
    """Return exp(−λ/2) ₁F₁(a + b; c; λx/2) for c = a + below, without overflow."""
    z = nc * x / 2
    large = z > 300
    near = np.exp(-nc / 2) * special.hyp1f1(
        a + b, a + below, np.where(large, 0.0, z)[()]
    )
    far = np.exp(-nc * rest / 2) * special.hyp1f1(
        below - b, a + below, -np.where(large, z, 0.0)[()]
    )
    return np.where(large, far, near)[()]


def _fisher(n: Any, d: Any, nc: Any, f: Any) -> tuple[Any, ...]:
    total = d + n * f
    return n / 2, d / 2, n * f / total, d / total


def _fisher_by_shift(n: Any, d: Any, nc: Any, f: Any) -> Any:
    a, b, x, rest = _fisher(n, d, nc, f)
    return -beta_weight(a, b, x, rest) / (2 * a) * _mixture(a, b, 1, nc, x, rest)


def _fisher_density(n: Any, d: Any, nc: Any, f: Any) -> Any:
    a, b, x, rest = _fisher(n, d, nc, f)
    return beta_weight(a, b, x, rest) / f * _mixture(a, b, 0, nc, x, rest)


_FISHER: Slopes = (None, None, _fisher_by_shift, _fisher_density)

ncfdtr = distribution(
    special.ncfdtr,
    _FISHER,
    names="dfn dfd nc f",
    on=(_SHAPE, _SHAPE, _SHIFT, _POINT),
)
ncfdtri = inverse(
    special.ncfdtri,
    _FISHER,
    (0, 1, 2, None),
    names="dfn dfd nc p",
    on=(_SHAPE, _SHAPE, _SHIFT, _LEVEL),
)
ncfdtrinc = inverse(
    special.ncfdtrinc,
    _FISHER,
    (0, 1, None, 3),
    names="dfn dfd p f",
    on=((2.0, 3.0), (2.0, 3.0), (0.3, 0.4), (1.5, 2.0)),
)

# t


def _scale_integral(m: Any, v: Any, t: Any, nc: Any) -> Any:
    """Return ∫ sᵐ exp(−v s²/2 − (t s − δ)²/2) ds over s > 0, for m > −1.

    Where m < 0 the integrand is singular: integration by parts raises m.
    """
    with np.errstate(all="ignore"):
        low = m < 0
        here = _over_scales(np.where(low, m + 2, m), v, t, nc)
        above = _over_scales(m + 1.0, v, t, nc)
        raised = ((v + t * t) * here - t * nc * above) / (m + 1)
    return np.where(low, raised, here)[()]


def _over_scales(m: Any, v: Any, t: Any, nc: Any) -> Any:
    """Integrate on either side of the maximum, in the logarithm of s."""
    power, bend, pull = m + 1, v + t * t, t * nc
    root = np.sqrt(pull * pull + 4 * bend * power)
    top = np.where(pull > 0, (root + pull) / (2 * bend), 2 * power / (root - pull))

    def drop(u: Any) -> Any:
        """Return how far the exponent at s = top eᵘ is below that at the top."""
        gap = np.expm1(u)
        return gap * top * (bend * top * (gap / 2 + 1) - pull) - power * u

    total: Any = 0.0
    for side in (-1.0, 1.0):
        reach = _reach(lambda w, side=side: drop(side * w))
        (part,) = integrals(
            lambda w, side=side, reach=reach: (  # type: ignore[misc]
                np.exp(-drop(side * reach * w)),
            ),
            m,
            v,
            t,
            nc,
        )
        total = total + part * reach
    height = power * np.log(top) - v * top * top / 2 - (t * top - nc) ** 2 / 2
    return np.exp(height) * total


def _reach(drop: Any) -> Any:
    """Return where a rising function passes `DEPTH`, by bisection."""
    low: Any = 0.0
    high: Any = 1.0
    for _ in range(12):
        high = np.where(drop(high) < DEPTH, 2 * high, high)
    for _ in range(12):
        middle = (low + high) / 2
        under = drop(middle) < DEPTH
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return high


scale_integral: Primitive = analytic(
    _scale_integral,
    Unknown("nctdtr", "df"),
    Unknown("nctdtr", "df"),
    lambda y, m, v, t, nc: (
        nc * scale_integral(m + 1, v, t, nc) - t * scale_integral(m + 2, v, t, nc)
    ),
    lambda y, m, v, t, nc: t * scale_integral(m + 1, v, t, nc) - nc * y,
    on=((1.0, 2.0), _SHAPE, (-1.0, 2.0), _SHIFT),
)


def _student_factor(v: Any) -> Any:
    """Return 2 (v/2)^(v/2) / (Γ(v/2) √(2π))."""
    half = v / 2
    log = half * np.log(half) - special.gammaln(half)
    return np.sqrt(2 / np.pi) * np.exp(log)


_STUDENT: Slopes = (
    None,
    lambda v, nc, t: -_student_factor(v) * scale_integral(v - 1, v, t, nc),
    lambda v, nc, t: _student_factor(v) * scale_integral(v, v, t, nc),
)

nctdtr = distribution(
    special.nctdtr, _STUDENT, names="df nc t", on=(_SHAPE, _SHIFT, _POINT)
)
nctdtrit = inverse(
    special.nctdtrit,
    _STUDENT,
    (0, 1, None),
    names="df nc p",
    on=(_SHAPE, _SHIFT, _LEVEL),
)
nctdtrinc = inverse(
    special.nctdtrinc,
    _STUDENT,
    (0, None, 2),
    names="df p t",
    on=(_SHAPE, _LEVEL, _POINT),
)

refused(
    special.chndtridf,
    special.ncfdtridfn,
    special.ncfdtridfd,
    special.nctdtridf,
    reason="it solves for degrees of freedom, in which none is at hand",
)
