"""The error function and its kin: Faddeeva's, Dawson's, Voigt's and Fresnel's.

Faddeeva's w, erfcx and Dawson's integral f obey f′ = 2 a z f + b, which cancels where f
is about −b / (2 a z): there they and their derivatives are summed as asymptotic series
(Abramowitz & Stegun 7.1.23; Poppe & Wijers 1990 on where which of the two is good).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import Primitive
from diffops.rules._fitting import is_complex
from diffops.rules.special_kinds import Unknown, analytic, several

_ROOT_PI = math.sqrt(math.pi)
_ROOT_TWO = math.sqrt(2)

#: From this modulus on the asymptotic series serves, with so many terms.
_FAR, _TERMS = 6.3, 30


def bell(x: Any) -> Any:
    """Return exp(−x²), which is flat where it is 0: also at infinity."""
    if not is_complex(x):
        x = np.where(np.abs(x) > 40, 40.0, x)[()]
    return np.exp(-x * x)


erf = analytic(special.erf, lambda y, x: 2 / _ROOT_PI * bell(x))

erfc = analytic(special.erfc, lambda y, x: -2 / _ROOT_PI * bell(x))

erfi = analytic(special.erfi, lambda y, x: 2 / _ROOT_PI * np.exp(x * x))

erfinv = analytic(
    special.erfinv,
    lambda y, x: _ROOT_PI / 2 * np.exp(y * y),
    singular=True,
    on=((-0.9, 0.9),),
)

erfcinv = analytic(
    special.erfcinv,
    lambda y, x: -_ROOT_PI / 2 * np.exp(y * y),
    singular=True,
    on=((0.1, 1.9),),
)


def _asymptotic(m: int, z: Any, a: int) -> Any:
    """Return the m-th derivative of Σ (2k−1)!! (−a/2)ᵏ z⁻²ᵏ⁻¹."""
    inverse = 1 / z
    square = inverse * inverse
    total: Any = 0.0
    for k in range(_TERMS, 0, -1):
        step = -a * (2 * k - 1) / 2 * (2 * k + m) * (2 * k + m - 1)
        total = (1.0 + total) * square * (step / (2 * k * (2 * k - 1)))
    return (-1) ** m * math.factorial(m) * inverse ** (m + 1) * (1.0 + total)


def _near(m: int, z: Any, f: Any, a: int, b: complex) -> Any:
    """Return the m-th derivative of f, where f′ = 2 a z f + b."""
    last, here = 0.0, f
    for k in range(m):
        last, here = here, 2 * a * (z * here + k * last) + (b if k == 0 else 0.0)
    return here


def _family(
    function: Callable[..., Any], a: int, b: complex, far: Callable[..., Any]
) -> Primitive:
    """Return ``(m, z) ↦`` the m-th derivative, whose own derivative is the next."""

    def evaluate(m: int, z: Any) -> Any:
        there = far(z)
        near = _near(m, z, function(z), a, b)
        series = -b / (2 * a) * _asymptotic(m, np.where(there, z, 1.0), a)
        if function is special.wofz:
            series = _with_bell(series, near, z)
        return np.where(there, series, near)[()]

    evaluate.__name__ = f"derivatives_of_{function.__name__}"
    slopes: Primitive = analytic(
        evaluate,
        Unknown(function.__name__, "m"),
        lambda y, m, z: slopes(m + 1, z),
        on=((1, 1), (-1.5, 1.5)),
    )
    return slopes


def _far_above(z: Any) -> Any:
    """Tell where exp(−z²) has no part in w(z): far out, above or beside the axis."""
    return (abs(z) > _FAR) & ((z.imag >= 0) | ((z * z).real > 60))


def _with_bell(series: Any, near: Any, z: Any) -> Any:
    """Return a far value of w, whose real part close to the axis is all bell."""
    bell_shaped = (abs(z.imag) < 1e-15) & (abs(z.real) < 27)
    return np.where(bell_shaped, near.real + 1j * series.imag, series)


def _far_right(x: Any) -> Any:
    return _far_above(1j * x) if is_complex(x) else x > _FAR


def _far_along(x: Any) -> Any:
    far = abs(x) > _FAR
    return far & ((x * x).real > 60) if is_complex(x) else far


slopes_of_wofz = _family(special.wofz, -1, 2j / _ROOT_PI, lambda z: _far_above(z + 0j))

slopes_of_erfcx = _family(special.erfcx, 1, -2 / _ROOT_PI, _far_right)

slopes_of_dawsn = _family(special.dawsn, -1, 1.0, _far_along)

wofz = analytic(special.wofz, lambda y, z: slopes_of_wofz(1, z))

erfcx = analytic(special.erfcx, lambda y, x: slopes_of_erfcx(1, x))

dawsn = analytic(special.dawsn, lambda y, x: slopes_of_dawsn(1, x))


def _slopes_of_voigt(m: int, x: Any, sigma: Any, gamma: Any) -> Any:
    """Return the m-th derivative in x of a complex profile, whose real part is Voigt's.

    It is w(z) / (σ √(2π)) at z = (x + iγ) / (σ √2), and analytic in σ at 0.
    """
    zeta = x + 1j * gamma
    far = abs(zeta) > _ROOT_TWO * _FAR * sigma
    scale = np.where(sigma == 0, 1.0, _ROOT_TWO * sigma)
    z = zeta / scale
    far = far & ((sigma == 0) | _far_above(z))
    near = _near(m, z, special.wofz(z), -1, 2j / _ROOT_PI)
    near = near / (_ROOT_PI * scale ** (m + 1))
    inverse = 1 / np.where(far, zeta, 1.0)
    total: Any = 0.0
    for k in range(_TERMS, 0, -1):
        step = (2 * k + m) * (2 * k + m - 1) / (2 * k)
        total = (1.0 + total) * (sigma * inverse) ** 2 * step
    sign = (-1) ** m * 1j / math.pi
    series = sign * math.factorial(m) * inverse ** (m + 1) * (1.0 + total)
    far_out = np.where(sigma == 0, series, _with_bell(series, near, z))
    return np.where(far, far_out, near)[()]


slopes_of_voigt: Primitive = analytic(
    _slopes_of_voigt,
    Unknown("voigt_profile", "m"),
    lambda y, m, x, sigma, gamma: slopes_of_voigt(m + 1, x, sigma, gamma),
    lambda y, m, x, sigma, gamma: sigma * slopes_of_voigt(m + 2, x, sigma, gamma),
    lambda y, m, x, sigma, gamma: 1j * slopes_of_voigt(m + 1, x, sigma, gamma),
    on=((1, 1), (-1.5, 1.5), (0.3, 2.0), (0.3, 2.0)),
)

voigt_profile = analytic(
    special.voigt_profile,
    lambda y, x, sigma, gamma: np.real(slopes_of_voigt(1, x, sigma, gamma)),
    lambda y, x, sigma, gamma: sigma * np.real(slopes_of_voigt(2, x, sigma, gamma)),
    lambda y, x, sigma, gamma: -np.imag(slopes_of_voigt(1, x, sigma, gamma)),
    on=((-1.5, 1.5), (0.3, 2.0), (0.3, 2.0)),
)


fresnel = several(
    special.fresnel,
    lambda y, x: (np.sin(np.pi / 2 * x * x), np.cos(np.pi / 2 * x * x)),
)

_TURN = np.exp(0.25j * np.pi)

modfresnelp = several(
    special.modfresnelp,
    lambda y, x: (
        -np.exp(1j * x * x),
        np.conj(_TURN) / 2 * slopes_of_erfcx(1, np.conj(_TURN) * x),
    ),
    on=((0.3, 1.5),),
)

modfresnelm = several(
    special.modfresnelm,
    lambda y, x: (-np.exp(-1j * x * x), _TURN / 2 * slopes_of_erfcx(1, _TURN * x)),
    on=((0.3, 1.5),),
)
