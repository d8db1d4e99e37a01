"""Constants that rules are made with, in the library of the values that they meet.

``np.eye(n)`` is an array of NumPy's, which arrays on a device refuse to meet, and CuPy
cannot make ``np.eye(n, like=x)``. What is made here is made where x is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.engines.adoption import tracked_in
from diffops.engines.arrays import is_at_hand, is_plain
from diffops.tags import example


def _foreign(like: Any) -> Any:
    """Return the plain array that a value stands for, or None if it is NumPy's."""
    plain = example(like)
    return None if is_plain(plain) or not hasattr(plain, "dtype") else plain


def counted(count: int, like: Any) -> Any:
    """Return 0, 1, … in as many entries."""
    foreign = _foreign(like)
    return np.arange(count) if foreign is None else np.arange(count, like=foreign)


def eye(rows: int, like: Any, dtype: Any = float, k: int = 0) -> Any:
    """Return a square matrix with ones on a diagonal."""
    if _foreign(like) is None:
        return np.eye(rows, k=k, dtype=dtype)
    places = counted(rows, like)
    return (places[:, None] + k == places).astype(dtype)


def tri(
    rows: int, like: Any, columns: int | None = None, k: int = 0, dtype: Any = float
) -> Any:
    """Return a matrix with ones on a diagonal and below it."""
    if _foreign(like) is None:
        return np.tri(rows, columns, k, dtype)
    columns = rows if columns is None else columns
    below = counted(rows, like)[:, None] + k >= counted(columns, like)
    return below.astype(dtype)


def given(numbers: Any, like: Any) -> Any:
    """Return an array of NumPy's, or a list of numbers, as one of another library.

    What is tracked, or of another library already, is returned as it is.
    """
    if hasattr(numbers, "dtype") and not is_plain(numbers):
        return numbers
    foreign = _foreign(like)
    if foreign is None:
        return np.asarray(numbers)
    return np.asarray(numbers, like=foreign)


def beside(number: Any, array: Any) -> Any:
    """Return a number as an array without axes where another array is."""
    if is_at_hand(array) or not is_at_hand(number):
        return number
    return number + zeros((), like=example(array))


def alongside(value: Any, array: Any) -> Any:
    """Return a number or a list of numbers where an array is; all else as it is."""
    if is_at_hand(array) or isinstance(array, (list, tuple)):
        return value
    if isinstance(value, (list, tuple)):
        return value if tracked_in(value) else given(value, array)
    return value if getattr(value, "shape", ()) else beside(value, array)


def brought(value: Any) -> Any:
    """Return plain entries as an array of NumPy's: from elsewhere they are brought."""
    elsewhere = hasattr(value, "tolist") and not is_plain(value)
    return np.asarray(value.tolist() if elsewhere else value)


def zeros(shape: tuple[int, ...], like: Any) -> Any:
    """Return zeros of a shape, of the library and dtype of another value."""
    if hasattr(like, "__array_function__") and not isinstance(like, np.generic):
        return np.zeros(shape, dtype=like.dtype, like=like)
    return np.zeros(shape, dtype=np.result_type(like))


def repeated(number: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return a read-only array of a shape that shows one plain number everywhere.

    `np.broadcast_to` does the same in six times the time: half of that of a small sum.
    """
    number = np.asarray(number)[()]
    return np.ndarray(shape, number.dtype, number, 0, (0,) * len(shape))
