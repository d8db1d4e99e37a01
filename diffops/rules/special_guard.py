"""A guard against factorials of SciPy's that would be constant without a word.

`scipy.special.factorial` and its kin return the constant 1 where a number is 0 or 1,
and take a tracked number for a whole one. Before that they ask whether it is NaN.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import table
from diffops.rules._constant import Constant
from diffops.tags import levels


class _Guarded(Constant):
    """`numpy.isnan`, unless it is a factorial of SciPy's that asks."""

    __slots__ = ()

    def __call__(self, *args: Any, **params: Any) -> Any:
        """Tell where values are NaN."""
        (x, *_) = args
        if _asks_for_a_factorial() and any(level.running for level in levels(x)):
            raise NoDerivativeError(
                "a factorial of scipy.special would lose the derivative of a tracked "
                f"number{at_user_line()}; use the one of diffops.scipy.special, or "
                "scipy.special.gamma(n + 1)"
            )
        return super().__call__(*args, **params)


table[np.isnan] = _Guarded(np.isnan)


def _asks_for_a_factorial() -> bool:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__") or ""
        if not module.startswith("diffops."):
            name = frame.f_code.co_name
            return name == "_factorialx_wrapper" and module.startswith("scipy.")
        frame = frame.f_back
    return False
