"""Writing entries, so that of several values for one entry the last one stays.

NumPy writes them in order. On a device all are written at once, and which one stays is
left open, unless they are equal: so there each is given the value of the last one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain, may_repeat
from diffops.engines.creating import counted, given, zeros
from diffops.engines.cupy import is_on_device
from diffops.engines.keeping import is_plain_array

_array = np.ndarray


def write(array: Any, key: Any, value: Any) -> None:
    """Set ``array[key] = value``."""
    if array.__class__ is _array:
        array[key] = value
        return
    if is_on_device(array) and may_repeat(key) and np.ndim(value):
        numbers = last_writers(array.shape, key, array)
        value = np.ravel(np.broadcast_to(value, numbers.shape))[numbers]
    array[key] = value


def last_writers(shape: tuple[int, ...], key: Any, like: Any) -> Any:
    """Return at each place that ``array[key]`` names the number of its last writer."""
    if is_plain(like):
        writer = np.zeros(shape, np.intp)
        numbers = _numbers(writer[key].shape, writer)
        writer[key] = numbers
    else:
        writer = zeros(shape, like).astype(np.int32)
        numbers = _numbers(writer[key].shape, like).astype(np.int32)
        np.maximum.at(writer, key, numbers)
    return writer[key]


def _is_elsewhere(value: Any) -> bool:
    return is_plain_array(value) and not is_plain(value)


def _numbers(shape: tuple[int, ...], like: Any) -> Any:
    return counted(math.prod(shape), like).reshape(shape)


def staying(shape: tuple[int, ...], key: Any, like: Any) -> Any:
    """Tell which values stay where a key names entries twice; None if surely all do."""
    if not may_repeat(key):
        return None
    parts = key if isinstance(key, tuple) else (key,)
    there = next((part for part in parts if _is_elsewhere(part)), None)
    last = last_writers(shape, key, np.zeros(()) if there is None else there)
    stay = last == _numbers(last.shape, last)
    if there is None and not is_plain(like):
        return None if stay.all() else given(stay, like)
    return stay
