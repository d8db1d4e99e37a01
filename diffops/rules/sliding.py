"""Windows that slide over an array, each of them a view of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.engines.creating import counted
from diffops.engines.loading import is_lazy
from diffops.primitive import adopt, implements, table
from diffops.rules._batch_shapes import windowing
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import linear
from diffops.rules.indexing import scatter


def _add_windows(g: Any, shape: tuple[int, ...], **options: Any) -> Any:
    """Add every window's cotangents to the entries that it shows."""
    if is_lazy(g):
        return _add_one_by_one(g, shape, **options)
    size = math.prod(shape)
    places = counted(size, g).reshape(shape)
    windows = np.lib.stride_tricks.sliding_window_view(places, **options)
    return np.reshape(table[scatter](g, key=windows, shape=(size,)), shape)


def _add_one_by_one(
    g: Any, shape: tuple[int, ...], window_shape: Any, axis: Any
) -> Any:
    """Do the same by slices, each of all windows' entries at one place in them."""
    lengths = (window_shape,) if isinstance(window_shape, int) else tuple(window_shape)
    axes = np.arange(len(shape)) if axis is None else np.atleast_1d(axis)
    counts = shape_of(g)
    total = 0.0
    for places in np.ndindex(*lengths):
        starts = [0] * len(shape)
        for i, place in zip(axes, places, strict=True):
            starts[i] += place
        key = tuple(slice(a, a + n) for a, n in zip(starts, counts, strict=False))
        total = total + table[scatter](g[(..., *places)], key=key, shape=shape)
    return total


windows = linear(
    np.lib.stride_tricks.sliding_window_view,
    _add_windows,
    view=True,
    batch=windowing,
)


@implements(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(
    x: Any,
    window_shape: Any,
    axis: Any = None,
    *,
    subok: bool = False,
    writeable: bool = False,
) -> Any:
    """Return all windows of a shape, which follow what is written into the array."""
    return windows(adopt(x), window_shape=window_shape, axis=axis)
