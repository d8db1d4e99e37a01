"""Airy's and Kelvin's functions, and integrals of Bessel, Struve and Airy functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import implements
from diffops.rules._fitting import is_complex
from diffops.rules.special_kinds import Unknown, analytic, several
from diffops.rules.special_scaled import slope_of_ive, slope_of_kve

_POSITIVE = ((0.5, 3.0),)


def _slopes_of_airy(y: Any, z: Any) -> Any:
    """Return the slopes of Ai, Ai′, Bi, Bi′, where Ai″ = z Ai and Bi″ = z Bi."""
    ai, slope_of_ai, bi, slope_of_bi = y
    return slope_of_ai, z * ai, slope_of_bi, z * bi


airy = several(special.airy, _slopes_of_airy)

#: From here on the scaled functions are taken from Bessel's (Abramowitz & Stegun 10.4).
_FAR = 8.0


def _scaled_slopes(y: Any, x: Any) -> Any:
    """Return the slopes of Ai and Ai′ times exp(ζ), Bi and Bi′ over it, for real x.

    ζ = (2/3) x^(3/2), and 0 to the left of 0, where Ai is not scaled but NaN.
    """
    ai, slope_of_ai, bi, slope_of_bi = y
    far = x > _FAR
    root = np.sqrt(np.where(far | (x < 0), 0.0, x))[()]
    growth = np.where(x < 0, np.nan, root)[()]
    near = (
        slope_of_ai + growth * ai,
        x * ai + growth * slope_of_ai,
        slope_of_bi - root * bi,
        x * bi - root * slope_of_bi,
    )
    slopes = _far_slopes(np.where(far, x, _FAR + 1)[()])
    return tuple(
        np.where(far, there, here)[()] for there, here in zip(slopes, near, strict=True)
    )


def _far_slopes(x: Any) -> Any:
    root = np.sqrt(x)
    zeta = 2 / 3 * x * root

    def combined(power: float, factor: float, value: Any, slope: Any) -> Any:
        """Return the slope of factor x^power value(ζ)."""
        scale = factor * np.power(x, power)
        return scale * (power / x * value(zeta) + root * slope(zeta))

    def decaying(v: float) -> Any:
        return (
            lambda z: special.kve(v, z),
            lambda z: slope_of_kve(special.kve(v, z), v, z),
        )

    def growing(v: float) -> Any:
        return (
            lambda z: special.ive(v, z) + special.ive(-v, z),
            lambda z: (
                slope_of_ive(special.ive(v, z), v, z)
                + slope_of_ive(special.ive(-v, z), -v, z)
            ),
        )

    third = 1 / math.sqrt(3)
    return (
        combined(0.5, third / math.pi, *decaying(1 / 3)),
        combined(1.0, -third / math.pi, *decaying(2 / 3)),
        combined(0.5, third, *growing(1 / 3)),
        combined(1.0, third, *growing(2 / 3)),
    )


_real_airye = several(special.airye, _scaled_slopes, on=_POSITIVE)


def _airye_by_scale(z: Any, s: Any) -> Any:
    return special.airye(z)


def _slopes_in_z(y: Any, z: Any, s: Any) -> Any:
    ai, slope_of_ai, bi, slope_of_bi = y
    root = np.sqrt(z)
    return slope_of_ai + root * ai, z * ai + root * slope_of_ai, slope_of_bi, z * bi


_complex_airye = several(
    _airye_by_scale, _slopes_in_z, lambda y, z, s: (0.0, 0.0, -y[2], -y[3])
)


@implements(special.airye)
def airye(z: Any) -> Any:
    """Return Ai and Ai′ times exp(ζ), Bi and Bi′ times exp(−|Re ζ|), ζ = (2/3) z^(3/2).

    The latter is not analytic in complex z, but in z and |Re ζ| as two arguments.
    """
    if not is_complex(z):
        return _real_airye(z)
    return _complex_airye(z, np.abs(np.real(2 / 3 * z * np.sqrt(z))))


# Kelvin's functions are Bessel's along the diagonals of the plane

_DOWN, _UP = np.exp(0.75j * np.pi), np.exp(0.25j * np.pi)


def _bend_of_be(x: Any) -> Any:
    """Return Be″, where Be(x) = J₀(x e^(3πi/4)) = ber x + i bei x."""
    z = _DOWN * x
    return 0.5j * (special.jv(0, z) - special.jv(2, z))


def _bend_of_ke(x: Any) -> Any:
    """Return Ke″, where Ke(x) = K₀(x e^(πi/4)) = ker x + i kei x."""
    z = _UP * x
    return 0.5j * (special.kv(0, z) + special.kv(2, z))


kelvin = several(
    special.kelvin,
    lambda y, x: (y[2], y[3], _bend_of_be(x), _bend_of_ke(x)),
    on=_POSITIVE,
)

ber = analytic(special.ber, lambda y, x: special.berp(x))
bei = analytic(special.bei, lambda y, x: special.beip(x))
berp = analytic(special.berp, lambda y, x: np.real(_bend_of_be(x)))
beip = analytic(special.beip, lambda y, x: np.imag(_bend_of_be(x)))
ker = analytic(special.ker, lambda y, x: special.kerp(x), singular=True, on=_POSITIVE)
kei = analytic(special.kei, lambda y, x: special.keip(x), singular=True, on=_POSITIVE)
kerp = analytic(
    special.kerp, lambda y, x: np.real(_bend_of_ke(x)), singular=True, on=_POSITIVE
)
keip = analytic(
    special.keip, lambda y, x: np.imag(_bend_of_ke(x)), singular=True, on=_POSITIVE
)

# Integrals: their slopes are the integrands

itairy = several(
    special.itairy,
    lambda y, x: (
        special.airy(x)[0],
        special.airy(x)[2],
        special.airy(-x)[0],
        special.airy(-x)[2],
    ),
)

itj0y0 = several(
    special.itj0y0, lambda y, x: (special.j0(x), special.y0(x)), on=_POSITIVE
)

iti0k0 = several(
    special.iti0k0, lambda y, x: (special.i0(x), special.k0(x)), on=_POSITIVE
)


def _change_over(function: Any, sign: int, x: Any) -> Any:
    """Return (1 − J₀(x)) / x or (I₀(x) − 1) / x, by its series where x is small."""
    small = np.abs(x) < 1
    near = np.where(small, x, 0.0)[()]
    safe = np.where(small, 1.0, x)[()]
    square = near * near / 4
    series: Any = 0.0
    for k in range(12, 1, -1):
        series = (1 + series) * sign * square / (k * k)
    far = sign * (function(safe) - 1) / safe
    return np.where(small, near / 4 * (1 + series), far)[()]


it2j0y0 = several(
    special.it2j0y0,
    lambda y, x: (_change_over(special.j0, -1, x), -special.y0(x) / x),
    on=_POSITIVE,
)

it2i0k0 = several(
    special.it2i0k0,
    lambda y, x: (_change_over(special.i0, 1, x), -special.k0(x) / x),
    on=_POSITIVE,
)

itstruve0 = analytic(special.itstruve0, lambda y, x: special.struve(0, x))

itmodstruve0 = analytic(special.itmodstruve0, lambda y, x: special.modstruve(0, x))

it2struve0 = analytic(
    special.it2struve0,
    lambda y, x: -special.struve(0, x) / x,
    singular=True,
    on=_POSITIVE,
)

besselpoly = analytic(
    special.besselpoly,
    lambda y, a, lmb, nu: (
        special.besselpoly(a, lmb + 1, nu - 1) - special.besselpoly(a, lmb + 1, nu + 1)
    ),
    Unknown("besselpoly", "lmb"),
    Unknown("besselpoly", "nu"),
    on=((0.5, 2.0), (1.0, 2.0), (1.0, 2.0)),
)
