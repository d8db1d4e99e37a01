"""Matrix products as calls of BLAS."""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import sys
from contextlib import suppress
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any

from diffops.jit.arrays.buffers import View

if TYPE_CHECKING:
    from diffops.jit.arrays.straight import Straight

_ARGUMENTS = {"dot": 5, "gemv": 11, "gemm": 13}
#: The letters by which names tell what numbers they are for.
_LETTERS = {"double": "d", "float": "s"}


@functools.cache
def address(name: str) -> int:
    """Return the address of a function of the BLAS that SciPy brings."""
    capsule = _table()[name]
    api = ctypes.pythonapi
    get_name = api["PyCapsule_GetName"]
    get_name.restype, get_name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    get = api["PyCapsule_GetPointer"]
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return get(capsule, get_name(capsule))


@functools.cache
def _table() -> Any:
    """Return the capsules of SciPy's BLAS.

    They are in an extension module that needs nothing of its package, which takes
    two hundred milliseconds to import.
    """
    if "scipy.linalg" not in sys.modules:
        with suppress(ImportError, AttributeError):
            import scipy

            name = "scipy.linalg.cython_blas"
            spec = PathFinder.find_spec(name, [f"{scipy.__path__[0]}/linalg"])
            module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
            spec.loader.exec_module(module)  # type: ignore[union-attr]
            sys.modules.pop(name, None)  # the package shall import it as it does
            return module.__pyx_capi__
    from scipy.linalg import cython_blas

    return cython_blas.__pyx_capi__


def call(emission: Straight, left: View, right: View, pointers: list[str]) -> list[str]:
    """Return the call that multiplies two arrays of one or two axes.

    ``pointers`` are the registers of both, and of the result.
    """
    return _Call(emission, *pointers).lines(left, right)


class _Call:
    """A call under construction: BLAS takes all that it is told by pointer."""

    def __init__(self, emission: Straight, left: str, right: str, result: str) -> None:
        self.emission = emission
        self.left, self.right, self.result = left, right, result

    def lines(self, left: View, right: View) -> list[str]:
        self.real = real = left.buffer.real
        if len(left.shape) == 1 and len(right.shape) == 1:
            declared = self._declare("dot", real)
            arguments = [self._whole(left.shape[0])]
            arguments += [self.left, self._step(left), self.right, self._step(right)]
            return [
                f"%d = call {real} @{declared}({self._joined(arguments)})",
                f"store {real} %d, ptr {self.result}",
            ]
        if len(right.shape) == 1:
            return self._times_vector(left, self.left, right, self.right, flipped=False)
        if len(left.shape) == 1:
            return self._times_vector(right, self.right, left, self.left, flipped=True)
        return self._times_matrix(left, right)

    def _times_vector(
        self, matrix: View, where: str, vector: View, at: str, flipped: bool
    ) -> list[str]:
        """Multiply a matrix, or its transpose, with a vector."""
        by_rows, leading = _order(matrix)
        rows, columns = matrix.shape
        if by_rows:  # what BLAS sees is the transpose
            rows, columns = columns, rows
        letter = "T" if by_rows != flipped else "N"
        arguments = [
            self._letter(letter),
            self._whole(rows),
            self._whole(columns),
            self._number("1.0"),
            where,
            self._whole(leading),
            at,
            self._step(vector),
            self._number("0.0"),
            self.result,
            self._whole(1),
        ]
        return [f"call void @{self._declare('gemv')}({self._joined(arguments)})"]

    def _times_matrix(self, left: View, right: View) -> list[str]:
        """Multiply matrices: what BLAS computes is the transpose of the product."""
        (m, k), n = left.shape, right.shape[1]
        first, second = _order(right), _order(left)
        arguments = [
            self._letter("N" if first[0] else "T"),
            self._letter("N" if second[0] else "T"),
            self._whole(n),
            self._whole(m),
            self._whole(k),
            self._number("1.0"),
            self.right,
            self._whole(first[1]),
            self.left,
            self._whole(second[1]),
            self._number("0.0"),
            self.result,
            self._whole(n),
        ]
        return [f"call void @{self._declare('gemm')}({self._joined(arguments)})"]

    def _declare(self, name: str, returns: str = "void") -> str:
        kinds = ", ".join(["ptr"] * _ARGUMENTS[name])
        name = _LETTERS[self.real] + name
        symbol = f"diffops_{name}"
        self.emission.declared.setdefault(f"declare {returns} @{symbol}({kinds}) #1")
        self.emission.symbols[symbol] = address(name)
        return symbol

    def _global(self, name: str, kind: str, value: str) -> str:
        self.emission.declared.setdefault(
            f"@{name} = private unnamed_addr constant {kind} {value}"
        )
        return f"@{name}"

    def _whole(self, value: int) -> str:
        return self._global(f"whole{value}", "i32", str(value))

    def _letter(self, letter: str) -> str:
        return self._global(f"letter{letter}", "i8", str(ord(letter)))

    def _number(self, value: str) -> str:
        return self._global(f"{self.real}{value[0]}", self.real, value)

    def _step(self, vector: View) -> str:
        return self._whole(max(vector.strides[0], 1))

    def _joined(self, arguments: list[str]) -> str:
        return ", ".join(f"ptr {argument}" for argument in arguments)


def _order(matrix: View) -> tuple[bool, int]:
    """Tell whether a matrix lies row by row, and how far apart its rows or columns."""
    (rows, columns), (down, across) = matrix.shape, matrix.strides
    if columns == 1 or (across == 1 and (rows == 1 or down >= columns)):
        by_rows = across == 1 or columns == 1
        if by_rows and (columns > 1 or down >= 1):
            return True, max(down if rows > 1 else columns, columns)
    return False, max(across if columns > 1 else rows, rows)
