"""Computing with Python floats where NumPy's formulas are written.

A rule is written with ``np``; read for Python floats, the same formula calls `math`
where that agrees with NumPy to the last bit, and NumPy elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np

#: The functions of `math` that agree with NumPy's bit for bit, by NumPy's name.
EXACT = {"sin": math.sin, "cos": math.cos, "sqrt": math.sqrt}

#: What a rule sees as ``np`` when it is read for Python floats.
_NUMBERS = SimpleNamespace(**{**vars(np), **EXACT})


def read_for_floats(partial: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same formula with ``np`` read as the functions on Python floats."""
    if not isinstance(partial, FunctionType) or partial.__closure__:
        return partial
    scope = {**partial.__globals__, "np": _NUMBERS}
    return FunctionType(partial.__code__, scope, partial.__name__)


def giving_floats(function: Any) -> Any:
    """Return the function with np.float64 results turned into Python floats."""
    if not callable(function):
        return function

    def compute(*args: Any) -> Any:
        y = function(*args)
        return float(y) if y.__class__ is np.float64 else y

    return compute


def is_constant_like(other: Any, array: Any) -> bool:
    """Tell whether a constant leaves the shape and dtype of the array as they are.

    What is computed of a Python number is not precise enough for extended precision.
    """
    kind = other.__class__
    if kind is np.ndarray:
        return other.dtype is array.dtype and other.shape == array.shape
    return (kind is float or kind is int) and array.dtype.char not in "gG"
