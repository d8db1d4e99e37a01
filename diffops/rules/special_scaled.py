"""Bessel functions times exponentials, which keep them from growing or vanishing.

Their slopes are differences of nearly equal terms where the argument is large: there
Hankel's asymptotic series (Abramowitz & Stegun 9.2 and 9.7) serves instead.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import Primitive, implements
from diffops.rules._fitting import is_complex
from diffops.rules.special_bessel import slope_in_order
from diffops.rules.special_kinds import Unknown, analytic

_TERMS = 26


def _is_far(v: Any, z: Any) -> Any:
    return np.abs(z) > np.maximum(30.0, v * v)


def _hankel_slope(v: Any, z: Any, unit: complex) -> Any:
    """Return the derivative of z^(−1/2) Σ aₖ(v) (unit / z)ᵏ."""
    total: Any = 0.0
    for k in range(_TERMS, 0, -1):
        ratio = (4 * v * v - (2 * k - 1) ** 2) / (8 * k) * unit
        total = (total + k + 0.5) * ratio / z
    return -(total + 0.5) / (z * np.sqrt(z))


def _choose(v: Any, z: Any, near: Any, factor: Any, unit: complex) -> Any:
    far = _is_far(v, z)
    series = factor * _hankel_slope(v, np.where(far, z, 1.0)[()], unit)
    return np.where(far, series, near)[()]


def slope_of_kve(y: Any, v: Any, z: Any) -> Any:
    """Return ∂/∂z of eᶻ Kᵥ(z)."""
    near = y - (special.kve(v - 1, z) + special.kve(v + 1, z)) / 2
    return _choose(v, z, near, np.sqrt(np.pi / 2), 1)


def slope_of_ive(y: Any, v: Any, x: Any) -> Any:
    """Return ∂/∂x of e^−|x| Iᵥ(x) for real x."""
    near = (special.ive(v - 1, x) + special.ive(v + 1, x)) / 2 - np.sign(x) * y
    mirror = np.where(x < 0, -np.sign(y), 1.0)[()]
    far = _choose(v, np.abs(x), 0.0, np.sqrt(1 / (2 * np.pi)), -1)
    return np.where(_is_far(v, x), mirror * far, near)[()]


_ORDERED = ((1.0, 3.0), (0.5, 3.0))

kve = analytic(
    special.kve,
    lambda y, v, z: slope_in_order("kve", v, z),
    slope_of_kve,
    singular=True,
    on=_ORDERED,
)

_real_ive = analytic(
    special.ive, Unknown("ive", "v"), slope_of_ive, singular=True, on=_ORDERED
)

i0e = analytic(special.i0e, lambda y, x: slope_of_ive(y, 0, x))
i1e = analytic(special.i1e, lambda y, x: slope_of_ive(y, 1, x))
k0e = analytic(
    special.k0e, lambda y, x: slope_of_kve(y, 0, x), singular=True, on=((0.5, 3.0),)
)
k1e = analytic(
    special.k1e, lambda y, x: slope_of_kve(y, 1, x), singular=True, on=((0.5, 3.0),)
)


def _hankel(function: Any, sign: int) -> Primitive:
    def slope(y: Any, v: Any, z: Any) -> Any:
        near = (function(v - 1, z) - function(v + 1, z)) / 2 - sign * 1j * y
        phase = np.exp(-sign * 0.5j * np.pi * (v + 0.5))
        behind = np.real(z) < 0  # where the series of the other kind may come in
        safe = np.where(behind, 1.0, z)[()]
        return _choose(v, safe, near, np.sqrt(2 / np.pi) * phase, sign * 1j)

    return analytic(
        function, Unknown(function.__name__, "v"), slope, singular=True, on=_ORDERED
    )


hankel1e = _hankel(special.hankel1e, 1)
hankel2e = _hankel(special.hankel2e, -1)


def _scaled(function: Any, above: int) -> Primitive:
    """Make the rule of Cᵥ(z) exp(−s), where s is |Re z| or |Im z|.

    It is not analytic in a complex z, but it is in z and s, as two arguments.
    """

    def value(v: Any, z: Any, s: Any) -> Any:
        return function(v, z)

    value.__name__ = function.__name__
    rule: Primitive = analytic(
        value,
        Unknown(function.__name__, "v"),
        lambda y, v, z, s: (rule(v - 1, z, s) + above * rule(v + 1, z, s)) / 2,
        lambda y, v, z, s: -y,
        singular=True,
    )
    return rule


_complex_ive = _scaled(special.ive, 1)
_complex_jve = _scaled(special.jve, -1)
_complex_yve = _scaled(special.yve, -1)


@implements(special.ive)
def ive(v: Any, z: Any) -> Any:
    """Return Iᵥ(z) exp(−|Re z|)."""
    return _complex_ive(v, z, np.abs(np.real(z))) if is_complex(z) else _real_ive(v, z)


@implements(special.jve)
def jve(v: Any, z: Any) -> Any:
    """Return Jᵥ(z) exp(−|Im z|), which for real z is Jᵥ(z)."""
    return _complex_jve(v, z, np.abs(np.imag(z)) if is_complex(z) else 0.0)


@implements(special.yve)
def yve(v: Any, z: Any) -> Any:
    """Return Yᵥ(z) exp(−|Im z|), which for real z is Yᵥ(z)."""
    return _complex_yve(v, z, np.abs(np.imag(z)) if is_complex(z) else 0.0)
