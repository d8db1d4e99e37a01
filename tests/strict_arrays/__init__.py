"""A double of CuPy: arrays that refuse what cupy.ndarray refuses, without a device.

The namespace stands for that of ``cupy`` itself: ``strict_arrays.asarray``,
``asnumpy``, ``ascontiguousarray`` and every function that CuPy has of NumPy's.
"""

import numpy as np

from diffops.engines import arrays, cupy
from strict_arrays import calls, coverage, device
from strict_arrays.array import StrictArray, holding
from strict_arrays.counting import counting

arrays.libraries.add(__name__)
cupy.libraries.add(__name__)
ndarray = StrictArray
cuda, lib, RawModule, empty = device.cuda, device.lib, device.RawModule, device.empty

__all__ = ["StrictArray", "asnumpy", "counting", "holding", "ndarray"]


def asnumpy(value):
    """Return what anything holds as an array of NumPy's."""
    return value.get() if isinstance(value, StrictArray) else np.asarray(value)


def get_array_module(*args):
    """Return this module if one of these is its array, else NumPy."""
    import strict_arrays

    held = any(isinstance(arg, StrictArray) for arg in args)
    return strict_arrays if held else np


def __getattr__(name):
    """Return CuPy's namesake of a function of NumPy's, or one of its constants."""
    found = getattr(np, name, None)
    if isinstance(found, np.ufunc) and coverage.has_ufunc(found):
        return lambda *args, **kwargs: calls.run_ufunc(found, "__call__", args, kwargs)
    if isinstance(found, type) or not callable(found):
        if found is not None and not name.startswith("_"):
            return found
    elif coverage.has(found):
        return lambda *args, **kwargs: calls.run_function(found, args, kwargs)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
