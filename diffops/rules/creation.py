"""Making arrays: beside a tracked one, and from tracked numbers.

``np.zeros_like(x)`` and ``np.zeros(3, like=x)`` do not depend on x, but they are
tracked: so tracked values can be written into them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.primitive import (
    Primitive,
    Pull,
    adopt,
    creators,
    implements,
    tracked_in,
)
from diffops.rules._batch_shapes import besides
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import add
from diffops.tags import Tracked, example


def beside(x: Any, array: Any) -> Any:
    """Return a new array that does not depend on x, but is tracked where x is."""
    return array


def _pushforward_beside(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    return np.zeros_like(params["array"])


def _pullback_beside(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    return lambda g: (None,)


beside_ = add(Primitive(beside, _pushforward_beside, _pullback_beside, batch=besides))


def tracked_beside(x: Any, array: Any) -> Any:
    """Track a new array, unless it is one of integers or a tracked one already."""
    if isinstance(array, Tracked) or array.dtype.kind not in "fc":
        return array
    return beside_(x, array=array)


def _resembling(function: Callable[..., Any]) -> None:
    """Enter a function that makes an array of the shape and dtype of another."""

    @implements(function)
    def resembling(a: Any, *args: Any, **kwargs: Any) -> Any:
        return tracked_beside(a, function(example(a), *args, **kwargs))


_resembling(np.zeros_like)
_resembling(np.ones_like)
_resembling(np.empty_like)


def _full(value: Any, shape: Any, dtype: Any) -> Any:
    """Return a new array that repeats a tracked value."""
    value = adopt(value)
    shape = tuple(shape) if np.ndim(shape) else (shape,)
    return np.copy(np.broadcast_to(value.astype(dtype), shape))


@implements(np.full_like)
def full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: Any = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Any = None,
) -> Any:
    """Return an array of the shape and dtype of another, filled with a value."""
    if tracked_in([fill_value]):
        shape = shape_of(a) if shape is None else shape
        return _full(fill_value, shape, a.dtype if dtype is None else dtype)
    array = np.full_like(example(a), fill_value, dtype=dtype, order=order, shape=shape)
    return tracked_beside(a, array)


def library(like: Any) -> dict[str, Any]:
    """Return what makes NumPy create an array of the same library as another."""
    plain = example(like)
    return {"like": plain} if hasattr(plain, "__len__") else {}


def creating(*functions: Callable[..., Any]) -> Callable[..., Any]:
    """Enter an entry for functions that take ``like=``, which is passed to it."""
    creators.update(functions)
    return implements(*functions)


def _from_nothing(function: Callable[..., Any]) -> None:
    """Enter a function that makes an array from its shape, or from a file."""

    @creating(function)
    def created(*args: Any, like: Any, **kwargs: Any) -> Any:
        return tracked_beside(like, function(*args, **kwargs, **library(like)))


for _function in (
    np.zeros,
    np.ones,
    np.empty,
    np.eye,
    np.identity,
    np.tri,
    np.frombuffer,
    np.fromfile,
    np.fromfunction,
    np.fromiter,
    np.fromstring,
    np.genfromtxt,
    np.loadtxt,
):
    _from_nothing(_function)


@creating(np.full)
def full(
    shape: Any,
    fill_value: Any,
    dtype: Any = None,
    order: Any = "C",
    *,
    like: Any,
    device: Any = None,
) -> Any:
    """Return an array filled with a value."""
    if tracked_in([fill_value]):
        value = adopt(fill_value)
        return _full(value, shape, value.dtype if dtype is None else dtype)
    array = np.full(shape, fill_value, dtype, order, **library(like))
    return tracked_beside(like, array)


def _converting(function: Callable[..., Any], copy: bool) -> None:
    """Enter a function that makes an array of numbers, lists or arrays."""

    @creating(function)
    def converted(
        a: Any = None, dtype: Any = None, *args: Any, like: Any, **kwargs: Any
    ) -> Any:
        a = kwargs.pop("object", a)  # what np.array calls it
        if not tracked_in([a]):
            array = function(a, dtype, *args, **kwargs, **library(like))
            return tracked_beside(like, array)
        copied = copy and isinstance(a, Tracked) and kwargs.get("copy", True)
        a = np.copy(a) if copied else adopt(a)
        if dtype is not None:
            a = a.astype(dtype, copy=False)
        missing = kwargs.get("ndmin", 0) - np.ndim(a)
        return np.reshape(a, (1,) * missing + shape_of(a))


_converting(np.array, copy=True)
for _name in (np.asarray, np.asanyarray, np.require):
    _converting(_name, copy=False)


def _laying_out(function: Callable[..., Any], order: Any) -> None:
    """Enter a function that returns an array itself if its memory is in order."""

    @creating(function)
    def laid_out(a: Any, dtype: Any = None, *, like: Any) -> Any:
        if not tracked_in([a]):
            return tracked_beside(like, function(a, dtype, **library(like)))
        a = np.atleast_1d(adopt(a))
        if dtype is not None:
            a = a.astype(dtype, copy=False)
        flags = example(a).flags
        ready = flags.c_contiguous if order == "C" else flags.f_contiguous
        return a if ready else np.copy(a, order=order)


_laying_out(np.ascontiguousarray, "C")
_laying_out(np.asfortranarray, "F")
