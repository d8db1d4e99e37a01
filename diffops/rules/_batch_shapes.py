"""How functions that move, join or repeat entries run for a whole batch at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import is_at_hand
from diffops.engines.creating import beside, eye
from diffops.engines.loading import copy
from diffops.rules._batches import (
    Run,
    aligned,
    axes_of,
    flat_members,
    members_of,
    rank_of,
)
from diffops.rules._fitting import shape_of

Args = Sequence[Any]
Flags = Sequence[bool]
Params = dict[str, Any]


def reshaping(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Reshape every member; in Fortran's order the batch waits at the end."""
    (x,) = args
    count = math.prod(shape_of(x)[1:])
    shape = _complete(params.get("shape", (-1,)), count)
    if params["order"] == "C":
        return np.reshape(x, (size, *shape))
    last = np.moveaxis(x, 0, -1)
    return np.moveaxis(np.reshape(last, (*shape, size), order="F"), -1, 0)


def _complete(shape: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Return a shape without -1, which NumPy cannot complete for an empty batch."""
    if -1 not in shape:
        return shape
    known = -math.prod(shape)
    return tuple(count // max(known, 1) if n == -1 else n for n in shape)


def copying(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Copy every member in its own order of memory."""
    (x,) = args
    if params.get("order") != "F":
        return run(x, **params)
    return np.moveaxis(run(np.moveaxis(x, 0, -1), **params), -1, 0)


def transposing(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Permute the axes of every member."""
    return run(*args, axes=(0, *(axis + 1 for axis in params["axes"])))


def enlarging(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Broadcast every member to a shape."""
    shape = params["shape"]
    return run(aligned(args[0], len(shape)), shape=(size, *shape))


def rolling(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Roll every member, along an axis or flattened."""
    (x,) = args
    shift, axis = params["shift"], params["axis"]
    if axis is not None:
        return run(x, shift=shift, axis=axes_of(axis, len(shape_of(x)) - 1))
    turned = run(flat_members(x), shift=np.sum(shift), axis=1)
    return np.reshape(turned, shape_of(x))


def tiling(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Lay out copies of every member."""
    return run(*args, reps=(1, *params["reps"]))


def windowing(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Show the windows of every member."""
    (x,) = args
    axis = axes_of(params["axis"], len(shape_of(x)) - 1)
    return run(x, window_shape=params["window_shape"], axis=axis)


def surrounding(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Put zeros around every member."""
    return run(*args, widths=((0, 0), *params["widths"]))


def joining(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Join members along an axis that they have."""
    ndim = max(map(rank_of, args, batched))
    return run(*_whole(size, args, batched), axis=axes_of(params["axis"], ndim))


def stacking_up(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Join members along a new axis."""
    ndim = max(map(rank_of, args, batched))
    axis = axes_of(params["axis"], ndim + 1)
    return run(*_whole(size, args, batched), axis=axis)


def collecting(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Make vectors of numbers."""
    return np.stack(_whole(size, args, batched), axis=1)


def _whole(size: int, args: Args, batched: Flags) -> list[Any]:
    there = next((arg for arg in args if not is_at_hand(arg)), None)
    if there is not None:
        args = [arg if shape_of(arg) else beside(arg, there) for arg in args]
    return [members_of(arg, own, size) for arg, own in zip(args, batched, strict=True)]


def diagonals(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Take a diagonal of every member."""
    axes = {name: params[name] + 1 for name in ("axis1", "axis2")}
    return run(*args, **{**params, **axes})


def onto_diagonals(
    run: Run, size: int, args: Args, batched: Flags, params: Params
) -> Any:
    """Put every vector on the diagonal of a matrix."""
    (v,) = args
    offset = params["offset"]
    n = shape_of(v)[1]
    here = eye(n + abs(offset), v, bool, offset)
    before = max(offset, 0), max(-offset, 0)
    columns = np.pad(v, ((0, 0), before))
    return np.where(here, columns[:, None, :], 0.0).astype(v.dtype, copy=False)


def besides(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Give every member a copy of a new array."""
    array = params["array"]
    return copy(np.broadcast_to(array, (size, *shape_of(array))))


def stepping(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Go from start to stop in equal steps."""
    ndim = max(map(rank_of, args, batched))
    ends = [aligned(arg, ndim) for arg in _whole(size, args, batched)]
    return run(*ends, **{**params, "axis": axes_of(params["axis"], ndim + 1)})
