"""Numbers in regular steps, and the powers of a vector."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.engines.arrays import is_at_hand
from diffops.engines.creating import alongside, counted
from diffops.primitive import adopt, implements, tracked_in
from diffops.rules._batch_shapes import stepping
from diffops.rules._kinds import jointly_linear
from diffops.rules.creation import creating, library, tracked_beside
from diffops.tags import strip


@creating(np.arange)
def arange(
    start: Any,
    stop: Any = None,
    step: Any = None,
    dtype: Any = None,
    *,
    like: Any,
    device: Any = None,
) -> Any:
    """Return numbers in equal steps; how many they are has no derivative."""
    if not tracked_in((start, stop, step)):
        array = np.arange(start, stop, step, dtype=dtype, **library(like))
        return tracked_beside(like, array)
    first, last = (0, start) if stop is None else (start, stop)
    step = 1 if step is None else step
    bounds = (strip(bound) for bound in (first, last, step))
    bounds = (b if is_at_hand(b) else b.item() for b in bounds)
    y = first + step * counted(np.arange(*bounds).size, first)
    return y if dtype is None else y.astype(dtype)


def _weigh_steps(
    g: Any, index: int, shapes: Any, num: int, endpoint: bool, axis: int
) -> Any:
    """Give each end its share of the cotangent of every step."""
    share = counted(num, g) / max(num - 1 if endpoint else num, 1)
    return np.sum(np.moveaxis(g, axis, -1) * (share if index else 1 - share), axis=-1)


linspace_ = jointly_linear(np.linspace, _weigh_steps, batch=stepping)


@implements(np.linspace)
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    """Return numbers from start to stop in equal steps."""
    start, stop = adopt(start), adopt(stop)
    y = linspace_(start, stop, num=num, endpoint=endpoint, axis=axis)
    if dtype is not None:
        y = y.astype(dtype)
    if not retstep:
        return y
    count = num - 1 if endpoint else num
    return y, (stop - start) / count if count > 0 else np.nan


@implements(np.logspace)
def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Return powers of a base, whose exponents go in equal steps."""
    start, stop, base = adopt(start), adopt(stop), adopt(alongside(base, start))
    if np.ndim(base):
        start, stop, base = np.broadcast_arrays(start, stop, base)
        base = np.expand_dims(base, axis)
    y = np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))
    return y if dtype is None else y.astype(dtype)


@implements(np.geomspace)
def geomspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Return numbers from start to stop by equal factors."""
    start, stop = adopt(start), adopt(stop)
    if np.any(strip(start) == 0) or np.any(strip(stop) == 0):
        raise ValueError("Geometric sequence cannot include zero")
    wanted = float if dtype is None else dtype
    common = np.result_type(strip(start), strip(stop), wanted, float)
    start, stop = np.broadcast_arrays(start + common.type(0), stop + common.type(0))
    exponents = np.linspace(0.0, np.log(stop / start), num, endpoint, axis=axis)
    if np.ndim(start):
        start = np.expand_dims(start, axis)
    y = start * np.exp(exponents)
    return y if dtype is None else y.astype(dtype)


@implements(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """Return the matrix whose columns are the powers of a vector."""
    x = adopt(x)
    if np.ndim(x) != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    x = x.astype(np.promote_types(x.dtype, int))
    columns = [np.ones_like(x)]
    count = len(x) if N is None else N
    while len(columns) < count:
        columns.append(columns[-1] * x)
    powers = np.stack(columns, axis=1)[:, :count]
    return powers if increasing else np.flip(powers, 1)
