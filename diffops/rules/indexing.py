"""Indexing and writing, and the functions that take or put entries by an index."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import Patch, add_at, keep as hold
from diffops.engines.creating import alongside, counted, zeros
from diffops.engines.loading import engine_of, is_lazy
from diffops.engines.overwriting import staying
from diffops.errors import NoDerivativeError, at_user_line
from diffops.index import getitem, update
from diffops.primitive import (
    Consuming,
    Primitive,
    Pull,
    adopt,
    implements,
    table,
    tracked_in,
)
from diffops.rules._batch_indexing import reading, scattering, writing
from diffops.rules._fitting import fit, likeness, shape_of
from diffops.rules._kinds import add, linear
from diffops.tags import example


def scatter(values: Any, key: Any, shape: tuple[int, ...]) -> Any:
    """Return zeros of a shape with values added at an index: getitem's transpose."""
    engine = engine_of(values)
    if engine is not None:
        return engine.scatter(values, key, shape)
    whole = zeros(shape, like=values)
    add_at(whole, key, values)
    return whole


def _gather(g: Any, _: Any, key: Any, shape: tuple[int, ...]) -> Any:
    return _read(np.asarray(g) if isinstance(g, (float, complex)) else g, key)


scatter_ = linear(scatter, _gather, batch=scattering, keyed=True)


def hold_key(key: Any) -> Any:
    """Copy the user's index arrays, which may change before the backward pass."""
    return tuple(map(hold, key)) if isinstance(key, tuple) else hold(key)


def _pushforward_getitem(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    return _read(tangents[0], params["key"])


def _read(array: Any, key: Any) -> Any:
    """Read, at an index that may differ between the members of a batch."""
    return getitem_(array, key=key) if tracked_in([key]) else array[key]


def _pullback_getitem(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    key = hold_key(params["key"])
    shape = shape_of(args[0])
    return lambda g: (Patch(g, key, shape, scatter_),)


getitem_ = add(
    Primitive(
        getitem,
        _pushforward_getitem,
        _pullback_getitem,
        view=True,
        batch=reading,
        keyed=True,
    )
)


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
    key = hold_key(params["key"])
    like = likeness(args[1])
    last = _last_writes(args[0], key)

    def pull(g: Any, owned: bool = False) -> list[Any]:
        terms = []
        if 1 in wrt:
            entries = _read(g, key)
            if last is not None:
                entries = np.where(last, entries, 0.0)
            terms.append(fit(entries.copy() if owned else entries, like))
        if 0 in wrt:
            terms.insert(0, update_(g, 0.0, key=key, reuse=owned))
        return terms

    return Consuming(pull)


def _last_writes(array: Any, key: Any) -> Any:
    """Tell which values stay where a key names entries twice: the last ones do."""
    shape = shape_of(array)
    if not tracked_in([key]):
        return staying(shape, key, example(array))
    writer: Any = np.zeros(shape, dtype=np.intp)
    written = shape_of(_read(writer, key))
    numbers = np.arange(1, math.prod(written) + 1).reshape(written)
    writer = update_(writer, numbers, key=key, reuse=True)
    return _read(writer, key) == numbers


update_ = add(
    Primitive(update, _pushforward_update, _pullback_update, batch=writing, keyed=True)
)


@implements(update)
def checked_update(array: Any, value: Any, key: Any, reuse: bool = False) -> Any:
    """Write, after making an array of what the user assigns."""
    value = adopt(alongside(value, array))
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
    extra = len(shape) - np.ndim(example(array)[key])
    if extra <= 0 or any(size != 1 for size in shape[:extra]):
        return value
    return np.reshape(value, shape[extra:])


@implements(np.take)
def take(a: Any, indices: Any, axis: int | None = None, mode: str = "raise") -> Any:
    """Pick entries along an axis, or of the flattened array."""
    a = adopt(a)
    indices = indices if hasattr(indices, "dtype") else np.asarray(indices)
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
    before = (slice(None),) * axis
    if indices.ndim > 1 and is_lazy(a):
        taken = table[getitem](a, key=(*before, np.ravel(indices)))
        shape = (*a.shape[:axis], *indices.shape, *a.shape[axis + 1 :])
        return np.reshape(taken, shape)
    taken = getitem_(a, key=(*before, indices))
    return np.copy(taken, order="C") if np.ndim(taken) > 1 else taken


@implements(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    """Pick entries by an index array that varies along one axis."""
    return _along(adopt(arr), indices, axis)


def _along(array: Any, indices: Any, axis: int | None) -> Any:
    if axis is None:
        return np.ravel(array)[indices]
    return array[key_along(array, indices, axis)]


def key_along(array: Any, indices: Any, axis: int) -> tuple[Any, ...]:
    """Return the index of the entries that an index array picks along one axis."""
    axis = axis % np.ndim(array)
    ndim = np.ndim(array)
    return tuple(
        indices
        if i == axis
        else counted(n, array).reshape((-1,) + (1,) * (ndim - 1 - i))
        for i, n in enumerate(shape_of(array))
    )
