"""Directions and cotangents: checked against what they multiply, made, and counted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import is_at_hand, is_plain
from diffops.engines.copying import copied
from diffops.engines.creating import counted, given
from diffops.engines.cupy import check_together
from diffops.operators._passes import Output
from diffops.operators._point import Point
from diffops.operators._promotion import promote
from diffops.operators._tree import LEAVES, flatten
from diffops.tags import example
from diffops.values.methods import shape_of as shape
from diffops.values.scalar import is_complex, is_number


def like_leaves(vector: Any, leaves: Sequence[Any], name: str) -> list[Any]:
    """Return a vector's leaves, in the shapes and dtypes of what it multiplies."""
    parts, _ = flatten(vector)
    if len(parts) != len(leaves):
        raise ValueError(
            f"the vector of {name} has {len(parts)} parts, but what it multiplies has "
            f"{len(leaves)}; give it the same container"
        )
    if not LEAVES.issuperset(map(type, (*parts, *leaves))):
        check_together((*parts, *leaves), f"{name}, with its vector,")
    pairs = zip(parts, leaves, strict=True)
    return [_matching(part, leaf, name) for part, leaf in pairs]


def _matching(part: Any, leaf: Any, name: str) -> Any:
    where = f"the vector of {name}"
    part = promote(part, where)
    if shape(part) != shape(leaf):
        raise ValueError(
            f"{where} has shape {shape(part)}, but what it multiplies has shape "
            f"{shape(leaf)}"
        )
    if is_complex(part) and not is_complex(leaf):
        raise TypeError(f"{where} is complex, but what it multiplies is real")
    if is_number(part) and not is_number(leaf):
        part = given(part, leaf)  # what it multiplies is an array without axes
    if is_number(leaf) or part.dtype == leaf.dtype:
        return part
    return part.astype(leaf.dtype)


def scalar_output(output: Output, point: Point, name: str) -> Any:
    """Return f's one real number, or say what else it returned and what to use."""
    if len(output.leaves) == 1:
        (leaf,) = output.leaves
        if leaf.__class__ is float or leaf.__class__ is np.float64:
            return leaf
    f = getattr(point.f, "__name__", repr(point.f))
    if len(output.leaves) != 1:
        raise TypeError(
            f"{name} wants f to return one number, but {f} returned "
            f"{len(output.leaves)} values; use jacobian, or has_aux=True for the rest"
        )
    (leaf,) = output.leaves
    if size(leaf) != 1:
        raise TypeError(
            f"{name} wants f to return one number, but {f} returned an array of shape "
            f"{shape(leaf)}; use jacobian, or reduce it with np.sum"
        )
    if is_complex(leaf):
        raise TypeError(
            f"{name} wants f to return a real number, but {f} returned a complex one; "
            "use np.real(...) or np.abs(...), or jacobian for a holomorphic f"
        )
    if isinstance(leaf, bool) or getattr(leaf, "dtype", None) == np.bool_:
        raise TypeError(
            f"{name} wants f to return a number, but {f} returned a bool: comparisons "
            "have no derivative"
        )
    return leaf


def private(leaf: Any) -> Any:
    """Return a leaf that the user may write into, though a pullback remembers it."""
    return copied(leaf)


def size(leaf: Any) -> int:
    """Return the number of entries of a leaf."""
    return math.prod(shape(leaf))


def one_like(leaf: Any) -> Any:
    """Return ones of the shape and dtype of a leaf."""
    if is_number(leaf):
        plain = example(leaf)
        if isinstance(plain, np.generic):
            return plain.dtype.type(1)
        return 1.0 if is_plain(plain) else np.ones_like(plain)
    return np.ones_like(leaf)


def units(leaves: Sequence[Any], start: int, stop: int) -> list[Any]:
    """Return unit vectors, from that of entry start on, stacked: a part per leaf."""
    parts = []
    first = 0
    for leaf in leaves:
        count = size(leaf)
        dtype = getattr(leaf, "dtype", float)
        if is_at_hand(leaf):
            part = np.zeros((stop - start, count), dtype=dtype)
            rows = np.arange(max(start, first), min(stop, first + count))
            part[rows - start, rows - first] = 1
        else:
            rows = counted(stop - start, leaf)[:, None] + (start - first)
            part = (rows == counted(count, leaf)).astype(dtype)
        parts.append(part.reshape((stop - start, *shape(leaf))))
        first += count
    return parts


def checked_mode(mode: str) -> str:
    """Return the mode of a matrix operator, or say which there are."""
    if mode not in ("auto", "forward", "reverse"):
        raise ValueError(f'mode must be "auto", "forward" or "reverse", not {mode!r}')
    return mode


def checked_chunk(chunk_size: int | None) -> int | None:
    """Return how many directions to carry at once, or say that it must be positive."""
    if chunk_size is not None and chunk_size < 1:
        raise ValueError(f"chunk_size must be at least 1, not {chunk_size}")
    return chunk_size


def zero_like(leaf: Any) -> Any:
    """Return zeros of the shape and dtype of a leaf."""
    if not is_number(leaf):
        return np.zeros_like(leaf)
    plain = example(leaf)
    if not is_plain(plain):
        return np.zeros_like(plain)
    dtype = getattr(plain, "dtype", None)
    if dtype is not None and dtype.kind in "fc" and dtype != np.float64:
        return dtype.type(0)
    return 0j if is_complex(leaf) else 0.0
