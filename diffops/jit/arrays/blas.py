"""Matrix products as calls of BLAS."""

from __future__ import annotations

import ctypes
import functools
from typing import TYPE_CHECKING

from diffops.jit.arrays.buffers import View
from diffops.jit.arrays.nodes import Product

if TYPE_CHECKING:
    from diffops.jit.arrays.plan_source import Emission

_ARGUMENTS = {"ddot": 5, "dgemv": 11, "dgemm": 13}


@functools.cache
def address(name: str) -> int:
    """Return the address of a function of the BLAS that SciPy brings."""
    from scipy.linalg import cython_blas

    capsule = cython_blas.__pyx_capi__[name]
    api = ctypes.pythonapi
    get_name = api["PyCapsule_GetName"]
    get_name.restype, get_name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    get = api["PyCapsule_GetPointer"]
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return get(capsule, get_name(capsule))


def product(emission: Emission, node: Product) -> list[str]:
    """Return the call that computes a product."""
    return _Call(emission).lines(node)


class _Call:
    """A call under construction: BLAS takes all that it is told by pointer."""

    def __init__(self, emission: Emission) -> None:
        self.emission = emission

    def lines(self, node: Product) -> list[str]:
        left, right = node.left, node.right
        if len(left.shape) == 1 and len(right.shape) == 1:
            n = left.shape[0]
            u = self.emission.fresh()
            declared = self._declare("ddot", "double")
            arguments = [self._whole(n), *self._vector(left), *self._vector(right)]
            target = self.emission.pointer(node.result)
            return [
                f"%d{u} = call double @{declared}({self._joined(arguments)})",
                f"store double %d{u}, ptr {target}",
            ]
        if len(right.shape) == 1:
            return self._times_vector(left, right, node.result, flipped=False)
        if len(left.shape) == 1:
            return self._times_vector(right, left, node.result, flipped=True)
        return self._times_matrix(left, right, node.result)

    def _times_vector(
        self, matrix: View, vector: View, result: View, flipped: bool
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
            self.emission.pointer(matrix),
            self._whole(leading),
            *self._vector(vector),
            self._number("0.0"),
            self.emission.pointer(result),
            self._whole(1),
        ]
        return [f"call void @{self._declare('dgemv')}({self._joined(arguments)})"]

    def _times_matrix(self, left: View, right: View, result: View) -> list[str]:
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
            self.emission.pointer(right),
            self._whole(first[1]),
            self.emission.pointer(left),
            self._whole(second[1]),
            self._number("0.0"),
            self.emission.pointer(result),
            self._whole(n),
        ]
        return [f"call void @{self._declare('dgemm')}({self._joined(arguments)})"]

    def _declare(self, name: str, returns: str = "void") -> str:
        symbol = f"diffops_{name}"
        kinds = ", ".join(["ptr"] * _ARGUMENTS[name])
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
        return self._global(f"number{value[0]}", "double", value)

    def _vector(self, view: View) -> list[str]:
        return [self.emission.pointer(view), self._whole(max(view.strides[0], 1))]

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
