"""Copies of arrays that their owners may write into, whichever library they are of."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.engines.keeping import is_plain_array as is_plain_array, keep
from diffops.engines.loading import copy


def is_of_numpy(value: Any) -> bool:
    """Tell whether a value is an array of NumPy's."""
    return isinstance(value, np.ndarray)


def copied(value: Any) -> Any:
    """Return a copy of a plain array; all else as it is."""
    return copy(value) if is_plain_array(value) else value


def held(value: Any) -> Any:
    """Return a plain array that later writes into this one do not reach."""
    return keep(value) if is_plain_array(value) else value


def unwritable(value: Any) -> Any:
    """Return a plain array for a function that must not write into it.

    It is a view that cannot be written into, or where there is none, a copy.
    """
    if not isinstance(value, np.ndarray):
        return copied(value)
    value = value.view()
    value.flags.writeable = False
    return value


def is_copy(a: Any, b: Any) -> bool:
    """Tell whether an array still is what it was copied from."""
    if not is_plain_array(a):
        return True
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"))
