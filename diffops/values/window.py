"""What ``np.asarray`` sees of a tracked array: a window, with a number in each place.

NumPy cannot be told to give the tracked array back. It makes an array of objects,
tracked numbers, which computes entry by entry and becomes a tracked array again where
it meets one. All windows on an array are one, which its writes go through to.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def window_on(array: Any) -> np.ndarray:
    """Return an array of objects with the entries of a tracked one."""
    if not array.size:
        return np.empty(array.shape, array.dtype)
    return _entries(array).reshape(array.shape)


def refill(window: np.ndarray, array: Any) -> None:
    """Show the entries that the array has now."""
    if array.size:
        window.reshape(-1)[:] = _entries(array)


def _entries(array: Any) -> np.ndarray:
    return np.fromiter(np.ravel(array), object, array.size)
