"""The inner loops of NumPy's ufuncs: their addresses, and how LLVM calls them."""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
from typing import Any, NamedTuple

import numpy as np


class Loop(NamedTuple):
    """An inner loop of a ufunc: its address, its data, what it returns.

    ``returns`` is a letter of NumPy's: d or ? of doubles, f or ? of singles.
    """

    function: int
    data: int
    returns: str


class _Ufunc(ctypes.Structure):
    """The beginning of NumPy's PyUFuncObject."""

    _fields_ = (
        ("head", ctypes.c_byte * object.__basicsize__),
        ("nin", ctypes.c_int),
        ("nout", ctypes.c_int),
        ("nargs", ctypes.c_int),
        ("identity", ctypes.c_int),
        ("functions", ctypes.POINTER(ctypes.c_void_p)),
        ("data", ctypes.POINTER(ctypes.c_void_p)),
        ("ntypes", ctypes.c_int),
    )


_FUNCTION = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
)


def double_loop(ufunc: np.ufunc) -> Loop | None:
    """Return the loop that a ufunc runs on doubles, or None."""
    return _understood_loop(ufunc, "d")


def single_loop(ufunc: np.ufunc) -> Loop | None:
    """Return the loop that a ufunc runs on singles, or None."""
    return _understood_loop(ufunc, "f")


def _understood_loop(ufunc: np.ufunc, letter: str) -> Loop | None:
    if ufunc.nout != 1 or ufunc.signature is not None or not is_understood():
        return None
    return _loop(ufunc, letter)


def _loop(ufunc: np.ufunc, letter: str) -> Loop | None:
    for place, kinds in enumerate(ufunc.types):
        operands, _, result = kinds.partition("->")
        if operands == letter * ufunc.nin and result in (letter, "?"):
            inside = _Ufunc.from_address(id(ufunc))
            if place >= inside.ntypes or not inside.functions[place]:
                return None
            return Loop(inside.functions[place], inside.data[place] or 0, result)
    return None


@functools.cache
def is_understood() -> bool:
    """Tell whether NumPy's ufuncs lie in memory as this file takes them to lie."""
    if not hasattr(ctypes, "pythonapi"):
        return False
    for ufunc in (np.add, np.exp):
        inside = _Ufunc.from_address(id(ufunc))
        counts = inside.nin, inside.nout, inside.nargs, inside.ntypes
        if counts != (ufunc.nin, ufunc.nout, ufunc.nargs, ufunc.ntypes):
            return False
    return _result(np.add, 2.0, 3.0) == 5.0


def _result(ufunc: np.ufunc, *operands: float) -> float:
    """Run a loop on one number each."""
    loop: Any = _loop(ufunc, "d")
    values = [*map(ctypes.c_double, operands), ctypes.c_double(np.nan)]
    places = (ctypes.c_void_p * len(values))(*map(ctypes.addressof, values))
    steps = (ctypes.c_ssize_t * len(values))(*[8] * len(values))
    count = ctypes.c_ssize_t(1)
    _FUNCTION(loop.function)(places, ctypes.addressof(count), steps, loop.data)
    return values[-1].value


def calling_source(name: str, nin: int, loop: Loop, real: str = "double") -> str:
    """Return LLVM of a function that runs a loop on one number each.

    ``real`` is ``double`` or ``float``. The text refers to ``{name}.loop`` and, if
    there is any, to ``{name}.data``.
    """
    operands = ", ".join(f"{real} %x{i}" for i in range(nin))
    places = nin + 1
    size = 8 if real == "double" else 4
    data = f"ptr @{name}.data" if loop.data else "ptr null"
    lines = [
        f"declare void @{name}.loop(ptr, ptr, ptr, ptr)",
        *([f"@{name}.data = external global i8"] if loop.data else []),
        f"@{name}.steps = private constant [{places} x i64] "
        f"[{', '.join([f'i64 {size}'] * places)}]",
        f"@{name}.count = private constant i64 1",
        f"define internal {real} @{name}({operands}) #1 {{",
        f"  %v = alloca [{places} x {real}]",
        f"  %p = alloca [{places} x ptr]",
    ]
    for i in range(places):
        lines.append(f"  %v{i} = getelementptr {real}, ptr %v, i64 {i}")
        lines.append(f"  %p{i} = getelementptr ptr, ptr %p, i64 {i}")
        lines.append(f"  store ptr %v{i}, ptr %p{i}")
        if i < nin:
            lines.append(f"  store {real} %x{i}, ptr %v{i}")
    counts = f"ptr @{name}.count, ptr @{name}.steps"
    lines.append(f"  call void @{name}.loop(ptr %p, {counts}, {data})")
    if loop.returns == "?":
        lines += [
            f"  %b = load i8, ptr %v{nin}",
            f"  %y = uitofp i8 %b to {real}",
        ]
    else:
        lines.append(f"  %y = load {real}, ptr %v{nin}")
    return "\n".join([*lines, f"  ret {real} %y", "}"])


def address_in_libm(name: str) -> int:
    """Return the address of a function of the C library's mathematics, or 0."""
    for library in (None, ctypes.util.find_library("m")):
        try:
            function = getattr(ctypes.CDLL(library), name)
        except (AttributeError, OSError, TypeError):
            continue
        return ctypes.cast(function, ctypes.c_void_p).value or 0
    return 0
