"""Indexing and writing, and the functions that take or put entries by an index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import Patch, add_at, keep as hold, may_repeat, zeros
from diffops.errors import NoDerivativeError, at_user_line
from diffops.index import getitem, update
from diffops.primitive import (
    Consuming,
    Primitive,
    Pull,
    adopt,
    implements,
)
from diffops.rules._fitting import fit, likeness, shape_of
from diffops.rules._kinds import add, linear
from diffops.tags import Tracked, strip


def scatter(values: Any, key: Any, shape: tuple[int, ...]) -> Any:
    """Return zeros of a shape with values added at an index: getitem's transpose."""
    whole = zeros(shape, like=values)
    add_at(whole, key, values)
    return whole


def _gather(g: Any, _: Any, key: Any, shape: tuple[int, ...]) -> Any:
    return np.asarray(g)[key] if isinstance(g, (float, complex)) else g[key]


scatter_ = linear(scatter, _gather)


def _hold_key(key: Any) -> Any:
    """Copy the user's index arrays, which may change before the backward pass."""
    return tuple(map(hold, key)) if isinstance(key, tuple) else hold(key)


def _pushforward_getitem(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    return tangents[0][params["key"]]


def _pullback_getitem(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    key = _hold_key(params["key"])
    shape = shape_of(args[0])
    return lambda g: (Patch(g, key, shape, scatter_),)


getitem_ = add(Primitive(getitem, _pushforward_getitem, _pullback_getitem, view=True))


def _pushforward_update(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    array, value = tangents
    reuse = params["reuse"] and array is not None
    if array is None:
        array = np.zeros_like(y)
    value = 0.0 if value is None else value
    return update_(array, value, key=params["key"], reuse=reuse)


def _pullback_update(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    key = _hold_key(params["key"])
    like = likeness(args[1])
    last = _last_writes(shape_of(args[0]), key)

    def pull(g: Any, owned: bool = False) -> list[Any]:
        terms = []
        if 1 in wrt:
            entries = g[key]
            if last is not None:
                entries = np.where(last, entries, 0.0)
            terms.append(fit(entries.copy() if owned else entries, like))
        if 0 in wrt:
            terms.insert(0, update_(g, 0.0, key=key, reuse=owned))
        return terms

    return Consuming(pull)


def _last_writes(shape: tuple[int, ...], key: Any) -> Any:
    """Tell which values stay where a key names entries twice: the last ones do."""
    if not may_repeat(key):
        return None
    writer = np.zeros(shape, dtype=np.intp)
    numbers = np.arange(1, writer[key].size + 1).reshape(writer[key].shape)
    writer[key] = numbers
    return writer[key] == numbers


update_ = add(Primitive(update, _pushforward_update, _pullback_update))


@implements(update)
def checked_update(array: Any, value: Any, key: Any, reuse: bool = False) -> Any:
    """Write, after making an array of what the user assigns."""
    value = adopt(value)
    if getattr(value, "dtype", array.dtype).kind == "c" and array.dtype.kind != "c":
        raise NoDerivativeError(
            f"writing complex values into a real tracked array{at_user_line()} would "
            "drop their imaginary parts; allocate it complex, or write np.real(...)"
        )
    value = _without_leading_ones(value, array, key)
    return update_(array, value, key=key, reuse=reuse)


def _without_leading_ones(value: Any, array: Any, key: Any) -> Any:
    """Drop the axes of length one that NumPy lets a value have beyond its target's."""
    shape = shape_of(value)
    if shape[:1] != (1,):
        return value
    extra = len(shape) - np.ndim(strip(array)[key])
    if extra <= 0 or any(size != 1 for size in shape[:extra]):
        return value
    return np.reshape(value, shape[extra:])


@implements(np.take)
def take(a: Any, indices: Any, axis: int | None = None, mode: str = "raise") -> Any:
    """Pick entries along an axis, or of the flattened array."""
    a = adopt(a)
    indices = np.asarray(indices)
    if indices.dtype == bool:
        indices = indices.astype(np.intp)  # numbers here, not a mask
    if axis is None:
        a, axis = np.ravel(a), 0
    size = a.shape[axis]
    if mode == "wrap":
        indices = indices % size
    elif mode == "clip":
        indices = np.clip(indices, 0, size - 1)
    axis = axis % np.ndim(a)
    taken = a[(slice(None),) * axis + (indices,)]
    return np.copy(taken, order="C") if np.ndim(taken) > 1 else taken


@implements(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    """Pick entries by an index array that varies along one axis."""
    return _along(adopt(arr), indices, axis)


def _along(array: Any, indices: Any, axis: int | None) -> Any:
    if axis is None:
        return np.ravel(array)[indices]
    return array[_key_along(array, indices, axis)]


def _key_along(array: Any, indices: Any, axis: int) -> tuple[Any, ...]:
    axis = axis % np.ndim(array)
    grid = np.ogrid[tuple(slice(n) for n in np.shape(array))]
    return tuple(indices if i == axis else along for i, along in enumerate(grid))


def _target(array: Any, name: str) -> Any:
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
    target = _target(arr, "put_along_axis")
    if axis is None:
        target.put(indices, values)
    else:
        target[_key_along(target, indices, axis)] = values


@implements(np.put)
def put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    """Write entries of the flattened array."""
    _target(a, "put").put(ind, v, mode)


@implements(np.copyto)
def copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    """Write a whole array, or its entries under a mask."""
    target = _target(dst, "copyto")
    target[...] = src if where is True else np.where(where, src, target[...])


@implements(np.putmask)
def putmask(a: Any, mask: Any, values: Any) -> None:
    """Write repeated values under a mask."""
    target = _target(a, "putmask")
    repeated = np.resize(values, target.shape)
    target[...] = np.where(mask, repeated, target[...])


@implements(np.place)
def place(arr: Any, mask: Any, vals: Any) -> None:
    """Write the first values under a mask, in order."""
    target = _target(arr, "place")
    mask = np.asarray(mask, dtype=bool)
    target[mask] = np.resize(vals, (int(mask.sum()),))


@implements(np.fill_diagonal)
def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    """Write the main diagonal."""
    target = _target(a, "fill_diagonal")
    if wrap or target.ndim != 2:
        raise NoDerivativeError("np.fill_diagonal is followed for matrices, wrap=False")
    rows = np.arange(min(target.shape))
    target[rows, rows] = np.resize(val, rows.shape) if np.ndim(val) else val


def _adding_at(ufunc: np.ufunc) -> None:
    """Enter the ``at`` of a sum: an entry that the index names twice gets both."""

    @implements(ufunc.at)
    def at(a: Any, indices: Any, b: Any) -> None:
        target = _target(a, f"{ufunc.__name__}.at")
        entries = np.broadcast_to(adopt(b), target[indices].shape)
        whole = scatter_(entries, key=_hold_key(indices), shape=target.shape)
        target[...] = ufunc(target, whole)


_adding_at(np.add)
_adding_at(np.subtract)
