"""Recorded values: they compute as they are, and note what Python asks of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.primitive import table
from diffops.rules.casting import cast_
from diffops.values.array import ArrayValue
from diffops.values.discrete import Discrete
from diffops.values.scalar import (
    FLOAT64,
    OTHER,
    PYTHON,
    Float64Value,
    OtherValue,
    ScalarValue,
    is_number,
    kind_of,
)


class Recorded(Discrete):
    """What recorded numbers and arrays share: Python may ask for their values."""

    __slots__ = ()

    level: Any
    primal: Any

    def shared(self) -> Any:
        """Return the plain value; the program is for this one alone."""
        self.level.decide(self, _entries)
        return self.primal

    def __hash__(self) -> int:
        return self.level.decide(self, hash)

    def __bool__(self) -> bool:
        return self.level.decide(self, bool)

    def __float__(self) -> float:
        return self.level.decide(self, float)

    def __int__(self) -> int:
        return self.level.decide(self, int)

    def __index__(self) -> int:
        return self.level.decide(self, _index)

    def __complex__(self) -> complex:
        return self.level.decide(self, complex)

    def __floor__(self) -> int:
        return self.level.decide(self, math.floor)

    def __ceil__(self) -> int:
        return self.level.decide(self, math.ceil)

    def __trunc__(self) -> int:
        return self.level.decide(self, math.trunc)

    def __round__(self, digits: int | None = None) -> Any:
        if digits is None:
            return self.level.decide(self, round)
        return table[round](self, digits)

    def item(self, *index: Any) -> Any:
        """Return one entry as a number of Python's."""
        number = super().item(*index)  # type: ignore[misc]
        kind = type(number.primal.item()) if hasattr(number.primal, "item") else None
        return number if kind is None else cast_(number, dtype=kind)

    def is_integer(self) -> bool:
        """Tell whether the value is a whole number."""
        return self.level.decide(self, _is_integer)

    def __format__(self, spec: str) -> str:
        if not spec:
            return repr(self)
        self.level.decide(self, _entries)
        return format(self.primal, spec)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.primal!r})"


def _index(value: Any) -> int:
    return value.__index__()


def _is_integer(value: Any) -> bool:
    return bool(value.is_integer())


def _entries(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


class RecordedFloat64(Recorded, Float64Value):
    """A float64 number in a program."""

    __slots__ = ()


class RecordedFloat(Recorded, ScalarValue):
    """A Python float in a program."""

    __slots__ = ()
    kind = PYTHON


class RecordedNumber(Recorded, OtherValue):
    """A number of another dtype in a program."""

    __slots__ = ()


class RecordedArray(Recorded, ArrayValue):
    """An array in a program."""

    __slots__ = ()
    __hash__: Any = ArrayValue.__hash__


class RecordedIndices(RecordedArray):
    """An array of whole numbers or truth values; plain where NumPy wants it plain."""

    __slots__ = ()

    @property
    def __array_interface__(self) -> Any:
        raise AttributeError("__array_interface__")

    def __index__(self) -> int:
        """Refuse for what holds of every value: then NumPy asks for an array."""
        if self.primal.ndim:
            raise TypeError("only integer scalar arrays can be converted to an index")
        return super().__index__()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.shared(), dtype or self.dtype)


_NUMBERS: dict[int, type[Any]] = {
    FLOAT64: RecordedFloat64,
    PYTHON: RecordedFloat,
    OTHER: RecordedNumber,
}


def class_for(value: Any) -> Any:
    """Return the class of recorded values for a value like this one."""
    if is_number(value):
        return _NUMBERS[kind_of(value)]
    return RecordedIndices if value.dtype.kind in "biu" else RecordedArray
