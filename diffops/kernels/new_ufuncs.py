"""Inner loops in machine code as NumPy's ufuncs.

NumPy then sees to shapes, strides, alignment, overlap, and the memory of the results.
"""

from __future__ import annotations

import ctypes
import functools
from importlib import import_module
from typing import Any

import numpy as np

from diffops.native.machine import Code
from diffops.native.objects import available
from diffops.native.pool import settings

#: The place of PyUFunc_FromFuncAndData in NumPy's table, and "no identity".
_FROM_FUNCTIONS = 1
_NO_IDENTITY = -1

_NUMBERS = {"double": np.dtype(np.float64).num, "float": np.dtype(np.float32).num}

#: Ufuncs refer to memory that NumPy does not free: it stays for good.
_kept: list[Any] = []


def ufunc_of(
    code: Code, name: str, nin: int, nout: int, real: str = "double", threads: int = 1
) -> Any:
    """Return a ufunc that runs the function ``loop`` of some code.

    It takes and gives numbers of a type: double, or float. So many threads share its
    work on large arrays.
    """
    loops = (ctypes.c_void_p * 1)(code.address("loop"))
    shared = ctypes.addressof(settings(threads)) if threads > 1 else None
    data = (ctypes.c_void_p * 1)(shared)
    types = (ctypes.c_ubyte * (nin + nout))(*[_NUMBERS[real]] * (nin + nout))
    label = ctypes.create_string_buffer(name.encode())
    _kept.append((code, loops, data, types, label))
    return _maker()(loops, data, types, 1, nin, nout, _NO_IDENTITY, label, label, 0)


@functools.cache
def _maker() -> Any:
    """Return PyUFunc_FromFuncAndData."""
    if not available():
        raise ImportError("this interpreter's objects are not as expected")
    module = import_module("numpy._core._multiarray_umath")

    get = ctypes.pythonapi["PyCapsule_GetPointer"]
    get.restype = ctypes.c_void_p
    get.argtypes = [ctypes.py_object, ctypes.c_char_p]
    table = get(module._UFUNC_API, None)
    address = ctypes.cast(table, ctypes.POINTER(ctypes.c_void_p))[_FROM_FUNCTIONS]
    pointers = [ctypes.c_void_p] * 3
    numbers = [ctypes.c_int] * 4
    texts = [ctypes.c_char_p] * 2
    return ctypes.PYFUNCTYPE(
        ctypes.py_object, *pointers, *numbers, *texts, ctypes.c_int
    )(address)
