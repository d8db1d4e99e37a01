"""The Bessel function of NumPy: I₀, which the Kaiser window is made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.primitive import adopt, implements
from diffops.rules._fitting import is_extended
from diffops.rules._kinds import elementwise


def _i0(x: Any) -> Any:
    return np.i0(x)[()]


def _slope(y: Any, x: Any) -> Any:
    """Return I₁, which SciPy has: it is imported when a derivative is asked for.

    NumPy's I₀ of an extended number is not more precise than that of a double one.
    """
    from scipy import special

    return special.i1(x.astype(float) if is_extended(x) else x)


i0_ = elementwise(_i0, _slope)


@implements(np.i0)
def i0(x: Any) -> Any:
    """Return the modified Bessel function of order 0."""
    return i0_(adopt(x))
