"""What floating-point numbers are made of: frexp takes them apart, x = m 2ᵉ."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.primitive import adopt, implements
from diffops.rules._constant import Constant
from diffops.tags import strip


def _exponent(x: Any) -> Any:
    return np.frexp(x)[1]


exponent = Constant(_exponent)


@implements(np.frexp)
def frexp(x: Any) -> tuple[Any, Any]:
    """Return m, with 1/2 ≤ |m| < 1, and the whole number e, a constant."""
    x = adopt(x)
    e = exponent(strip(x))
    return np.ldexp(x, -e), e
