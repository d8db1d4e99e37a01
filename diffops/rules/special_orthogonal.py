"""Orthogonal polynomials and Legendre functions, in their argument.

The slope of each is another one, one degree lower and of larger parameters (Abramowitz
& Stegun 22.8 and 22.5, DLMF 18.9). Degrees need not be whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import Primitive
from diffops.rules.special_kinds import Unknown, analytic

_ARGUMENT = (0.1, 0.9)


def _polynomial(
    function: Any, slope: Callable[..., Any], *parameters: tuple[str, float]
) -> Primitive:
    """Make the rule of a polynomial of degree n, given its slope (n, …, x) ↦ f′."""
    name = function.__name__
    return analytic(
        function,
        Unknown(name, "n"),
        *(Unknown(name, parameter) for parameter, _ in parameters),
        lambda y, *args: slope(*args),
        on=((3, 5), *((value, value + 0.5) for _, value in parameters), _ARGUMENT),
    )


def _lower(n: Any) -> Any:
    """Return n − 1, or 0 for n = 0, whose slope 0 has a factor n."""
    return np.where(n == 0, 0, n - 1)[()]


eval_jacobi = _polynomial(
    special.eval_jacobi,
    lambda n, a, b, x: (n + a + b + 1) / 2 * _jacobi(n, a + 1, b + 1, x),
    ("alpha", 0.5),
    ("beta", 1.5),
)

eval_sh_jacobi = _polynomial(
    special.eval_sh_jacobi,
    lambda n, p, q, x: n * special.eval_sh_jacobi(_lower(n), p + 2, q + 1, x),
    ("p", 2.5),
    ("q", 1.5),
)

eval_gegenbauer = _polynomial(
    special.eval_gegenbauer,
    lambda n, alpha, x: 2 * alpha * _gegenbauer(n, alpha + 1, x),
    ("alpha", 0.5),
)

eval_legendre = _polynomial(special.eval_legendre, lambda n, x: _gegenbauer(n, 1.5, x))

eval_sh_legendre = _polynomial(
    special.eval_sh_legendre, lambda n, x: 2 * _gegenbauer(n, 1.5, 2 * x - 1)
)

eval_chebyt = _polynomial(
    special.eval_chebyt, lambda n, x: n * special.eval_chebyu(_lower(n), x)
)

eval_chebyu = _polynomial(special.eval_chebyu, lambda n, x: 2 * _gegenbauer(n, 2.0, x))

eval_chebyc = _polynomial(
    special.eval_chebyc, lambda n, x: n * special.eval_chebys(_lower(n), x)
)

eval_chebys = _polynomial(special.eval_chebys, lambda n, x: _gegenbauer(n, 2.0, x / 2))

eval_sh_chebyt = _polynomial(
    special.eval_sh_chebyt,
    lambda n, x: 2 * n * special.eval_sh_chebyu(_lower(n), x),
)

eval_sh_chebyu = _polynomial(
    special.eval_sh_chebyu, lambda n, x: 4 * _gegenbauer(n, 2.0, 2 * x - 1)
)

eval_genlaguerre = _polynomial(
    special.eval_genlaguerre,
    lambda n, alpha, x: -_genlaguerre(n, alpha + 1, x),
    ("alpha", 0.5),
)

eval_laguerre = _polynomial(
    special.eval_laguerre, lambda n, x: -_genlaguerre(n, 1.0, x)
)

eval_hermite = _polynomial(
    special.eval_hermite, lambda n, x: 2 * n * special.eval_hermite(_lower(n), x)
)

eval_hermitenorm = _polynomial(
    special.eval_hermitenorm,
    lambda n, x: n * special.eval_hermitenorm(_lower(n), x),
)


def _unless_constant(n: Any, y: Any) -> Any:
    return np.where(n == 0, 0.0, y)[()]


def _jacobi(n: Any, a: Any, b: Any, x: Any) -> Any:
    """Return that of degree n − 1, which is 0 for n = 0."""
    return _unless_constant(n, special.eval_jacobi(_lower(n), a, b, x))


def _gegenbauer(n: Any, alpha: Any, x: Any) -> Any:
    """Return that of degree n − 1, which is 0 for n = 0."""
    return _unless_constant(n, special.eval_gegenbauer(_lower(n), alpha, x))


def _genlaguerre(n: Any, alpha: Any, x: Any) -> Any:
    """Return that of degree n − 1, which is 0 for n = 0."""
    return _unless_constant(n, special.eval_genlaguerre(_lower(n), alpha, x))


def _slope_of_lpmv(m: Any, v: Any, x: Any) -> Any:
    """Return dPᵥᵐ/dx: Pᵥᵐ = (−1)ᵐ (2m − 1)!! (1 − x²)^(m/2) C(v − m, m + 1/2, x)."""
    v = np.where(v < 0, -v - 1, v)[()]
    k = np.abs(m)
    scale = (-2.0) ** k * special.gamma(k + 0.5) / math.sqrt(math.pi)
    mirrored = np.cos(np.pi * k) * special.gamma(v - k + 1) * special.rgamma(v + k + 1)
    scale = scale * np.where(m < 0, mirrored, 1.0)
    gap = (1 - x) * (1 + x)
    order = k + 0.5
    degree = v - k
    rising = 2 * order * _gegenbauer(degree, order + 1, x)
    power = np.power(gap, np.where(k == 0, 0.0, k / 2 - 1)[()])
    falling = k * x * power * special.eval_gegenbauer(degree, order, x)
    slope = scale * (np.power(gap, k / 2) * rising - falling)
    vanishing = (degree < 0) & (degree == np.floor(degree))
    return np.where(vanishing, 0.0, slope)[()]


lpmv = analytic(
    special.lpmv,
    Unknown("lpmv", "m"),
    Unknown("lpmv", "v"),
    lambda y, m, v, x: _slope_of_lpmv(m, v, x),
    singular=True,
    on=((1, 2), (3.0, 4.0), _ARGUMENT),
)
