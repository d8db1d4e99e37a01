"""What is particular to Dask: blocks that are read, written and added to lazily.

Nothing here computes: every function returns an array that stands for a graph.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import dask.array as da
import numpy as np
from dask.base import compute

from diffops.errors import NoDerivativeError, at_user_line

Key = tuple[Any, ...]

#: What helps beside a function that Dask does not have, by the functions.
REFUSED = {
    "it wants all entries at once; reduce the array first, or, where it fits into "
    "memory, differentiate at x.compute()": (
        "argsort argpartition lexsort sort sort_complex partition median nanmedian "
        "quantile nanquantile percentile nanpercentile unique unique_values unique_all "
        "unique_counts unique_inverse union1d setdiff1d setxor1d trim_zeros interp "
        "unwrap histogram histogram2d histogramdd histogram_bin_edges array_equal "
        "array_equiv array_repr array_str array2string convolve correlate "
        "take_along_axis put_along_axis logaddexp.reduce logaddexp2.reduce "
        "hypot.reduce"
    ),
    "it wants a whole matrix; where that fits into memory, differentiate at "
    "x.compute()": (
        "linalg.det linalg.slogdet linalg.eig linalg.eigvals linalg.eigh "
        "linalg.eigvalsh linalg.svd linalg.svdvals linalg.pinv linalg.lstsq "
        "linalg.matrix_rank roots poly polyfit polymul polydiv cross linalg.cross"
    ),
    "Dask's namesake returns the upper factor where NumPy's returns the lower one; "
    "where the matrix fits into memory, differentiate at x.compute()": (
        "linalg.cholesky"
    ),
    "its values decide of which shape or kind the result is; give it numbers": (
        "arange linspace logspace geomspace real_if_close emath.sqrt emath.log "
        "emath.log2 emath.log10 emath.arcsin emath.arccos emath.arctanh emath.logn "
        "emath.power piecewise"
    ),
    "make it with dask.array, for example by dask.array.from_array": (
        "identity frombuffer fromfile fromfunction fromiter fromstring genfromtxt "
        "loadtxt require ascontiguousarray asfortranarray"
    ),
    "ask for its dtype and shape": (
        "min_scalar_type isrealobj common_type shares_memory may_share_memory"
    ),
}


def check_key(key: Any) -> None:
    """Raise where Dask cannot read, or does not know how many entries it reads."""
    for part in key if isinstance(key, tuple) else (key,):
        if np.ndim(part) > 1 and not _is_mask(part):
            raise NoDerivativeError(
                f"Dask reads at vectors of integers alone{at_user_line()}; use "
                "np.take(x, index, axis) with an index of more axes"
            )
        if _is_mask(part) and (isinstance(part, da.Array) or part.ndim > 1):
            raise NoDerivativeError(
                f"x[mask] of Dask arrays{at_user_line()} has a shape that Dask does "
                "not know; keep all entries and use np.where(mask, x, 0.0), or call "
                "mask.compute() first"
            )


def _is_mask(part: Any) -> bool:
    return getattr(part, "dtype", None) == np.bool_


#: What diffops computes of SciPy's functions by those of NumPy's that Dask has.
SCIPY = {"softmax", "log_softmax", "zmap", "zscore", "gmean"}
SCIPY |= {"simpson", "cumulative_trapezoid"}


def check_scipy(name: str) -> None:
    """Raise unless a function of SciPy's, by its full name, is one of those."""
    *place, own = (part for part in name.split(".") if not part.startswith("_"))
    if own not in SCIPY:
        name = ".".join([*place, own])
        raise NoDerivativeError(
            f"{name} of a Dask array{at_user_line()} would be computed on one machine, "
            "without blocks; use NumPy's functions, or, where the array fits into "
            "memory, differentiate at x.compute()"
        )


def refused() -> dict[str, Callable[..., Any]]:
    """Return the functions of NumPy's that Dask cannot express, by their names."""
    names = " ".join(REFUSED.values()).split()
    return {f"np.{name}": attrgetter(name)(np) for name in names}


def refusal(name: str) -> NoDerivativeError:
    """Return the error that says why a function is refused, and what to do."""
    own = name.removeprefix("np.")
    advice = next(a for a, names in REFUSED.items() if own in names.split())
    return NoDerivativeError(
        f"{name} of a Dask array{at_user_line()} would be computed on one machine, "
        f"without blocks, for Dask has no such function of NumPy's: {advice}"
    )


def check(array: Any) -> None:
    """Raise where the blocks of an array have sizes that Dask does not know."""
    if any(map(math.isnan, array.shape)):
        raise NoDerivativeError(
            f"a Dask array of unknown shape {array.shape} met a tracked value"
            f"{at_user_line()}; call x.compute_chunk_sizes() on it first, or keep all "
            "entries and use np.where(mask, x, 0.0) in the place of x[mask]"
        )


def scatter(values: Any, key: Any, shape: tuple[int, ...]) -> Any:
    """Return zeros of a shape with values added at an index, block by block.

    Dask reads at integers, slices, new axes and one vector of integers: so does this
    write. Entries that the vector names twice get both values.
    """
    parts = _written_out(key, len(shape))
    values = da.reshape(values, _without_new_axes(parts, values.shape))
    parts = [part for part in parts if part is not None]
    for axis, part in enumerate(parts):
        values = _PLACE[_kind_of(part)](values, part, axis, shape[axis])
    return values


def _written_out(key: Any, ndim: int) -> list[Any]:
    """Return one part of an index per axis of the array, and those for new axes."""
    parts = list(key) if isinstance(key, tuple) else [key]
    parts = [np.flatnonzero(part) if _is_mask(part) else part for part in parts]
    named = sum(part is not None and part is not Ellipsis for part in parts)
    rest = [slice(None)] * (ndim - named)
    if not any(part is Ellipsis for part in parts):
        return parts + rest
    place = next(i for i, part in enumerate(parts) if part is Ellipsis)
    return parts[:place] + rest + parts[place + 1 :]


def _kind_of(part: Any) -> type:
    if isinstance(part, slice):
        return slice
    return int if np.ndim(part) == 0 else list


def _without_new_axes(parts: Sequence[Any], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of what was read, before it got new axes."""
    axes = [part for part in parts if _kind_of(part) is not int or part is None]
    lengths = zip(axes, shape, strict=True)
    return tuple(length for part, length in lengths if part is not None)


def _place_at(values: Any, number: Any, axis: int, length: int) -> Any:
    """Give values an axis, along which they stand at one place."""
    values = da.expand_dims(values, axis)
    number = int(number)
    return _between_zeros(values, axis, number % length, length)


def _place_along(values: Any, part: slice, axis: int, length: int) -> Any:
    """Spread values along an axis to where a slice read them."""
    places = range(length)[part]
    if not places:
        return _zeros(values, axis, length)
    if places.step < 0:
        values = values[_at(axis, slice(None, None, -1))]
        places = places[::-1]
    if places.step > 1 and len(places) > 1:
        values = _spaced(values, axis, places.step)
    return _between_zeros(values, axis, places[0], length)


def _spaced(values: Any, axis: int, step: int) -> Any:
    """Put zeros between the values along an axis, and none after the last."""
    chunks = [*values.chunks]
    chunks[axis] = tuple(length * step for length in chunks[axis])
    spaced = values.map_blocks(
        _spaced_block, axis, step, chunks=tuple(chunks), dtype=values.dtype
    )
    return spaced[_at(axis, slice(0, spaced.shape[axis] - step + 1))]


def _spaced_block(block: Any, axis: int, step: int) -> Any:
    shape = [*block.shape]
    shape[axis] *= step
    spaced = np.zeros_like(block, shape=shape)
    spaced[_at(axis, slice(None, None, step))] = block
    return spaced


def _between_zeros(values: Any, axis: int, before: int, length: int) -> Any:
    after = length - before - values.shape[axis]
    parts = [_zeros(values, axis, before), values, _zeros(values, axis, after)]
    return da.concatenate([part for part in parts if part.shape[axis]], axis)


def _zeros(like: Any, axis: int, length: int) -> Any:
    """Return zeros of the blocks of an array, but of another length along an axis."""
    shape = [*like.shape]
    shape[axis] = length
    chunks = [*like.chunks]
    chunks[axis] = min(length, max(like.chunks[axis], default=1)) if length else 0
    if like.shape[axis] <= 1:
        chunks[axis] = "auto"
    return da.zeros(tuple(shape), chunks=tuple(chunks), dtype=like.dtype)


def _at(axis: int, part: Any) -> Key:
    return (slice(None),) * axis + (part,)


def _place_by_numbers(values: Any, numbers: Any, axis: int, length: int) -> Any:
    """Add values along an axis at the places that a vector of integers names.

    Each block of the values is added into zeros of each block of the result; the sums
    over those are Dask's, in a tree.
    """
    if not isinstance(numbers, da.Array):
        numbers = da.from_array(np.asarray(numbers), chunks=(values.chunks[axis],))
    numbers = numbers.rechunk((values.chunks[axis],)) % length
    blocks = da.core.normalize_chunks(
        [*values.chunks[:axis], "auto", *values.chunks[axis + 1 :]],
        (*values.shape[:axis], length, *values.shape[axis + 1 :]),
        dtype=values.dtype,
    )[axis]
    starts = np.cumsum([0, *blocks[:-1]])
    letters = tuple(range(values.ndim))
    into = (axis, *letters[:axis], values.ndim, *letters[axis + 1 :])
    parts = []
    for start, size in zip(starts.tolist(), blocks, strict=True):
        added = da.blockwise(
            _added_in_block,
            into,
            values,
            letters,
            numbers,
            (axis,),
            axis=axis,
            start=start,
            size=size,
            new_axes={values.ndim: size},
            adjust_chunks={axis: 1},
            dtype=values.dtype,
        )
        parts.append(added.sum(axis=0))
    return da.concatenate(parts, axis)


def _added_in_block(block: Any, numbers: Any, axis: int, start: int, size: int) -> Any:
    """Return what a block adds to one block of the result, with an axis in front."""
    here = (numbers >= start) & (numbers < start + size)
    shape = [*block.shape]
    shape[axis] = size
    total = np.zeros_like(block, shape=shape)
    np.add.at(total, _at(axis, numbers[here] - start), block[_at(axis, here)])
    return total[None]


_PLACE: dict[type, Callable[..., Any]] = {
    int: _place_at,
    slice: _place_along,
    list: _place_by_numbers,
}


def update(array: Any, value: Any, key: Any) -> Any:
    """Return an array with ``array[key] = value``, and the one given as it was."""
    new = da.asarray(array).copy()
    new[key] = value
    return new


def computed(values: Sequence[Any]) -> tuple[Any, ...]:
    """Return what several arrays stand for, from one run of their joint graph."""
    return tuple(compute(*values))


def in_one_block(array: Any, axis: int) -> Any:
    """Return an array whose blocks are as long as itself along an axis."""
    return array.rechunk({axis: -1})


def lifted(array: Any, like: Any = None) -> Any:
    """Return an array of NumPy's as one of Dask's, in the blocks of another."""
    return da.from_array(array, chunks="auto" if like is None else like.chunks)


def same(a: Any, b: Any) -> bool:
    """Tell whether two arrays stand for the same graph: names are made from it."""
    return a.name == b.name
