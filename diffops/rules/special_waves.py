"""Waves in curved coordinates: parabolic cylinder, Mathieu's and spheroidal functions.

SciPy gives each function with its slope; the slope of that is in the equation which the
function solves (Abramowitz & Stegun, chapters 19 to 21).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import Primitive
from diffops.rules._fitting import shape_of
from diffops.rules._refused import refused
from diffops.rules.special_kinds import Unknown, analytic, several
from diffops.tags import strip

_DEGREE = math.pi / 180


def _solution(
    function: Any,
    names: str,
    bend: Callable[..., Any],
    on: Any,
    unit: float = 1.0,
) -> Primitive:
    """Make the rule of (f, f′), given f″ = ``bend(f, f′, *args)``.

    It has a derivative in the last argument, of which f′ is in the ``unit``; the others
    are named.
    """

    def slope(y: Any, *args: Any) -> tuple[Any, Any]:
        return y[1] * unit, bend(*y, *args) * unit

    refused = (Unknown(function.__name__, name) for name in names.split())
    return several(function, *refused, slope, on=on)


pbdv = _solution(
    special.pbdv,
    "v",
    lambda f, df, v, x: (x * x / 4 - v - 0.5) * f,
    ((0.5, 2.0), (-1.5, 1.5)),
)

pbvv = _solution(
    special.pbvv,
    "v",
    lambda f, df, v, x: (x * x / 4 - v - 0.5) * f,
    ((0.5, 2.0), (-1.5, 1.5)),
)

pbwa = _solution(
    special.pbwa,
    "a",
    lambda f, df, a, x: (a - x * x / 4) * f,
    ((0.5, 2.0), (-1.5, 1.5)),
)


def _angular(value: Any) -> Callable[..., Any]:
    """Return f″ = (2 q cos 2x − a) f, where x is given in degrees."""
    return lambda f, df, m, q, x: (2 * q * np.cos(2 * _DEGREE * x) - value(m, q)) * f


def _radial(value: Any) -> Callable[..., Any]:
    """Return f″ = (a − 2 q cosh 2x) f."""
    return lambda f, df, m, q, x: (value(m, q) - 2 * q * np.cosh(2 * x)) * f


_MATHIEU: Any = ((1, 3), (0.5, 2.0))
_IN_DEGREES: Any = (*_MATHIEU, (20.0, 70.0))
_IN_RADIANS: Any = (*_MATHIEU, (0.3, 1.0))

mathieu_cem = _solution(
    special.mathieu_cem, "m q", _angular(special.mathieu_a), _IN_DEGREES, _DEGREE
)
mathieu_sem = _solution(
    special.mathieu_sem, "m q", _angular(special.mathieu_b), _IN_DEGREES, _DEGREE
)

for _function, _value in (
    (special.mathieu_modcem1, special.mathieu_a),
    (special.mathieu_modcem2, special.mathieu_a),
    (special.mathieu_modsem1, special.mathieu_b),
    (special.mathieu_modsem2, special.mathieu_b),
):
    _solution(_function, "m q", _radial(_value), _IN_RADIANS)


def _characteristic(function: Any, even: bool) -> Primitive:
    """Make the rule of a characteristic value a(q): its slope is that of an eigenvalue.

    Its Fourier coefficients are the eigenvector of a tridiagonal matrix T₀ + q T₁.
    """

    def slope(a: Any, m: Any, q: Any) -> Any:
        return _slope_of_eigenvalue(function.__name__, m, q, even)

    return analytic(function, Unknown(function.__name__, "m"), slope, on=_MATHIEU)


#: So many Fourier coefficients, of one parity, for orders and parameters up to these.
_COEFFICIENTS, _LARGEST_ORDER, _LARGEST_PARAMETER = 36, 24, 300


def _slope_of_eigenvalue(name: str, m: Any, q: Any, even: bool) -> Any:
    orders, parameters = strip(m), np.abs(strip(q))
    if np.any(orders > _LARGEST_ORDER) or np.any(parameters > _LARGEST_PARAMETER):
        advice = f"it has one for m ≤ {_LARGEST_ORDER} and |q| ≤ {_LARGEST_PARAMETER}"
        Unknown(name, "q", advice)()
    column = np.reshape(q, (*shape_of(q), 1, 1))
    odd = np.remainder(orders, 2) == 1
    place = np.floor_divide(np.where(odd | even, orders, orders - 2), 2)
    chosen = np.arange(_COEFFICIENTS) == np.reshape(place, (*np.shape(place), 1))
    slopes = []
    for parity in (0, 1):
        squares, coupling = _tridiagonal(parity, even)
        _, vectors = np.linalg.eigh(squares + column * coupling)
        products = np.sum(vectors * (coupling @ vectors), axis=-2)
        slopes.append(np.sum(np.where(chosen, products, 0.0), axis=-1))
    return np.where(odd, slopes[1], slopes[0])[()]


def _tridiagonal(parity: int, even: bool) -> tuple[Any, Any]:
    """Return T₀ and T₁ for the coefficients of cos kx or sin kx, k of one parity."""
    first = parity if even or parity else 2
    k = first + 2.0 * np.arange(_COEFFICIENTS)
    coupling = np.eye(_COEFFICIENTS, k=1) + np.eye(_COEFFICIENTS, k=-1)
    if even and parity == 0:
        coupling[0, 1] = coupling[1, 0] = math.sqrt(2)
    if parity:
        coupling[0, 0] = 1.0 if even else -1.0
    return np.diag(k * k), coupling


mathieu_a = _characteristic(special.mathieu_a, True)
mathieu_b = _characteristic(special.mathieu_b, False)


# Spheroidal functions, c² being negative for the oblate ones


def _angular_bend(sign: int) -> Callable[..., Any]:
    def bend(f: Any, df: Any, m: Any, n: Any, c: Any, value: Any, x: Any) -> Any:
        gap = 1 - x * x
        return (2 * x * df - (value - sign * c * c * x * x - m * m / gap) * f) / gap

    return bend


def _radial_bend(sign: int) -> Callable[..., Any]:
    def bend(f: Any, df: Any, m: Any, n: Any, c: Any, value: Any, x: Any) -> Any:
        gap = x * x - sign
        rest = value - c * c * x * x + sign * m * m / gap
        return (rest * f - 2 * x * df) / gap

    return bend


def _with_value(characteristic: Any, bend: Callable[..., Any]) -> Callable[..., Any]:
    """Return a bend that finds the characteristic value by itself."""
    return lambda f, df, m, n, c, x: bend(f, df, m, n, c, characteristic(m, n, c), x)


for _characteristic_value, _sign, _family in (
    (special.pro_cv, 1, (special.pro_ang1, special.pro_rad1, special.pro_rad2)),
    (special.obl_cv, -1, (special.obl_ang1, special.obl_rad1, special.obl_rad2)),
):
    for _function in _family:
        _is_angular = _function is _family[0]
        _bend = (_angular_bend if _is_angular else _radial_bend)(_sign)
        _on: Any = ((0, 0), (1, 1), (2.0, 3.0), (1.8, 2.5))
        if _is_angular:
            _on = ((1, 1), (2, 3), (0.5, 1.5), (0.1, 0.8))
        _bend_by_itself = _with_value(_characteristic_value, _bend)
        _solution(_function, "m n c", _bend_by_itself, _on)
        _solution(getattr(special, f"{_function.__name__}_cv"), "m n c cv", _bend, None)

refused(
    special.pro_cv,
    special.obl_cv,
    reason="none is at hand for the characteristic values of spheroids",
)
