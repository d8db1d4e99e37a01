"""Any function of a matrix, by its eigenvalues: funm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import linalg

from diffops.errors import NoDerivativeError, at_user_line
from diffops.rules.hermitian import equal_pairs
from diffops.scipy._mirror import mirrors, refuse_option
from diffops.scipy.linalg._lapack import is_complex, lapack, plainly
from diffops.tags import strip


def _funm(a: Any, func: Callable[..., Any]) -> Any:
    return linalg.funm(a, func)


_plain = plainly(_funm)


@mirrors(linalg.funm)
def funm(A: Any, func: Callable[..., Any], disp: bool = True) -> Any:
    """Return f(A) = V f(Λ) V⁻¹, where f takes tracked vectors of complex eigenvalues.

    Raises NoDerivativeError where eigenvalues are equal: the derivative then needs that
    of f itself, as `expm`, `logm`, `sqrtm` and their kin have it.
    """
    if not disp:
        refuse_option("scipy.linalg.funm", "disp=False", "leave that out")
    a = lapack(A)
    value = _plain(a, func=func)
    w, v = np.linalg.eig(a)
    if np.any(np.sum(equal_pairs(w), axis=-1) > 1):
        raise NoDerivativeError(
            "scipy.linalg.funm has no derivative rule where eigenvalues are equal, as "
            f"those of its tracked argument are{at_user_line()}; use expm, logm, "
            "sqrtm, fractional_matrix_power and their kin, which have one"
        )
    images = func(w if is_complex(w) else w + 0j)
    y = (v * images[..., None, :]) @ np.linalg.inv(v)
    if not is_complex(value):
        y = np.real(y)
    return y + (value - strip(y))
