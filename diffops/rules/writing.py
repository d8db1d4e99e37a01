"""The functions that write into an array that they are given."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.engines.creating import alongside
from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt, implements
from diffops.rules._arguments import whole
from diffops.rules._fitting import shape_of
from diffops.rules.indexing import hold_key, key_along, scatter_
from diffops.rules.selecting import plain
from diffops.tags import Tracked


def target_of(array: Any, name: str) -> Any:
    """Refuse to write tracked values into a plain array: NumPy would drop them."""
    if isinstance(array, Tracked):
        return array
    raise NoDerivativeError(
        f"np.{name} into a plain array would lose the derivative of a tracked value"
        f"{at_user_line()}; allocate the array with np.zeros_like(x) or "
        "np.zeros(n, like=x) of a tracked x"
    )


@implements(np.put_along_axis)
def put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None) -> None:
    """Write entries by an index array that varies along one axis."""
    target = target_of(arr, "put_along_axis")
    indices = whole(indices, "the index of np.put_along_axis")
    if axis is None:
        target.flat[indices] = values
    else:
        target[key_along(target, indices, axis)] = values


@implements(np.put)
def put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    """Write entries of the flattened array."""
    target_of(a, "put").put(whole(ind, "the index of np.put"), v, mode)


@implements(np.copyto)
def copyto(dst: Any, src: Any, casting: Any = "same_kind", where: Any = True) -> None:
    """Write a whole array, or its entries under a mask."""
    target = target_of(dst, "copyto")
    src = adopt(alongside(src, target))
    kind = getattr(src, "dtype", target.dtype)
    if not np.can_cast(kind, target.dtype, casting):
        raise TypeError(
            f"Cannot cast array data from {kind!r} to {target.dtype!r} according to "
            f"the rule {casting!r}"
        )
    where = plain(where)
    target[...] = src if where is True else np.where(where, src, target)


@implements(np.putmask)
def putmask(a: Any, mask: Any, values: Any) -> None:
    """Write values under a mask: those that stand at its places, if repeated."""
    target = target_of(a, "putmask")
    repeated = np.resize(adopt(alongside(values, target)), shape_of(target))
    target[...] = np.where(plain(mask), repeated, target)


@implements(np.place)
def place(arr: Any, mask: Any, vals: Any) -> None:
    """Write the first values under a mask, in order."""
    target = target_of(arr, "place")
    places = np.flatnonzero(plain(mask))
    vals = np.ravel(adopt(alongside(vals, target)))
    if places.size and not shape_of(vals)[0]:
        raise ValueError("Cannot insert from an empty array!")
    target.flat[places] = np.resize(vals, places.shape)


@implements(np.fill_diagonal)
def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    """Write the main diagonal, of a tall matrix again and again with ``wrap``."""
    target = target_of(a, "fill_diagonal")
    shape = shape_of(target)
    if len(shape) < 2:
        raise ValueError("array must be at least 2-d")
    places = np.arange(math.prod(shape))
    if len(shape) == 2:
        stop = None if wrap else shape[1] ** 2
        places = places[: stop : shape[1] + 1]
    elif len(set(shape)) > 1:
        raise ValueError("All dimensions of input must be of equal length")
    else:
        places = places[:: 1 + sum(shape[0] ** i for i in range(1, len(shape)))]
    target.flat[places] = np.resize(adopt(alongside(val, target)), places.shape)


def _adding_at(ufunc: np.ufunc) -> None:
    """Enter the ``at`` of a sum: an entry that the index names twice gets both."""

    @implements(ufunc.at)
    def at(a: Any, indices: Any, b: Any) -> None:
        name = f"{ufunc.__name__}.at"
        target = target_of(a, name)
        key = hold_key(whole(indices, f"the index of np.{name}"))
        entries = adopt(alongside(b, target))
        entries = np.broadcast_to(entries, shape_of(target[key]))
        entries = entries.astype(target.dtype, copy=False)
        target[...] = ufunc(target, scatter_(entries, key=key, shape=shape_of(target)))


_adding_at(np.add)
_adding_at(np.subtract)
