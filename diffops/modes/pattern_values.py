"""Values with a sparsity pattern: what Python and NumPy may see of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.values.array import ArrayValue
from diffops.values.methods import shape_of
from diffops.values.operators import binary, reflected, unary
from diffops.values.scalar import OtherValue


class Pattern:
    """What patterns of numbers and of arrays share."""

    __slots__ = ()

    level: Any
    primal: Any

    shape: Any = property(lambda self: shape_of(self.primal))

    @property
    def dtype(self) -> Any:
        """The dtype of the value; that of a Python float is float64."""
        dtype = getattr(self.primal, "dtype", None)
        return np.result_type(type(self.primal)) if dtype is None else dtype

    def shared(self) -> Any:
        """Return the plain value, by which a function decides what to do."""
        return self._seen("what a function does")

    def _seen(self, what: str) -> Any:
        """Return the plain value, unless Python must not see it."""
        if self.level.running:
            self.level.decide(self, what)
        return self.primal

    def _plain(self, what: str, advice: str) -> Any:
        level = self.level
        if level.running and level.keeps and level.rows(self).is_empty():
            return self._seen(what)
        return super()._plain(what, advice)  # type: ignore[misc]

    def __bool__(self) -> bool:
        return bool(self._seen("a decision"))

    def __floor__(self) -> int:
        return math.floor(self._seen("math.floor(x)"))

    def __ceil__(self) -> int:
        return math.ceil(self._seen("math.ceil(x)"))

    def __trunc__(self) -> int:
        return math.trunc(self._seen("math.trunc(x)"))

    def __round__(self, digits: int | None = None) -> Any:
        return round(self._seen("round(x)"), digits)

    def is_integer(self) -> bool:
        """Tell whether the value is a whole number."""
        return bool(self._seen("x.is_integer()").is_integer())

    __and__, __rand__ = binary(np.bitwise_and), reflected(np.bitwise_and)
    __or__, __ror__ = binary(np.bitwise_or), reflected(np.bitwise_or)
    __xor__, __rxor__ = binary(np.bitwise_xor), reflected(np.bitwise_xor)
    __invert__ = unary(np.invert)

    def __format__(self, spec: str) -> str:
        return format(self.primal, spec) if spec else str(self)

    def __repr__(self) -> str:
        state = "" if self.level.running else ", ended"
        return f"{type(self).__name__}({self.primal!r}, tag={self.level.tag}{state})"


class PatternNumber(Pattern, OtherValue):
    """A number and the set of inputs that it may depend on."""

    __slots__ = ()


class PatternArray(Pattern, ArrayValue):
    """An array and the rows of inputs that its entries may depend on."""

    __slots__ = ()


class PatternIndices(PatternArray):
    """Whole numbers or truth values: they vary with the inputs without a derivative."""

    __slots__ = ()

    @property
    def __array_interface__(self) -> Any:
        raise AttributeError("__array_interface__")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self._seen("an index"), dtype or self.dtype)
