"""How this CPython and this NumPy lay out their objects, and where their functions are.

Native code reads floats and arrays in place. What it takes for granted is compared
here, once, with objects whose contents are known.
"""

from __future__ import annotations

import ctypes
import functools
import struct
import sys
from typing import Any

import numpy as np

from diffops.native.interface import MISMATCH, MISS, Signature

# Offsets in bytes: PyObject, PyFloatObject, PySetObject, PyArrayObject_fields,
# PyArray_Descr.
TYPE = 8
VALUE = 16
SIZE_OF_SET = 24
DATA = 16
NDIM = 24
DIMS = 32
STRIDES = 40
BASE = 48
DESCR = 56
FLAGS = 64
BYTE_ORDER = 26
TYPE_NUMBER = 28

#: The numbers of float64 and float32 among the types of NumPy.
DOUBLE = 12
SINGLE = 11
#: The letter of the byte order that is not this machine's.
SWAPPED = ord(">" if sys.byteorder == "little" else "<")
#: C-contiguous and aligned.
CARRAY = 0x0001 | 0x0100

#: Where a tuple's items begin: what is in front of them is its size when empty.
ITEMS = getattr(tuple, "__basicsize__", 0)

# Places in NumPy's table of C functions, which never change within an ABI version.
_ABI_OF_NUMPY = 0x02000000
_GET_ABI = 0
_ARRAY_TYPE = 2
_DESCR_TYPE = 3
_NEW = 93

_PY_TP_ALLOC = 47

_CPYTHON = (
    "PyErr_NoMemory",
    "PyEval_RestoreThread",
    "PyEval_SaveThread",
    "PyFloat_FromDouble",
    "PyList_New",
    "PyList_SetItem",
    "PyMem_RawFree",
    "PyMem_RawMalloc",
    "PyObject_Vectorcall",
    "PyTuple_New",
    "Py_DecRef",
    "Py_IncRef",
)


@functools.cache
def available() -> bool:
    """Tell whether native code may read this interpreter's objects in place."""
    if (
        sys.implementation.name != "cpython"
        or "t" in getattr(sys, "abiflags", "")  # free-threaded
        or struct.calcsize("P") != 8
    ):
        return False
    try:
        return _objects_are_as_expected() and _numpy_is_as_expected()
    except (AttributeError, ImportError, OSError, ValueError):
        return False


def symbols(signature: Signature) -> dict[str, int]:
    """Return the addresses of what an entry for this signature refers to by name."""
    return _common_symbols() | {
        f"diffops_static_{i}": id(value) for i, value in enumerate(statics(signature))
    }


def statics(signature: Signature) -> list[Any]:
    """Return the static objects of a signature, each once."""
    return list({id(value): value for value in signature.statics}.values())


@functools.cache
def _common_symbols() -> dict[str, int]:
    found = {name: _address(getattr(ctypes.pythonapi, name)) for name in _CPYTHON}
    found["PyArray_New"] = _numpy_table()[_NEW]
    found["diffops_float64_new"] = _allocator_of(np.float64)
    found["diffops_float32_new"] = _allocator_of(np.float32)
    found["diffops_float"] = id(float)
    found["diffops_float64"] = id(np.float64)
    found["diffops_float32"] = id(np.float32)
    found["diffops_ndarray"] = id(np.ndarray)
    found["diffops_miss"] = id(MISS)
    found["diffops_mismatch"] = id(MISMATCH)
    found["diffops_none"] = id(None)
    return found


def _address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _allocator_of(kind: type) -> int:
    """Return the address of a type's tp_alloc."""
    get_slot = ctypes.pythonapi["PyType_GetSlot"]
    get_slot.restype = ctypes.c_void_p
    get_slot.argtypes = [ctypes.py_object, ctypes.c_int]
    return int(get_slot(kind, _PY_TP_ALLOC))


def _numpy_table() -> Any:
    """Return NumPy's table of C functions, as its headers find it."""
    from numpy._core import _multiarray_umath  # type: ignore[attr-defined]

    get_pointer = ctypes.pythonapi["PyCapsule_GetPointer"]
    get_pointer.restype = ctypes.c_void_p
    get_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
    table = get_pointer(_multiarray_umath._ARRAY_API, None)
    return ctypes.cast(table, ctypes.POINTER(ctypes.c_size_t))


def _objects_are_as_expected() -> bool:
    numbers = (1.25, np.float64(-2.5), 3e300)
    sizes = (
        (object, 16),
        (float, 24),
        (np.float64, 24),
        (np.float32, 24),
        (tuple, ITEMS),
    )
    single = np.float32(0.1)
    pair = (numbers, "items")
    items = {1, 2, 3}
    items.discard(2)
    return (
        all(kind.__basicsize__ == size for kind, size in sizes)
        and all(
            _read(number, TYPE, ctypes.c_size_t) == id(type(number))
            and _read(number, VALUE, ctypes.c_double) == number
            for number in numbers
        )
        and _read(single, TYPE, ctypes.c_size_t) == id(np.float32)
        and _read(single, VALUE, ctypes.c_float) == single
        and _read(pair, ITEMS, ctypes.c_size_t) == id(numbers)
        and _read(pair, ITEMS + 8, ctypes.c_size_t) == id(pair[1])
        and _read(items, SIZE_OF_SET, ctypes.c_ssize_t) == 2
        and _read(set(), SIZE_OF_SET, ctypes.c_ssize_t) == 0
    )


def _numpy_is_as_expected() -> bool:
    table = _numpy_table()
    abi = ctypes.CFUNCTYPE(ctypes.c_uint)(table[_GET_ABI])()
    if (
        abi != _ABI_OF_NUMPY
        or table[_ARRAY_TYPE] != id(np.ndarray)
        or table[_DESCR_TYPE] != id(np.dtype)
    ):
        return False
    whole = np.arange(105.0).reshape(3, 5, 7)
    fixed = whole.copy()
    fixed.flags.writeable = False
    askew = np.zeros(25, np.uint8)[1:].view(float)
    swapped = np.zeros((4, 2), np.dtype(float).newbyteorder())
    samples: list[Any] = [whole, whole[1:, ::2], whole.T, fixed, askew, swapped]
    samples += [np.array(2.5), whole.astype(np.float32)]
    return all(map(_array_is_as_expected, samples)) and all(
        _is_made_right(table, *kind)
        for kind in (
            (np.float64, DOUBLE, ctypes.c_double),
            (np.float32, SINGLE, ctypes.c_float),
        )
    )


def _array_is_as_expected(array: Any) -> bool:
    dims = _read(array, DIMS, ctypes.c_size_t)
    strides = _read(array, STRIDES, ctypes.c_size_t)
    kind = array.dtype
    n = array.ndim
    flags = _read(array, FLAGS, ctypes.c_int)
    order = chr(_read(kind, BYTE_ORDER, ctypes.c_char)[0])
    # The two lists lie in one piece: a pointer that is none is not followed.
    return (
        _read(array, TYPE, ctypes.c_size_t) == id(np.ndarray)
        and _read(array, DATA, ctypes.c_size_t) == array.ctypes.data
        and _read(array, NDIM, ctypes.c_int) == n
        and (_read(array, BASE, ctypes.c_size_t) or id(None)) == id(array.base)
        and _read(array, DESCR, ctypes.c_size_t) == id(kind)
        and flags == array.flags.num
        and bool(flags & 1) == array.flags.c_contiguous
        and bool(flags & 0x100) == array.flags.aligned
        and _read(kind, TYPE_NUMBER, ctypes.c_int) == kind.num
        and kind.num in (DOUBLE, SINGLE)
        and (order != chr(SWAPPED)) == kind.isnative
        and (n == 0 or strides - dims == 8 * n)
        and _longs(dims, n) == array.shape
        and _longs(strides, n) == array.strides
    )


def _is_made_right(table: Any, dtype: Any, type_number: int, stored: Any) -> bool:
    """Make one array and one scalar in the way that native code makes them."""
    number, pointer = ctypes.c_int, ctypes.c_void_p
    new = ctypes.PYFUNCTYPE(
        ctypes.py_object,
        *(ctypes.py_object, number, pointer, number, pointer, pointer),
        *(number, number, pointer),
    )(table[_NEW])
    dims = (ctypes.c_ssize_t * 2)(3, 4)
    array = new(np.ndarray, 2, dims, type_number, None, None, 0, 0, None)
    allocate = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.c_ssize_t)
    scalar = allocate(_allocator_of(dtype))(dtype, 0)
    stored.from_address(id(scalar) + VALUE).value = 0.75
    return (
        type(array) is np.ndarray
        and array.shape == (3, 4)
        and array.dtype is np.dtype(dtype)
        and array.flags.carray
        and array.flags.owndata
        and type(scalar) is dtype
        and bool(scalar + 1 == 1.75)
    )


def _read(thing: Any, offset: int, kind: Any) -> Any:
    return kind.from_address(id(thing) + offset).value


def _longs(address: int, count: int) -> tuple[int, ...]:
    return tuple((ctypes.c_ssize_t * count).from_address(address)) if count else ()
