"""Copies of the arrays that a program reads: one for all windows that lie alike.

``A @ x`` and its derivative read A and A.T. As one copy they need half the memory, and
are twice as often in the cache of the processor.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.engines.arrays import keep
from diffops.engines.cupy import is_on_device

#: So many entries tell most arrays apart.
_SAMPLE = 16


class Copies:
    """The arrays kept so far, each as it was when it was kept."""

    def __init__(self) -> None:
        self._kept: dict[Any, list[Any]] = {}

    def of(self, array: Any) -> Any:
        """Return an array's entries, as they are now, in its order of memory."""
        if array.dtype.kind not in "fiub" or array.itemsize > 8 or array.size == 0:
            return keep(array)
        order = sorted(range(array.ndim), key=lambda i: -abs(array.strides[i]))
        plain = array.transpose(order)
        alike = self._kept.setdefault((array.dtype, plain.shape, _sample(plain)), [])
        for kept in alike:
            if np.array_equal(_bits(kept), _bits(plain)):
                break
        else:
            kept = keep(plain)
            alike.append(kept)
        return kept.transpose(np.argsort(order).tolist())


def _sample(array: Any) -> Any:
    """Return some entries; none of what lies on a GPU, which one would wait for."""
    if is_on_device(array):
        return None
    return array.flat[:: -(-array.size // _SAMPLE)].tobytes()


def _bits(array: Any) -> Any:
    """Return the bits of each entry: zeros of both signs differ, and NaN is itself."""
    return array.view(f"u{array.itemsize}")
