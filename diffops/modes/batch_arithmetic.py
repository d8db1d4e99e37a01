"""The inline path of arithmetic between batched values, and with what is not batched.

It serves plain members: of one number of axes, or beside numbers and arrays of fewer
axes, which NumPy broadcasts rightly. Anything else goes to the general dispatch.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.modes.batch import BatchedArray, BatchedNumber

_array = np.ndarray
_NUMBERS = frozenset((float, int, np.float64))


def _inline(operate: Callable[[Any, Any], Any], general: Any) -> Any:
    def method(self: Any, other: Any) -> Any:
        a = self.primal
        level = self.level
        kind = other.__class__
        if kind in _NUMBERS:
            b = other
        elif kind is self.__class__ and other.level is level:
            b = other.primal
            if b.__class__ is not _array or b.ndim != a.ndim:
                return general(self, other)
        elif kind is _array and other.ndim < a.ndim and not other.dtype.hasobject:
            b = other
        else:
            return general(self, other)
        if a.__class__ is not _array or not level.running:
            return general(self, other)
        value = self.__class__()
        value.level = level
        value.primal = operate(a, b)
        value.carry = None
        return value

    return method


def _swapped(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: operate(b, a)


def install() -> None:
    """Give batched values inline arithmetic."""
    for kind in (BatchedNumber, BatchedArray):
        for name in ("add", "sub", "mul", "truediv"):
            operate = getattr(operator, name)
            for method, run in (
                (f"__{name}__", operate),
                (f"__r{name}__", _swapped(operate)),
            ):
                setattr(kind, method, _inline(run, getattr(kind, method)))
