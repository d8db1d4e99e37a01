"""The functions of `scipy.special` that statistics and physics use most.

SciPy's ufuncs dispatch as NumPy's do. This module is imported when the first of them
meets a tracked value: by then SciPy is loaded.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import implements
from diffops.rules._kinds import constant, elementwise


def _unknown(function: str, argument: str) -> Callable[..., Any]:
    """Return the partial in an argument whose derivative has no closed form."""

    def partial(*_: Any) -> Any:
        raise NoDerivativeError(
            f"scipy.special.{function} has no derivative with respect to its argument "
            f"{argument!r}, which is tracked{at_user_line()}; pass a plain value "
            "there, or detach it with diffops.stop_gradient"
        )

    return partial


_TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)
_ROOT_TWO_PI = math.sqrt(2 * math.pi)

erf = elementwise(special.erf, lambda y, x: _TWO_OVER_ROOT_PI * np.exp(-x * x))

erfc = elementwise(special.erfc, lambda y, x: -_TWO_OVER_ROOT_PI * np.exp(-x * x))

erfcx = elementwise(special.erfcx, lambda y, x: 2 * x * y - _TWO_OVER_ROOT_PI)

erfinv = elementwise(
    special.erfinv, lambda y, x: np.exp(y * y) / _TWO_OVER_ROOT_PI, on=((-0.9, 0.9),)
)

erfcinv = elementwise(
    special.erfcinv, lambda y, x: -np.exp(y * y) / _TWO_OVER_ROOT_PI, on=((0.1, 1.9),)
)

expit = elementwise(special.expit, lambda y, x: y * special.expit(-x))

log_expit = elementwise(special.log_expit, lambda y, x: special.expit(-x))

logit = elementwise(
    special.logit,
    lambda y, x: 1 / (x * (1 - x)),
    regular=lambda y, x: (x > 0) & (x < 1),
    on=((0.1, 0.9),),
)

gammaln = elementwise(
    special.gammaln, lambda y, x: special.digamma(x), on=((0.3, 3.0),)
)

gamma = elementwise(
    special.gamma, lambda y, x: y * special.digamma(x), on=((0.3, 3.0),)
)

rgamma = elementwise(
    special.rgamma, lambda y, x: -y * special.digamma(x), on=((0.3, 3.0),)
)

digamma = elementwise(
    special.digamma, lambda y, x: special.zeta(2.0, x), on=((0.5, 3.0),)
)

zeta = elementwise(
    special._ufuncs._zeta,
    _unknown("zeta", "x"),
    lambda y, s, x: -s * special.zeta(s + 1, x),
    on=((2.0, 4.0), (0.5, 3.0)),
)

beta = elementwise(
    special.beta,
    lambda y, a, b: y * (special.digamma(a) - special.digamma(a + b)),
    lambda y, a, b: y * (special.digamma(b) - special.digamma(a + b)),
    on=((0.5, 3.0), (0.5, 3.0)),
)

betaln = elementwise(
    special.betaln,
    lambda y, a, b: special.digamma(a) - special.digamma(a + b),
    lambda y, a, b: special.digamma(b) - special.digamma(a + b),
    on=((0.5, 3.0), (0.5, 3.0)),
)

ndtr = elementwise(special.ndtr, lambda y, x: np.exp(-x * x / 2) / _ROOT_TWO_PI)

log_ndtr = elementwise(
    special.log_ndtr, lambda y, x: np.exp(-x * x / 2 - y) / _ROOT_TWO_PI
)

ndtri = elementwise(
    special.ndtri, lambda y, x: np.exp(y * y / 2) * _ROOT_TWO_PI, on=((0.1, 0.9),)
)

xlogy = elementwise(
    special.xlogy,
    lambda y, a, b: np.log(b),
    lambda y, a, b: a / b,
    regular=lambda y, a, b: b > 0,
    on=((-2.0, 2.0), (0.3, 2.0)),
)

xlog1py = elementwise(
    special.xlog1py,
    lambda y, a, b: np.log1p(b),
    lambda y, a, b: a / (1 + b),
    regular=lambda y, a, b: b > -1,
    on=((-2.0, 2.0), (-0.5, 2.0)),
)

entr = elementwise(
    special.entr,
    lambda y, x: -np.log(x) - 1,
    regular=lambda y, x: x > 0,
    on=((0.3, 2.0),),
)

rel_entr = elementwise(
    special.rel_entr,
    lambda y, a, b: np.log(a / b) + 1,
    lambda y, a, b: -a / b,
    regular=lambda y, a, b: (a > 0) & (b > 0),
    on=((0.3, 2.0), (0.3, 2.0)),
)

kl_div = elementwise(
    special.kl_div,
    lambda y, a, b: np.log(a / b),
    lambda y, a, b: 1 - a / b,
    regular=lambda y, a, b: (a > 0) & (b > 0),
    on=((0.3, 2.0), (0.3, 2.0)),
)

j0 = elementwise(special.j0, lambda y, x: -special.j1(x))

j1 = elementwise(special.j1, lambda y, x: (special.jv(0, x) - special.jv(2, x)) / 2)

jv = elementwise(
    special.jv,
    _unknown("jv", "v"),
    lambda y, n, x: (special.jv(n - 1, x) - special.jv(n + 1, x)) / 2,
    on=((1.0, 3.0), (0.5, 3.0)),
)

i0 = elementwise(special.i0, lambda y, x: special.i1(x))

i1 = elementwise(special.i1, lambda y, x: (special.iv(0, x) + special.iv(2, x)) / 2)

iv = elementwise(
    special.iv,
    _unknown("iv", "v"),
    lambda y, n, x: (special.iv(n - 1, x) + special.iv(n + 1, x)) / 2,
    on=((1.0, 3.0), (0.5, 3.0)),
)

gammainc = elementwise(
    special.gammainc,
    _unknown("gammainc", "a"),
    lambda y, a, x: np.exp((a - 1) * np.log(x) - x - special.gammaln(a)),
    on=((0.5, 3.0), (0.5, 3.0)),
)

cosdg = elementwise(special.cosdg, lambda y, x: -math.pi / 180 * special.sindg(x))

sindg = elementwise(special.sindg, lambda y, x: math.pi / 180 * special.cosdg(x))

constant(special.round)


@implements(special.expm1)
def expm1(x: Any) -> Any:
    """SciPy's ufunc of that name is not NumPy's."""
    return np.expm1(x)


@implements(special.log1p)
def log1p(x: Any) -> Any:
    """SciPy's ufunc of that name is not NumPy's."""
    return np.log1p(x)
