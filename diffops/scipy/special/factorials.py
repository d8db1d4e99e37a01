"""Binomial coefficients, factorials and what else consists of gamma functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import Primitive, adopt
from diffops.rules.special_kinds import Unknown, analytic
from diffops.scipy._mirror import mirrors, refuse_option
from diffops.tags import strip

derivative_of_digamma: Primitive = analytic(
    special.polygamma,
    Unknown("polygamma", "n"),
    lambda y, n, x: derivative_of_digamma(n + 1, x),
    singular=True,
    on=((0, 3), (0.5, 3.0)),
)


@mirrors(special.polygamma)
def polygamma(n: Any, x: Any) -> Any:
    """Return the n-th derivative of digamma; n is constant.

    >>> from diffops import diff
    >>> from diffops.scipy.special import polygamma
    >>> bool(diff(lambda x: polygamma(1, x))(1.5) == special.polygamma(2, 1.5))
    True
    """
    return derivative_of_digamma(n, adopt(x))


@mirrors(special.multigammaln)
def multigammaln(a: Any, d: Any) -> Any:
    """Return the logarithm of the gamma function of d × d matrices; d is constant.

    >>> from diffops import grad
    >>> from diffops.scipy.special import multigammaln
    >>> bool(np.isclose(grad(lambda a: multigammaln(a, 1))(2.0), special.digamma(2.0)))
    True
    """
    a = adopt(a)
    if np.ndim(d) or math.floor(d) != d:
        raise ValueError("d should be a positive integer (dimension)")
    if np.any(strip(a) <= 0.5 * (d - 1)):
        raise ValueError(
            f"condition a ({strip(a):f}) > 0.5 * (d-1) ({0.5 * (d - 1):f}) not met"
            if np.ndim(a) == 0
            else "condition a > 0.5 * (d-1) not met"
        )
    terms = [special.gammaln(a - (j - 1.0) / 2) for j in range(1, int(d) + 1)]
    return np.sum(np.stack(terms), axis=0) + d * (d - 1) * 0.25 * np.log(np.pi)


def _plain_count(name: str, exact: bool) -> None:
    if exact:
        refuse_option(
            f"scipy.special.{name}", "exact=True", "exact integers are constant"
        )


def _counted(k: Any, n: Any, value: Any) -> Any:
    """Return the value for 0 ≤ k ≤ n, else 0."""
    k, n = strip(k), strip(n)
    return np.where((k <= n) & (n >= 0) & (k >= 0), value, 0.0)[()]


@mirrors(special.comb)
def comb(N: Any, k: Any, *, exact: bool = False, repetition: bool = False) -> Any:
    """Return the number of k of N things, of real N and k, by `scipy.special.binom`.

    >>> from diffops import grad
    >>> from diffops.scipy.special import comb
    >>> float(round(grad(lambda n: comb(n, 2))(4.0), 12))  # n (n − 1) / 2
    3.5
    """
    _plain_count("comb", exact)
    N, k = adopt(N), adopt(k)
    if repetition:
        N = N + k - 1
    return _counted(k, N, special.binom(N, k))


@mirrors(special.perm)
def perm(N: Any, k: Any, exact: bool = False) -> Any:
    """Return the number of orders of k of N things, of real N and k.

    >>> from diffops import grad
    >>> from diffops.scipy.special import perm
    >>> float(round(grad(lambda n: perm(n, 2))(4.0), 12))  # n (n − 1)
    7.0
    """
    _plain_count("perm", exact)
    N, k = adopt(N), adopt(k)
    return _counted(k, N, special.poch(N - k + 1, k))


@mirrors(special.factorial)
def factorial(n: Any, exact: bool = False, extend: str = "zero") -> Any:
    """Return Γ(n + 1), and 0 for negative n unless ``extend`` is "complex".

    >>> from diffops import grad
    >>> from diffops.scipy.special import factorial
    >>> bool(np.isclose(grad(factorial)(3.0), 6 * special.digamma(4.0)))
    True
    """
    _plain_count("factorial", exact)
    if extend not in ("zero", "complex"):
        raise ValueError(
            f"argument `extend` must be either 'zero' or 'complex', received: {extend}"
        )
    n = adopt(n)
    if extend == "complex":
        return special.gamma(n + 1)
    negative = strip(n) < 0
    value = special.gamma(np.where(negative, 0.0, n)[()] + 1)
    return np.where(negative, 0.0, value)[()]
