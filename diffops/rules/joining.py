"""Joining arrays, and splitting them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain
from diffops.engines.creating import given, zeros
from diffops.primitive import Batch, Primitive, Pull, adopt, implements
from diffops.rules._arguments import whole
from diffops.rules._batch_shapes import collecting, joining, stacking_up
from diffops.rules._fitting import fit, likeness, shape_of, spread
from diffops.rules._kinds import add
from diffops.tags import strip

Key = tuple[Any, ...]


def _joint(
    function: Callable[..., Any],
    keys: Callable[..., Sequence[Key]],
    batch: Batch,
) -> Primitive:
    """Make a primitive that puts its arguments side by side along an axis.

    ``keys(shapes, axis)`` says at which index of the output each argument is found.
    """

    def pushforward(
        y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
    ) -> Any:
        plain = strip(y)
        filled = [
            zeros(shape_of(arg), like=plain) if tangent is None else tangent
            for arg, tangent in zip(args, tangents, strict=True)
        ]
        return spread(primitive(*filled, **params), y)

    def pullback(
        y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
    ) -> Pull:
        places = keys([shape_of(arg) for arg in args], **params)
        parts = [(places[i], likeness(args[i])) for i in wrt]
        return lambda g: [fit(g[place], like) for place, like in parts]

    primitive = Primitive(function, pushforward, pullback, batch=batch)
    return add(primitive)


def concatenated(*arrays: Any, axis: int) -> Any:
    """Return arrays joined along an axis that they have."""
    return np.concatenate(arrays, axis)


def _key(axis: int, place: Any) -> Key:
    return (slice(None),) * axis + (place,)


def _runs(shapes: Sequence[tuple[int, ...]], axis: int) -> Sequence[Key]:
    ends = list(accumulate(shape[axis] for shape in shapes))
    return [_key(axis, slice(a, b)) for a, b in zip([0, *ends], ends, strict=False)]


concatenate_ = _joint(concatenated, _runs, joining)


def stacked(*arrays: Any, axis: int) -> Any:
    """Return arrays joined along a new axis."""
    return np.stack(_together(arrays), axis)


stack_ = _joint(
    stacked,
    lambda shapes, axis: [_key(axis, i) for i in range(len(shapes))],
    stacking_up,
)


def collected(*numbers: Any) -> Any:
    """Return the vector of many numbers: what a list of tracked numbers becomes."""
    if all(map(is_plain, numbers)):
        return np.array(numbers)
    return np.stack(_together(numbers))


def _together(arrays: Sequence[Any]) -> Sequence[Any]:
    """Put plain numbers where the arrays are that they are to be joined with."""
    foreign = next((x for x in arrays if not is_plain(x)), None)
    if foreign is None:
        return arrays
    return [given(x, foreign) if shape_of(x) == () else x for x in arrays]


def _pushforward_collected(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    return spread(collect(*(0.0 if t is None else t for t in tangents)), y)


def _pullback_collected(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    likes = [likeness(args[i]) for i in wrt]
    ordinary = y.dtype == float and {type(args[i]) for i in wrt} <= {float, np.float64}

    def pull(g: Any) -> list[Any]:
        if is_plain(g) and ordinary:
            entries = g.tolist()
            return entries if len(wrt) == len(entries) else [entries[i] for i in wrt]
        return [fit(g[i], like) for i, like in zip(wrt, likes, strict=True)]

    return pull


collect = add(
    Primitive(collected, _pushforward_collected, _pullback_collected, batch=collecting)
)


def _numbers_only(items: Sequence[Any]) -> bool:
    """Tell whether no item is an array; asked of the types, for there may be many."""
    return not any(hasattr(kind, "__len__") for kind in set(map(type, items)))


def _cast(y: Any, dtype: Any) -> Any:
    return y if dtype is None else y.astype(dtype)


@implements(np.concatenate)
def concatenate(
    arrays: Any, /, axis: int | None = 0, *, dtype: Any = None, casting: str = ""
) -> Any:
    """Join arrays along an axis that they have, or flattened."""
    items = [adopt(item) for item in arrays]
    if axis is None:
        items, axis = [np.ravel(item) for item in items], 0
    ndim = np.ndim(items[0])
    if not ndim:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    return _cast(concatenate_(*items, axis=range(ndim)[axis]), dtype)


@implements(np.stack)
def stack(arrays: Any, axis: int = 0, *, dtype: Any = None, casting: str = "") -> Any:
    """Join arrays along a new axis."""
    items = [adopt(item) for item in arrays]
    if _numbers_only(items):
        return _cast(collect(*items), dtype)
    axis = range(np.ndim(items[0]) + 1)[axis]
    return _cast(stack_(*items, axis=axis), dtype)


@implements(np.vstack)
def vstack(tup: Any, *, dtype: Any = None, casting: str = "") -> Any:
    """Join arrays as rows."""
    items = [np.atleast_2d(adopt(item)) for item in tup]
    return _cast(np.concatenate(items, 0), dtype)


@implements(np.hstack)
def hstack(tup: Any, *, dtype: Any = None, casting: str = "") -> Any:
    """Join arrays side by side."""
    items = [adopt(item) for item in tup]
    if _numbers_only(items):
        return _cast(collect(*items), dtype)
    items = [np.atleast_1d(item) for item in items]
    return _cast(np.concatenate(items, 0 if np.ndim(items[0]) == 1 else 1), dtype)


@implements(np.dstack)
def dstack(tup: Any) -> Any:
    """Join arrays along the third axis."""
    return np.concatenate([np.atleast_3d(adopt(item)) for item in tup], 2)


@implements(np.column_stack)
def column_stack(tup: Any) -> Any:
    """Join vectors as columns, and matrices side by side."""
    items = [adopt(item) for item in tup]
    columns = [
        item if np.ndim(item) > 1 else np.reshape(item, (-1, 1)) for item in items
    ]
    return np.concatenate(columns, 1)


@implements(np.block)
def block(arrays: Any) -> Any:
    """Join nested lists of blocks: the innermost along the last axis."""
    depth = _depth(arrays)
    ndim = max([depth, *map(np.ndim, _leaves(arrays))])

    def join(part: Any, axis: int) -> Any:
        if isinstance(part, list):
            return np.concatenate([join(item, axis + 1) for item in part], axis)
        part = adopt(part)
        return np.reshape(part, (1,) * (ndim - np.ndim(part)) + shape_of(part))

    return join(arrays, -depth) if depth else np.copy(arrays)


def _depth(arrays: Any) -> int:
    return 1 + _depth(arrays[0]) if isinstance(arrays, list) else 0


def _leaves(arrays: Any) -> Iterator[Any]:
    if isinstance(arrays, list):
        for item in arrays:
            yield from _leaves(item)
    else:
        yield arrays


@implements(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """Join two arrays, flattened or along an axis."""
    return np.concatenate([adopt(arr), adopt(values)], axis)


@implements(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Cut an array at given indices, or into parts of nearly equal length."""
    ary = adopt(ary)
    axis = range(np.ndim(ary))[axis]
    size = shape_of(ary)[axis]
    cuts = whole(indices_or_sections, "the number or place of the cuts")
    if np.ndim(cuts) == 0:
        parts = np.array_split(np.arange(size), cuts)
        cuts = list(accumulate(map(len, parts)))[:-1]
    return [
        ary[_key(axis, slice(a, b))]
        for a, b in zip([0, *cuts], [*cuts, size], strict=True)
    ]


@implements(np.split)
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Cut an array at given indices, or into parts of equal length."""
    ary = adopt(ary)
    if np.ndim(indices_or_sections) == 0 and shape_of(ary)[axis] % indices_or_sections:
        raise ValueError("array split does not result in an equal division")
    return np.array_split(ary, indices_or_sections, axis)


@implements(np.hsplit)
def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """Cut an array along its second axis, a vector along its only one."""
    return np.split(ary, indices_or_sections, 1 if np.ndim(ary) > 1 else 0)


@implements(np.vsplit)
def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """Cut an array along its first axis."""
    return _split_of(2, ary, indices_or_sections, 0)


@implements(np.dsplit)
def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """Cut an array along its third axis."""
    return _split_of(3, ary, indices_or_sections, 2)


def _split_of(ndim: int, ary: Any, indices_or_sections: Any, axis: int) -> list[Any]:
    if np.ndim(ary) < ndim:
        raise ValueError(f"this split works on arrays of {ndim} or more dimensions")
    return np.split(ary, indices_or_sections, axis)


@implements(np.resize)
def resize(a: Any, new_shape: Any) -> Any:
    """Return the entries in another shape, repeated in order as often as need be."""
    flat = np.ravel(adopt(a))
    shape = tuple(new_shape) if np.ndim(new_shape) else (new_shape,)
    size = int(np.prod(shape, dtype=int))
    if not flat.size or not size:
        return np.zeros_like(flat, shape=shape)
    return np.reshape(np.tile(flat, -(-size // flat.size))[:size], shape)
