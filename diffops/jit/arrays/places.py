"""What NumPy makes of a window: shown on an array of the same strides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.jit.arrays.buffers import Shape, View


class Places:
    """An array of no memory to speak of, with the strides of a window."""

    def __init__(self, view: View) -> None:
        reach = [(n - 1) * s for n, s in zip(view.shape, view.strides, strict=True)]
        before = -sum(r for r in reach if r < 0)
        memory = np.empty(before + 1 + sum(r for r in reach if r > 0), dtype=np.int8)
        self.view = view
        self.array = np.lib.stride_tricks.as_strided(
            memory[before:], view.shape, view.strides
        )

    def view_of(self, found: Any, shape: Shape) -> View:
        """Return the window that NumPy's window on the array is."""
        start = found.__array_interface__["data"][0]
        offset = start - self.array.__array_interface__["data"][0]
        strides = tuple(found.strides)
        return View(self.view.buffer, shape, strides, self.view.offset + offset)


def as_window(view: View, function: Callable[[Any], Any]) -> View | None:
    """Return what a function makes of a window, None where it must copy."""
    places = Places(view)
    found = function(places.array)
    if not np.may_share_memory(found, places.array):
        return None
    return places.view_of(found, found.shape)
