"""Tracked numbers: immutable, without length, computing as Python and NumPy numbers."""

from __future__ import annotations

import math
import numbers
import sys
from typing import Any

import numpy as np

from diffops.primitive import table
from diffops.tags import strip
from diffops.values.methods import ArrayMethods
from diffops.values.operators import Operators
from diffops.values.protocol import array_function, array_ufunc
from diffops.values.refusal import refuse

#: The kinds of numbers: float64, Python's float (which yields to other dtypes), others.
FLOAT64, PYTHON, OTHER = range(3)


#: Modules of NumPy that turn a number with a dtype into one of that type.
_CONVERTERS = ("numpy._core._methods", "numpy.core._methods")


class ScalarValue(Operators):
    """A tracked number.

    It has no ``__array__``: NumPy puts tracked numbers into object arrays, whose
    elementwise functions call the method of their name (`give_ufunc_methods`).
    """

    __slots__ = ()
    kind = OTHER

    __array_ufunc__ = array_ufunc
    __array_function__ = array_function

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype; hidden from NumPy's mean of an object array of tracked numbers.

        NumPy converts a sum that has a dtype to it, which no tracked number survives.
        """
        if sys._getframe(1).f_globals.get("__name__") in _CONVERTERS:
            raise AttributeError("dtype")
        return ArrayMethods.dtype.fget(self)  # type: ignore[attr-defined]

    def __iter__(self) -> Any:
        raise TypeError("iteration over a tracked number")

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        if all(part is Ellipsis for part in parts):
            return self
        if all(part is None or part is Ellipsis for part in parts):
            shape = (1,) * sum(part is None for part in parts)
            return np.reshape(self, shape)  # type: ignore[call-overload]
        if len(parts) == 1 and np.ndim(key) == 0 and np.asarray(key).dtype == bool:
            row = np.reshape(self, (1,))  # type: ignore[call-overload]
            return row[np.array([bool(key)])]
        raise IndexError("invalid index to a tracked number")

    def __floor__(self) -> int:
        return math.floor(strip(self))

    def __ceil__(self) -> int:
        return math.ceil(strip(self))

    def __trunc__(self) -> int:
        return math.trunc(strip(self))

    def __round__(self, digits: int | None = None) -> Any:
        return round(strip(self), digits)

    def is_integer(self) -> bool:
        """Tell whether the value is a whole number."""
        return bool(strip(self).is_integer())

    def item(self, *index: Any) -> Any:
        """Return the number itself."""
        return self

    def fill(self, value: Any) -> None:
        """Refuse: a number cannot be written into."""
        raise TypeError("a tracked number cannot be filled in place")


class Float64Value(ScalarValue):
    """A tracked float64 number, which computes as a Python float."""

    __slots__ = ()
    kind = FLOAT64

    def value(self) -> Any:
        """Return the primal as np.float64, unless it is tracked itself."""
        primal = self.primal
        return np.float64(primal) if primal.__class__ is float else primal


class OtherValue(ScalarValue):
    """A tracked number of another dtype: a single, a complex, an extended one."""

    __slots__ = ()

    @property
    def __array_interface__(self) -> Any:
        """Refuse to be put into an array of objects as a complex number.

        Such an array says that it is real: its imaginary part would silently be 0.
        """
        if is_complex(self):
            refuse(self, "np.array([...]) or np.asarray(x) of complex x", AS_COMPLEX)
        raise AttributeError("__array_interface__")


#: What to write instead of putting complex tracked values into arrays of objects.
AS_COMPLEX = (
    "pass x itself, or build the array with np.stack([...]), np.array([...], like=x) "
    "or diffops.numpy.array([...])"
)

numbers.Number.register(ScalarValue)


def give_ufunc_methods() -> None:
    """Give tracked numbers a method for each ufunc: ``np.sin`` of an object array asks.

    NumPy calls ``x.sin()`` on the entries x of an object array.
    """
    for function in table:
        if isinstance(function, np.ufunc) and not hasattr(
            ScalarValue, function.__name__
        ):
            setattr(ScalarValue, function.__name__, _ufunc_method(function))


def _ufunc_method(function: np.ufunc) -> Any:
    def method(self: Any, *others: Any) -> Any:
        return table[function](self, *others)

    method.__name__ = function.__name__
    return method


def is_number(value: Any) -> bool:
    """Tell whether a value, plain or tracked, is a number and not an array."""
    return isinstance(value, (float, np.generic, ScalarValue, int, complex))


def is_complex(value: Any) -> bool:
    """Tell whether a number or array, plain or tracked, is complex."""
    plain = strip(value)
    dtype = getattr(plain, "dtype", None)
    return isinstance(plain, complex) if dtype is None else dtype.kind == "c"


def kind_of(value: Any) -> int:
    """Return the kind of a number, plain or tracked."""
    if isinstance(value, ScalarValue):
        return value.kind
    if value.__class__ is np.float64:
        return FLOAT64
    return PYTHON if value.__class__ is float else OTHER
