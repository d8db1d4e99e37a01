"""Grids: the coordinates along axes, laid out to be broadcast."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.primitive import adopt, implements


@implements(np.meshgrid)
def meshgrid(
    *xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy"
) -> tuple[Any, ...]:
    """Return the coordinates of a grid from those along its axes."""
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    axes = list(range(len(xi)))
    if indexing == "xy":
        axes[:2] = axes[:2][::-1]
    grid: tuple[Any, ...] = tuple(
        np.reshape(adopt(x), (1,) * axis + (-1,) + (1,) * (len(xi) - axis - 1))
        for x, axis in zip(xi, axes, strict=True)
    )
    if not sparse:
        grid = np.broadcast_arrays(*grid)
    return tuple(map(np.copy, grid)) if copy else grid


@implements(np.ix_)
def ix_(*args: Any) -> tuple[Any, ...]:
    """Lay sequences out along axes of their own."""
    count = len(args)
    return tuple(
        np.reshape(adopt(arg), (1,) * i + (-1,) + (1,) * (count - i - 1))
        for i, arg in enumerate(args)
    )
