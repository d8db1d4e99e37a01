"""Making arrays: beside a tracked one, from tracked numbers, and in regular steps.

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
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import add, jointly_linear
from diffops.tags import Tracked, strip


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


beside_ = add(Primitive(beside, _pushforward_beside, _pullback_beside))


def _tracked_beside(x: Any, array: Any) -> Any:
    """Track a new array, unless it is one of integers or a tracked one already."""
    if isinstance(array, Tracked) or array.dtype.kind not in "fc":
        return array
    return beside_(x, array=array)


def _resembling(function: Callable[..., Any]) -> None:
    """Enter a function that makes an array of the shape and dtype of another."""

    @implements(function)
    def resembling(a: Any, *args: Any, **kwargs: Any) -> Any:
        return _tracked_beside(a, function(strip(a), *args, **kwargs))


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
    array = np.full_like(strip(a), fill_value, dtype=dtype, order=order, shape=shape)
    return _tracked_beside(a, array)


def _library(like: Any) -> dict[str, Any]:
    """Return what makes NumPy create an array of the same library as another."""
    plain = strip(like)
    return {"like": plain} if hasattr(plain, "__len__") else {}


def _creating(*functions: Callable[..., Any]) -> Callable[..., Any]:
    """Enter an entry for functions that take ``like=``, which is passed to it."""
    creators.update(functions)
    return implements(*functions)


def _from_nothing(function: Callable[..., Any]) -> None:
    """Enter a function that makes an array from its shape, or from a file."""

    @_creating(function)
    def created(*args: Any, like: Any, **kwargs: Any) -> Any:
        return _tracked_beside(like, function(*args, **kwargs, **_library(like)))


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


@_creating(np.full)
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
    array = np.full(shape, fill_value, dtype, order, **_library(like))
    return _tracked_beside(like, array)


def _converting(function: Callable[..., Any], copy: bool) -> None:
    """Enter a function that makes an array of numbers, lists or arrays."""

    @_creating(function)
    def converted(
        a: Any, dtype: Any = None, *args: Any, like: Any, **kwargs: Any
    ) -> Any:
        if not tracked_in([a]):
            array = function(a, dtype, *args, **kwargs, **_library(like))
            return _tracked_beside(like, array)
        copied = copy and isinstance(a, Tracked) and kwargs.get("copy", True)
        a = np.copy(a) if copied else adopt(a)
        if dtype is not None:
            a = np.astype(a, dtype, copy=False)
        missing = kwargs.get("ndmin", 0) - np.ndim(a)
        return np.reshape(a, (1,) * missing + shape_of(a))


_converting(np.array, copy=True)
for _name in (np.asarray, np.asanyarray, np.require):
    _converting(_name, copy=False)


def _laying_out(function: Callable[..., Any], order: Any) -> None:
    """Enter a function that returns an array itself if its memory is in order."""

    @_creating(function)
    def laid_out(a: Any, dtype: Any = None, *, like: Any) -> Any:
        if not tracked_in([a]):
            return _tracked_beside(like, function(a, dtype, **_library(like)))
        a = np.atleast_1d(adopt(a))
        if dtype is not None:
            a = np.astype(a, dtype, copy=False)
        flags = strip(a).flags
        ready = flags.c_contiguous if order == "C" else flags.f_contiguous
        return a if ready else np.copy(a, order=order)


_laying_out(np.ascontiguousarray, "C")
_laying_out(np.asfortranarray, "F")


@_creating(np.arange)
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
        array = np.arange(start, stop, step, dtype=dtype, **_library(like))
        return _tracked_beside(like, array)
    first, last = (0, start) if stop is None else (start, stop)
    step = 1 if step is None else step
    count = np.arange(strip(first), strip(last), strip(step)).size
    y = first + step * np.arange(count)
    return y if dtype is None else np.astype(y, dtype)


def _weigh_steps(
    g: Any, index: int, shapes: Any, num: int, endpoint: bool, axis: int
) -> Any:
    """Give each end its share of the cotangent of every step."""
    share = np.arange(num) / max(num - 1 if endpoint else num, 1)
    return np.sum(np.moveaxis(g, axis, -1) * (share if index else 1 - share), axis=-1)


linspace_ = jointly_linear(np.linspace, _weigh_steps)


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
        y = np.astype(y, dtype)
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
    start, stop, base = adopt(start), adopt(stop), adopt(base)
    if np.ndim(base):
        start, stop, base = np.broadcast_arrays(start, stop, base)
        base = np.expand_dims(base, axis)
    y = np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))
    return y if dtype is None else np.astype(y, dtype)


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
    return y if dtype is None else np.astype(y, dtype)


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
