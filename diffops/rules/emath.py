"""``numpy.emath``: functions that leave the real numbers where their real domain ends.

Whether they do is for the values to say: one of them outside makes all of them complex.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.primitive import adopt, implements
from diffops.rules._fitting import is_complex
from diffops.tags import strip


def _is_negative(x: Any) -> Any:
    return x < 0


def _is_beyond_one(x: Any) -> Any:
    return np.abs(x) > 1


def _continued(x: Any, is_outside: Callable[[Any], Any]) -> Any:
    """Return x as complex numbers, in NumPy's choice of precision, where it must be."""
    x = adopt(x)
    if is_complex(x) or not np.any(is_outside(strip(x))):
        return x
    single = getattr(x, "dtype", None) == np.float32
    return (x if hasattr(x, "dtype") else np.asarray(x)).astype(_KINDS[single])


_KINDS = {False: np.complex128, True: np.complex64}


def _enter(
    function: Callable[..., Any],
    inside: Callable[..., Any],
    is_outside: Callable[[Any], Any],
) -> None:
    """Enter a function of one argument, given the one that it is within its domain."""

    @implements(function)
    def extended(x: Any) -> Any:
        return inside(_continued(x, is_outside))


_enter(np.emath.sqrt, np.sqrt, _is_negative)
_enter(np.emath.log, np.log, _is_negative)
_enter(np.emath.log2, np.log2, _is_negative)
_enter(np.emath.log10, np.log10, _is_negative)
_enter(np.emath.arcsin, np.arcsin, _is_beyond_one)
_enter(np.emath.arccos, np.arccos, _is_beyond_one)
_enter(np.emath.arctanh, np.arctanh, _is_beyond_one)


@implements(np.emath.logn)
def logn(n: Any, x: Any) -> Any:
    """Return the logarithm to a base, either of which may be negative."""
    return np.log(_continued(x, _is_negative)) / np.log(_continued(n, _is_negative))


@implements(np.emath.power)
def power(x: Any, p: Any) -> Any:
    """Return x to the power p, complex where a base is negative."""
    p = adopt(p)
    if not isinstance(p, float | complex) and np.any(strip(p) < 0):
        p = p * 1.0  # of whole numbers NumPy takes no negative powers
    return np.power(_continued(x, _is_negative), p)
