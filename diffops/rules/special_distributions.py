"""Distribution functions of statistics, and their inverses, in every real argument.

They are incomplete gamma and beta functions of other arguments; inverses follow from
F(…, x, …) = p. Counts, which some of them round down, have no derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import Primitive
from diffops.rules.special_incomplete_beta import (
    beta_by_shapes,
    beta_density,
    beta_ratios,
    beta_weight,
)
from diffops.rules.special_incomplete_gamma import gamma_by_shape, gamma_density
from diffops.rules.special_kinds import Unknown, analytic

#: The partial derivatives of a distribution function; None where there is none.
Slopes = Sequence[Callable[..., Any] | None]


def distribution(
    function: Any, slopes: Slopes, sign: int = 1, *, on: Any, names: str = ""
) -> Primitive:
    """Make a rule of a distribution function, or with sign −1 of its complement.

    Arguments without a slope are refused by their ``names``.
    """
    return analytic(
        function,
        *(
            Unknown(function.__name__, names.split()[i])
            if slope is None
            else lambda y, *args, slope=slope: sign * slope(*args)
            for i, slope in enumerate(slopes)
        ),
        singular=True,
        on=on,
    )


def inverse(
    function: Any,
    slopes: Slopes,
    order: Sequence[int | None],
    sign: int = 1,
    *,
    on: Any,
    names: str = "",
) -> Primitive:
    """Make a rule of the function that solves F(x₀, x₁, …) = p for one xₛ.

    ``order`` tells which of F's arguments each argument is; None is p.
    """
    (solved,) = set(range(len(slopes))).difference(order)

    def partial(y: Any, args: Sequence[Any], number: int | None) -> Any:
        point = [y] * len(slopes)
        for i, arg in zip(order, args, strict=True):
            if i is not None:
                point[i] = arg
        rise = _present(slopes[solved])(*point)
        if number is None:
            return sign / rise
        return -_present(slopes[number])(*point) / rise

    return analytic(
        function,
        *(
            Unknown(function.__name__, names.split()[i])
            if number is not None and slopes[number] is None
            else lambda y, *args, number=number: partial(y, args, number)
            for i, number in enumerate(order)
        ),
        singular=True,
        on=on,
    )


def _present(slope: Callable[..., Any] | None) -> Callable[..., Any]:
    assert slope is not None
    return slope


# The gamma distribution

_CHI_SQUARE: Slopes = (
    lambda v, x: gamma_by_shape(v / 2, x / 2) / 2,
    lambda v, x: gamma_density(v / 2, x / 2) / 2,
)
_GAMMA: Slopes = (
    lambda a, b, x: x * gamma_density(b, a * x),
    lambda a, b, x: gamma_by_shape(b, a * x),
    lambda a, b, x: a * gamma_density(b, a * x),
)
_POISSON: Slopes = (
    lambda k, m: -gamma_by_shape(k + 1, m),
    lambda k, m: -gamma_density(k + 1, m),
)
# SciPy takes whole numbers of these: it truncates the others, or rounds them down.
_COUNTING_POISSON: Slopes = (None, lambda k, m: -gamma_density(np.floor(k) + 1, m))

_SHAPE, _POINT, _LEVEL = (0.5, 3.0), (0.3, 2.0), (0.2, 0.8)

chdtr = distribution(special.chdtr, _CHI_SQUARE, on=(_SHAPE, _POINT))
chdtrc = distribution(special.chdtrc, _CHI_SQUARE, -1, on=(_SHAPE, _POINT))
chdtri = inverse(special.chdtri, _CHI_SQUARE, (0, None), -1, on=(_SHAPE, _LEVEL))
chdtriv = inverse(special.chdtriv, _CHI_SQUARE, (None, 1), on=(_LEVEL, _POINT))

gdtr = distribution(special.gdtr, _GAMMA, on=(_POINT, _SHAPE, _POINT))
gdtrc = distribution(special.gdtrc, _GAMMA, -1, on=(_POINT, _SHAPE, _POINT))
gdtria = inverse(special.gdtria, _GAMMA, (None, 1, 2), on=(_LEVEL, _SHAPE, _POINT))
gdtrib = inverse(special.gdtrib, _GAMMA, (0, None, 2), on=(_POINT, _LEVEL, _POINT))
gdtrix = inverse(special.gdtrix, _GAMMA, (0, 1, None), on=(_POINT, _SHAPE, _LEVEL))

_COUNT: Any = (2, 3)

pdtr = distribution(special.pdtr, _COUNTING_POISSON, names="k m", on=(_COUNT, _POINT))
pdtrc = distribution(
    special.pdtrc, _COUNTING_POISSON, -1, names="k m", on=(_COUNT, _POINT)
)
pdtri = inverse(
    special.pdtri,
    (None, lambda k, m: -gamma_density(np.trunc(k) + 1, m)),
    (0, None),
    names="k y",
    on=(_COUNT, _LEVEL),
)
pdtrik = inverse(special.pdtrik, _POISSON, (None, 1), on=((0.4, 0.8), (1.0, 3.0)))

# The beta distribution

_BETA: Slopes = (
    lambda a, b, x: beta_by_shapes(a, b, x)[0],
    lambda a, b, x: beta_by_shapes(a, b, x)[1],
    beta_density,
)

btdtria = inverse(special.btdtria, _BETA, (None, 1, 2), on=(_LEVEL, _SHAPE, _LEVEL))
btdtrib = inverse(special.btdtrib, _BETA, (0, None, 2), on=(_SHAPE, _LEVEL, _LEVEL))


def _odds(n: Any, d: Any, x: Any) -> tuple[Any, Any, Any, Any]:
    """Return the arguments of the beta distribution that Fisher's is."""
    total = d + n * x
    return n / 2, d / 2, n * x / total, d / total


def _fisher_by_shape(number: int, n: Any, d: Any, x: Any) -> Any:
    """Return ∂F/∂n or ∂F/∂d: the shape moves, and so does the point."""
    args = _odds(n, d, x)
    moved = -1 / d if number else 1 / n
    return beta_weight(*args) * (beta_ratios(*args)[number] / 2 + moved)


def _fisher_density(n: Any, d: Any, x: Any) -> Any:
    zero = x == 0
    inside = np.where(zero, 1.0, x)[()]
    at = np.where(zero, x, 1.0)[()]
    shape = np.power(n / d, n / 2) / special.beta(n / 2, d / 2)
    fall = np.power(1 + n * at / d, -(n + d) / 2)
    at_zero = shape * np.power(at, n / 2 - 1) * fall
    return np.where(zero, at_zero, beta_weight(*_odds(n, d, inside)) / inside)[()]


_FISHER: Slopes = (
    lambda n, d, x: _fisher_by_shape(0, n, d, x),
    lambda n, d, x: _fisher_by_shape(1, n, d, x),
    _fisher_density,
)

fdtr = distribution(special.fdtr, _FISHER, on=(_SHAPE, _SHAPE, _POINT))
fdtrc = distribution(special.fdtrc, _FISHER, -1, on=(_SHAPE, _SHAPE, _POINT))
fdtri = inverse(special.fdtri, _FISHER, (0, 1, None), on=(_SHAPE, _SHAPE, _LEVEL))
fdtridfd = inverse(
    special.fdtridfd, _FISHER, (0, None, 2), on=((2.0, 3.0), (0.6, 0.65), (1.5, 1.6))
)


def _student_density(v: Any, t: Any) -> Any:
    fall = np.exp(-(v + 1) / 2 * np.log1p(t * t / v))
    return special.poch(v / 2, 0.5) / np.sqrt(np.pi * v) * fall


def _student_by_shape(v: Any, t: Any) -> Any:
    """Return ∂F/∂v, which is odd in t."""
    total = v + t * t
    args = v / 2, 0.5, v / total, t * t / total
    slope = beta_weight(*args) * (beta_ratios(*args)[0] / 2 + 1 / v) / 2
    return np.where(t == 0, 0.0, -np.sign(t) * slope)[()]


_STUDENT: Slopes = (_student_by_shape, _student_density)

stdtr = distribution(special.stdtr, _STUDENT, on=(_SHAPE, (-2.0, -0.3)))
stdtrit = inverse(special.stdtrit, _STUDENT, (0, None), on=(_SHAPE, (0.6, 0.9)))
stdtridf = inverse(special.stdtridf, _STUDENT, (None, 1), on=((0.85, 0.87), (1.6, 1.8)))


def _binomial_by_k(k: Any, n: Any, p: Any) -> Any:
    by_failures, by_successes = beta_by_shapes(n - k, k + 1, 1 - p)
    return by_successes - by_failures


_BINOMIAL: Slopes = (
    _binomial_by_k,
    lambda k, n, p: beta_by_shapes(n - k, k + 1, 1 - p)[0],
    lambda k, n, p: -beta_density(n - k, k + 1, 1 - p),
)
_COUNTING_BINOMIAL: Slopes = (
    None,
    None,
    lambda k, n, p: -beta_density(np.trunc(n) - np.floor(k), np.floor(k) + 1, 1 - p),
)
_COUNTS: Any = (_COUNT, (6, 7), _LEVEL)

bdtr = distribution(special.bdtr, _COUNTING_BINOMIAL, names="k n p", on=_COUNTS)
bdtrc = distribution(special.bdtrc, _COUNTING_BINOMIAL, -1, names="k n p", on=_COUNTS)
bdtri = inverse(
    special.bdtri, _COUNTING_BINOMIAL, (0, 1, None), names="k n y", on=_COUNTS
)
bdtrik = inverse(
    special.bdtrik, _BINOMIAL, (None, 1, 2), on=((0.5, 0.8), (7.0, 9.0), (0.4, 0.6))
)
bdtrin = inverse(
    special.bdtrin, _BINOMIAL, (0, None, 2), on=((3.0, 4.0), (0.5, 0.8), (0.4, 0.6))
)

_NEGATIVE_BINOMIAL: Slopes = (
    lambda k, n, p: beta_by_shapes(n, k + 1, p)[1],
    lambda k, n, p: beta_by_shapes(n, k + 1, p)[0],
    lambda k, n, p: beta_density(n, k + 1, p),
)
_COUNTING_FAILURES: Slopes = (
    None,
    None,
    lambda k, n, p: beta_density(np.trunc(n), np.trunc(k) + 1, p),
)

nbdtr = distribution(special.nbdtr, _COUNTING_FAILURES, names="k n p", on=_COUNTS)
nbdtrc = distribution(special.nbdtrc, _COUNTING_FAILURES, -1, names="k n p", on=_COUNTS)
nbdtri = inverse(
    special.nbdtri, _COUNTING_FAILURES, (0, 1, None), names="k n y", on=_COUNTS
)
nbdtrik = inverse(
    special.nbdtrik,
    _NEGATIVE_BINOMIAL,
    (None, 1, 2),
    on=((0.5, 0.8), (4.0, 6.0), (0.4, 0.6)),
)
nbdtrin = inverse(
    special.nbdtrin,
    _NEGATIVE_BINOMIAL,
    (0, None, 2),
    on=((3.0, 4.0), (0.3, 0.6), (0.4, 0.6)),
)
