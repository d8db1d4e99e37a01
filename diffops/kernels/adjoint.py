"""The fused update of the backward pass: an adjoint plus g * d, in one pass."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from diffops.kernels.settings import are_native

_array = np.ndarray
_float64 = np.dtype(np.float64)

#: Entries from which it is used.
_LEAST = 4000


def add_product(total: np.ndarray, g: Any, factor: Any) -> bool:
    """Add g * factor to an array in place, and tell whether that was done.

    The bits are those of two passes.
    """
    if total.size < _LEAST or total.dtype is not _float64:
        return False
    for x in (g, factor):
        if x.__class__ is _array:
            if x.dtype is not _float64 or x.shape != total.shape:
                return False
        elif x.__class__ is not float and x.__class__ is not int:
            return False
    if not are_native():
        return False
    ufunc = _multiply_add()
    if ufunc is None:
        return False
    ufunc(total, g, factor, out=total)
    return True


@functools.cache
def _multiply_add() -> Any:
    from diffops.kernels.compilation import compiled, lanes
    from diffops.kernels.symbols import expressions
    from diffops.native.machine import AssemblyError

    if not lanes():
        return None
    args, outputs = expressions(lambda total, g, d: total + g * d, [], 3)
    try:
        return compiled("multiply_add", args, outputs)
    except (AssemblyError, ImportError):
        return None
