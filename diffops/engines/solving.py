"""Linear equations as NumPy 2 understands them, on libraries that understand less."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain


def solve(a: Any, b: Any) -> Any:
    """Return the solutions x of ``a x = b``, for stacks that broadcast.

    CuPy wants stacks of the same shape, and takes the last axis but one of b for one of
    the stack where that fits.
    """
    if is_plain(a) or np.ndim(a) == 2 >= np.ndim(b):
        return np.linalg.solve(a, b)
    if np.ndim(b) == 1:
        return solve(a, b[:, None])[..., 0]
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a = np.broadcast_to(a, (*stack, *a.shape[-2:]))
    return np.linalg.solve(a, np.broadcast_to(b, (*stack, *b.shape[-2:])))
