"""Elliptic integrals and functions, and the arithmetic-geometric mean.

The slopes of Legendre's forms are Carlson's R_D, which does not cancel (DLMF 19.25).
Those of R_D and R_J are integrals over t > 0 of products of powers of t + x, t + y and
so on, and so are the slopes of these: the trapezoidal rule in u, where t = exp(sinh u),
sums them to full precision (Takahasi & Mori 1974).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from diffops.rules._fitting import is_complex, shape_of
from diffops.rules.special_kinds import analytic, several
from diffops.tags import strip

#: The places u of the sum: they reach from t = 10⁻³⁷ to 10¹³ of the largest argument.
_U, _STEP = np.linspace(-4.7, 3.7, 385, retstep=True)


def _carlson(powers: tuple[float, ...], *args: Any) -> Any:
    """Return ∫ Π (t + xᵢ)^(−pᵢ) dt over t > 0."""
    largest = np.abs(strip(args[0]))
    for x in args[1:]:
        largest = np.maximum(largest, np.abs(strip(x)))
    ndim = len(np.broadcast_shapes(*map(shape_of, args)))
    u = _U.reshape((-1,) + (1,) * ndim)
    t = np.exp(np.pi / 2 * np.sinh(u))
    product: Any = t * (np.pi / 2 * np.cosh(u) * _STEP)
    for x, power in zip(args, powers, strict=True):
        product = product * np.power(t + x / largest, -power)
    return np.sum(product, axis=0) * largest ** (1 - sum(powers))


def _rd_by(number: int, x: Any, y: Any, z: Any) -> Any:
    """Return a slope of R_D = (3/2) ∫ (t + x)^(−1/2) (t + y)^(−1/2) (t + z)^(−3/2)."""
    powers = [0.5, 0.5, 1.5]
    factor = -1.5 * powers[number]
    powers[number] += 1
    return factor * _carlson(tuple(powers), x, y, z)


_POSITIVE: Any = (0.3, 2.0)

elliprd = analytic(
    special.elliprd,
    lambda r, x, y, z: _rd_by(0, x, y, z),
    lambda r, x, y, z: _rd_by(1, x, y, z),
    lambda r, x, y, z: _rd_by(2, x, y, z),
    singular=True,
    on=(_POSITIVE,) * 3,
)

elliprf = analytic(
    special.elliprf,
    lambda r, x, y, z: -special.elliprd(y, z, x) / 6,
    lambda r, x, y, z: -special.elliprd(z, x, y) / 6,
    lambda r, x, y, z: -special.elliprd(x, y, z) / 6,
    singular=True,
    on=(_POSITIVE,) * 3,
)


def _rg_by(x: Any, y: Any, z: Any) -> Any:
    """Return ∂R_G/∂x = (R_F − x R_D(y, z, x) / 3) / 4, in which x R_D is 0 at 0."""
    zero = x == 0
    safe = np.where(zero, 1.0, x)[()]
    weighted = np.where(zero, 0.0, safe * special.elliprd(y, z, safe))[()]
    return (special.elliprf(x, y, z) - weighted / 3) / 4


elliprg = analytic(
    special.elliprg,
    lambda r, x, y, z: _rg_by(x, y, z),
    lambda r, x, y, z: _rg_by(y, z, x),
    lambda r, x, y, z: _rg_by(z, x, y),
    singular=True,
    on=(_POSITIVE,) * 3,
)


def _rc_by(number: int, r: Any, x: Any, y: Any) -> Any:
    """Return a slope of R_C, in closed form unless x is close to y.

    That form also holds for the principal value where y is negative.
    """
    close = np.abs(y - x) < 0.3 * np.abs(y)
    a = np.where(close, x, 1.0)[()]
    b = np.where(close, y, 1.0)[()]
    c = np.where(close, 1.0, x)[()]
    d = np.where(close, 3.0, y)[()]
    there = np.where(close, 1.0, r)[()]
    root = np.sqrt(c)
    if number == 0:
        near = special.elliprd(b, b, a) / -6
        far = (there - 1 / root) / (2 * (d - c))
    else:
        near = special.elliprd(a, b, b) / -3
        far = (root / d - there) / (2 * (d - c))
    return np.where(close, near, far)[()]


elliprc = analytic(
    special.elliprc,
    lambda r, x, y: _rc_by(0, r, x, y),
    lambda r, x, y: _rc_by(1, r, x, y),
    singular=True,
    on=(_POSITIVE,) * 2,
)


def _rj_by(number: int, r: Any, args: tuple[Any, ...]) -> Any:
    """Return a slope of R_J = (3/2) ∫ (t + p)⁻¹ Π (t + xᵢ)^(−1/2) dt.

    For negative p, where it is a principal value, partial fractions and Euler's theorem
    on homogeneous functions give it in closed form.
    """
    principal = _is_negative(args[3])
    safe = (*args[:3], np.where(principal, 1.0, args[3])[()])
    powers = [0.5, 0.5, 0.5, 1.0]
    factor = -1.5 * powers[number]
    powers[number] += 1
    slope = factor * _carlson(tuple(powers), *safe)
    p = np.where(principal, args[3], -1.0)[()]
    there = np.where(principal, r, 0.0)[()]
    x, y, z = args[:3]
    turned = (x, y, z), (y, z, x), (z, x, y)
    closed = [_rj_beyond(there, a, b, c, p) for a, b, c in turned]
    total = 1.5 * there
    for i in range(3):
        total = total + args[i] * closed[i]
    return np.where(principal, [*closed, -total / p][number], slope)[()]


def _rj_beyond(r: Any, x: Any, y: Any, z: Any, p: Any) -> Any:
    return (r - special.elliprd(y, z, x)) / (2 * (p - x))


def _is_negative(p: Any) -> Any:
    return np.zeros_like(p, dtype=bool) if is_complex(p) else p < 0


elliprj = analytic(
    special.elliprj,
    *(lambda r, *args, number=number: _rj_by(number, r, args) for number in range(4)),
    singular=True,
    on=(_POSITIVE,) * 4,
)


def _agm_by(m: Any, a: Any, b: Any) -> Any:
    """Return ∂/∂a of the mean π / (2 R_F(0, a², b²)), whose scale is taken out."""
    ratio = b / a
    return 2 / (3 * np.pi) * (m / a) ** 2 * special.elliprd(0.0, ratio * ratio, 1.0)


agm = analytic(
    special.agm,
    lambda m, a, b: _agm_by(m, a, b),
    lambda m, a, b: _agm_by(m, b, a),
    singular=True,
    on=(_POSITIVE,) * 2,
)

# Legendre's forms

_PARAMETER: Any = (-0.8, 0.8)
_ANGLE: Any = (-1.3, 1.3)


def _slope_of_k(m: Any) -> Any:
    return special.elliprd(0.0, 1.0, 1 - m) / 6


def _slope_of_e(m: Any) -> Any:
    return -special.elliprd(0.0, 1 - m, 1.0) / 6


ellipk = analytic(
    special.ellipk, lambda y, m: _slope_of_k(m), singular=True, on=(_PARAMETER,)
)

ellipkm1 = analytic(
    special.ellipkm1,
    lambda y, p: -special.elliprd(0.0, 1.0, p) / 6,
    singular=True,
    on=(_POSITIVE,),
)

ellipe = analytic(
    special.ellipe, lambda y, m: _slope_of_e(m), singular=True, on=(_PARAMETER,)
)


def _over_periods(complete: Any, part: Any, phi: Any, m: Any) -> Any:
    """Return a slope in m: that of whole periods, and of the part beyond them."""
    n = np.round(strip(phi) / np.pi)
    angle = phi - n * np.pi
    sine, cosine = np.sin(angle), np.cos(angle)
    periods = np.where(n == 0, 0.0, 2 * n * complete(np.where(n == 0, 0.0, m)[()]))
    return (part(sine, cosine * cosine, 1 - m * sine * sine) + periods)[()]


def f_by_parameter(phi: Any, m: Any) -> Any:
    """Return ∂F(φ, m)/∂m."""
    return _over_periods(
        _slope_of_k, lambda s, c, d: s**3 * special.elliprd(c, 1.0, d) / 6, phi, m
    )


ellipkinc = analytic(
    special.ellipkinc,
    lambda y, phi, m: 1 / np.sqrt(1 - m * np.sin(phi) ** 2),
    lambda y, phi, m: f_by_parameter(phi, m),
    singular=True,
    on=(_ANGLE, _PARAMETER),
)

ellipeinc = analytic(
    special.ellipeinc,
    lambda y, phi, m: np.sqrt(1 - m * np.sin(phi) ** 2),
    lambda y, phi, m: _over_periods(
        _slope_of_e, lambda s, c, d: s**3 * special.elliprd(c, d, 1.0) / -6, phi, m
    ),
    singular=True,
    on=(_ANGLE, _PARAMETER),
)


def _by_argument(y: Any, u: Any, m: Any) -> Any:
    sn, cn, dn, _ = y
    return cn * dn, -sn * dn, -m * sn * cn, dn


def _by_parameter(y: Any, u: Any, m: Any) -> Any:
    """Return the slopes in m, from those of the amplitude: F(am, m) stays u."""
    sn, cn, dn, phi = y
    turn = -dn * f_by_parameter(phi, m)
    return cn * turn, -sn * turn, -(sn * sn / 2 + m * sn * cn * turn) / dn, turn


ellipj = several(
    special.ellipj, _by_argument, _by_parameter, on=((-2.0, 2.0), (0.1, 0.8))
)
