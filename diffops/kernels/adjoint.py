"""The fused update of the backward pass: an adjoint plus g * d, in one pass."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from diffops.kernels.settings import are_native, threads

_array = np.ndarray
_reals = {np.dtype(np.float64): "double", np.dtype(np.float32): "float"}

#: Entries from which it is used.
_LEAST = 4000


def add_product(total: np.ndarray, g: Any, factor: Any) -> bool:
    """Add g * factor to an array in place, and tell whether that was done.

    The bits are those of two passes.
    """
    dtype = total.dtype
    if total.size < _LEAST or dtype not in _reals:
        return False
    for x in (g, factor):
        if x.__class__ is _array:
            if x.dtype != dtype or x.shape != total.shape:
                return False
        elif x.__class__ is not float and x.__class__ is not int:
            return False
    if not are_native():
        return False
    ufunc = _multiply_add(_reals[dtype], threads())
    if ufunc is None:
        return False
    ufunc(total, g, factor, out=total)
    return True


@functools.cache
def _multiply_add(real: str, threads: int) -> Any:
    from diffops.kernels.compilation import compiled, lanes
    from diffops.kernels.symbols import expressions
    from diffops.native.machine import AssemblyError

    if not lanes():
        return None
    args, outputs = expressions(lambda total, g, d: total + g * d, [], 3, real)
    try:
        return compiled("multiply_add", args, outputs, real, threads)
    except (AssemblyError, ImportError):
        return None
