"""Legendre functions and spherical harmonics.

SciPy computes their first two derivatives; the third is in the equation which they
solve, differentiated once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import adopt
from diffops.rules.special_kinds import Asking, Unknown, analytic
from diffops.scipy._mirror import mirrors

#: The rules of f, f′ and f″, in order.
Family = list[Asking]


def _family(
    name: str,
    names: str,
    value: Callable[..., Any],
    third: Callable[..., Any],
    on: Any,
    **others: Callable[..., Any],
) -> Family:
    """Return the rules of f, f′ and f″, whose arguments have these ``names``.

    ``value(k, *args)`` is the k-th derivative in z or theta; that of f″ is
    ``third(f, f′, f″, *args)``. ``others`` are partials in further arguments, by name.
    """
    rules: Family = []

    def partial(k: int, argument: str) -> Any:
        if argument in others:
            return others[argument]
        if argument not in ("z", "theta"):
            return Unknown(name, argument)
        if k < 2:
            return lambda y, *args: rules[k + 1](*args)
        return lambda y, *args: third(rules[0](*args), rules[1](*args), y, *args)

    def order(k: int) -> Callable[..., Any]:
        def evaluate(*args: Any) -> Any:
            return value(k, *args)

        evaluate.__name__ = name
        return evaluate

    for k in range(3):
        partials = [partial(k, argument) for argument in names.split()]
        rules.append(Asking(analytic(order(k), *partials, singular=True, on=on)))
    return rules


def _third_of_polynomial(f: Any, df: Any, ddf: Any, n: Any, z: Any) -> Any:
    degree = np.where(n < 0, -n - 1, n)
    value = special.eval_gegenbauer(np.maximum(degree - 3, 0), 3.5, z)
    return 15 * np.where(degree < 3, 0.0, value)[()]


def _third_of_associated(
    f: Any, df: Any, ddf: Any, n: Any, m: Any, z: Any, branch_cut: Any, norm: Any
) -> Any:
    """Differentiate (1 − z²) f″ = 2 z f′ − (n (n + 1) − m²/(1 − z²)) f."""
    gap = (1 - z) * (1 + z)
    share = m * m / gap
    change = 2 - n * (n + 1) + share
    return (4 * z * ddf + change * df + 2 * z * share / gap * f) / gap


def _third_on_sphere(
    f: Any, df: Any, ddf: Any, n: Any, m: Any, theta: Any, *phi: Any
) -> Any:
    """Differentiate f″ = −cot θ f′ − (n (n + 1) − m²/sin² θ) f."""
    sine = np.sin(theta)
    slant = np.cos(theta) / sine
    share = (m / sine) ** 2
    change = 1 / (sine * sine) - n * (n + 1) + share
    return -slant * ddf + change * df - 2 * slant * share * f


_DEGREES = ((3, 5), (1, 2))

polynomials = _family(
    "legendre_p",
    "n z",
    lambda k, n, z: special.legendre_p(n, z, diff_n=2)[k],
    _third_of_polynomial,
    on=((3, 5), (-0.8, 0.8)),
)

associated = _family(
    "assoc_legendre_p",
    "n m z branch_cut norm",
    lambda k, n, m, z, branch_cut, norm: special.assoc_legendre_p(
        n, m, z, branch_cut=branch_cut, norm=bool(norm), diff_n=2
    )[k],
    _third_of_associated,
    on=(*_DEGREES, (-0.8, 0.8), (2, 2), (0, 0)),
)

on_circle = _family(
    "sph_legendre_p",
    "n m theta",
    lambda k, n, m, theta: special.sph_legendre_p(n, m, theta, diff_n=2)[k],
    _third_on_sphere,
    on=(*_DEGREES, (0.5, 2.5)),
)


def _harmonic(k: int, n: Any, m: Any, theta: Any, phi: Any) -> Any:
    if k == 0:
        return special.sph_harm_y(n, m, theta, phi)
    return special.sph_harm_y(n, m, theta, phi, diff_n=2)[k][(..., *(0,) * k)]


harmonics = _family(
    "sph_harm_y",
    "n m theta phi",
    _harmonic,
    _third_on_sphere,
    on=(*_DEGREES, (0.5, 2.5), (-1.0, 1.0)),
    phi=lambda y, n, m, theta, phi: 1j * m * y,
)


def _orders(rules: Family, original: Any, diff_n: int, *args: Any) -> Any:
    """Return the derivatives up to the order ``diff_n``, put together as by SciPy."""
    if diff_n not in (0, 1, 2):
        raise ValueError(f"diff_n must be 0, 1 or 2, received: {diff_n}.")
    if diff_n == 0 and np.ndim(original(0, *(0,) * (len(args) > 2), 0.0)) == 0:
        return rules[0](*args)
    return np.stack([rule(*args) for rule in rules[: diff_n + 1]])


@mirrors(special.legendre_p)
def legendre_p(n: Any, z: Any, *, diff_n: int = 0) -> Any:
    """Return Legendre's polynomial of degree n, and derivatives; n is constant.

    >>> from diffops import diff
    >>> from diffops.scipy.special import legendre_p
    >>> float(round(diff(lambda z: legendre_p(2, z)[0])(0.5), 12))  # 3 z
    1.5
    """
    return _orders(polynomials, special.legendre_p, diff_n, n, adopt(z))


@mirrors(special.assoc_legendre_p)
def assoc_legendre_p(
    n: Any,
    m: Any,
    z: Any,
    *,
    branch_cut: Any = 2,
    norm: bool = False,
    diff_n: int = 0,
) -> Any:
    """Return the associated Legendre function, and derivatives; n and m are constant.

    >>> from diffops import diff
    >>> from diffops.scipy.special import assoc_legendre_p
    >>> float(round(diff(lambda z: assoc_legendre_p(2, 2, z)[0])(0.5), 12))  # −6 z
    -3.0
    """
    args = n, m, adopt(z), branch_cut, norm
    return _orders(associated, special.assoc_legendre_p, diff_n, *args)


@mirrors(special.sph_legendre_p)
def sph_legendre_p(n: Any, m: Any, theta: Any, *, diff_n: int = 0) -> Any:
    """Return the spherical Legendre function of cos θ; n and m are constant.

    >>> from diffops import diff
    >>> from diffops.scipy.special import sph_legendre_p
    >>> slope = diff(lambda t: sph_legendre_p(1, 0, t))(0.5)  # √(3/4π) cos θ
    >>> bool(np.isclose(slope, -np.sqrt(0.75 / np.pi) * np.sin(0.5)))
    True
    """
    return _orders(on_circle, special.sph_legendre_p, diff_n, n, m, adopt(theta))


@mirrors(special.sph_harm_y)
def sph_harm_y(n: Any, m: Any, theta: Any, phi: Any, *, diff_n: int = 0) -> Any:
    """Return the spherical harmonic, its gradient and Hessian; n and m are constant.

    >>> from diffops import diff
    >>> from diffops.scipy.special import sph_harm_y
    >>> turn = diff(lambda phi: sph_harm_y(2, 1, 0.5, phi))(0.3)
    >>> bool(np.isclose(turn, 1j * sph_harm_y(2, 1, 0.5, 0.3)))
    True
    """
    if diff_n not in (0, 1, 2):
        raise ValueError(f"diff_n must be 0, 1 or 2, received: {diff_n}.")
    args = n, m, adopt(theta), adopt(phi)
    turn = 1j * np.asarray(m)
    y = harmonics[0](*args)
    if diff_n == 0:
        return y
    slope = harmonics[1](*args)
    gradient = np.stack([slope, turn * y], axis=-1)
    if diff_n == 1:
        return y, gradient
    rows = [
        np.stack([harmonics[2](*args), turn * slope], axis=-1),
        np.stack([turn * slope, turn * turn * y], axis=-1),
    ]
    return y, gradient, np.stack(rows, axis=-2)
