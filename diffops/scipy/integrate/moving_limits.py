"""What an integral gains where a tracked limit moves: nothing, with derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.rules._arguments import known

Function = Callable[..., Any]

#: Gauss's rule: exact up to degree 7, so the derivatives of an integral in its length,
#: at length zero, are exact up to order 8.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(4)


def moved_limit(func: Function, limit: Any, plain: float, name: str) -> Any:
    """Return the integral from the value of a limit to the limit: 0, with derivatives.

    The length of the interval is 0 and tracked, so Gauss's rule is exact. At infinity
    nothing is gained where the integrand has become zero.

    Raises NoDerivativeError where the integrand is not finite at the limit.
    """
    value = np.asarray(known(func(plain)))
    if math.isinf(plain):
        if not np.any(value):
            return 0.0
    elif np.all(np.isfinite(value)):
        length = limit - plain
        places = [plain + length * (0.5 + 0.5 * float(node)) for node in _NODES]
        return length * sum(
            0.5 * float(w) * func(x) for w, x in zip(_WEIGHTS, places, strict=True)
        )
    raise NoDerivativeError(
        f"{name} has no derivative in a tracked limit, {plain}, where the integrand is "
        f"{value[()]}{at_user_line()}: it would be that"
    )
