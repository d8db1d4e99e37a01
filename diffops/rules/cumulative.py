"""Running sums and products along an axis, and the recurrence behind the latter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.creating import zeros
from diffops.primitive import adopt, implements
from diffops.rules._batches import along
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import general, linear
from diffops.tags import example


def _along(axis: int, part: slice) -> tuple[slice, ...]:
    return (slice(None),) * axis + (part,)


def first_slice(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    """Return the shape of the first entries along an axis."""
    return shape[:axis] + (min(shape[axis], 1),) + shape[axis + 1 :]


def shifted(x: Any, axis: int, first: float) -> Any:
    """Move the entries one place on, after a first one; the last falls out."""
    start = zeros(first_slice(shape_of(x), axis), like=example(x)) + first
    return np.concatenate([start, x[_along(axis, slice(-1))]], axis=axis)


def _advanced(x: Any, axis: int) -> Any:
    """Move the entries one place back; the last one stays."""
    ends = (_along(axis, slice(1, None)), _along(axis, slice(-1, None)))
    return np.concatenate([x[end] for end in ends], axis=axis)


def _backwards(function: Callable[..., Any], *arrays: Any, axis: int) -> Any:
    flipped = [np.flip(array, axis) for array in arrays]
    return np.flip(function(*flipped, axis=axis), axis)


cumsum = linear(
    np.cumsum,
    transpose=lambda g, shape, axis: _backwards(np.cumsum, g, axis=axis),
    batch=along,
)


def recurrence(a: Any, b: Any, axis: int) -> Any:
    """Return s with ``s[k] = a[k] * s[k-1] + b[k]`` along an axis; a[0] is not used."""
    a, b = np.moveaxis(a, axis, 0), np.moveaxis(b, axis, 0)
    s = np.empty_like(b, dtype=np.result_type(a, b))
    for k in range(len(s)):
        s[k] = a[k] * s[k - 1] + b[k] if k else b[k]
    return np.moveaxis(s, 0, axis)


def _pushforward_recurrence(
    y: Any, args: Sequence[Any], tangents: Sequence[Any], axis: int
) -> Any:
    a, _ = args
    change, source = tangents
    if change is not None:
        drift = change * shifted(y, axis, 0.0)
        source = drift if source is None else source + drift
    return recurrence_(a, source, axis=axis)


def _pullback_source(g: Any, y: Any, a: Any, b: Any, axis: int) -> Any:
    """Run the recurrence backwards: an entry feeds the next one through its factor."""
    return _backwards(recurrence_, _advanced(a, axis), g, axis=axis)


def _pullback_factor(g: Any, y: Any, a: Any, b: Any, axis: int) -> Any:
    return _pullback_source(g, y, a, b, axis) * shifted(y, axis, 0.0)


recurrence_ = general(
    recurrence,
    _pushforward_recurrence,
    _pullback_factor,
    _pullback_source,
    batch=along,
)


def _pushforward_cumprod(
    y: Any, args: Sequence[Any], tangents: Sequence[Any], axis: int
) -> Any:
    source = tangents[0] * shifted(y, axis, 1.0)
    return recurrence_(args[0], source, axis=axis)


def _pullback_cumprod(g: Any, y: Any, x: Any, axis: int) -> Any:
    back = _backwards(recurrence_, _advanced(x, axis), g, axis=axis)
    return back * shifted(y, axis, 1.0)


cumprod = general(np.cumprod, _pushforward_cumprod, _pullback_cumprod, batch=along)


def _enter(
    primitive: Callable[..., Any],
    function: Callable[..., Any],
    blind: Callable[..., Any],
    cumulative: Callable[..., Any],
    neutral: float,
) -> None:
    """Enter a running reduction, its NaN-blind kin and its array-API namesake."""

    def run(a: Any, axis: Any = None, dtype: Any = None, out: None = None) -> Any:
        a = adopt(a)
        if dtype is not None:
            a = a.astype(dtype)
        ndim = np.ndim(a)
        if axis is None or not ndim:
            return primitive(a if ndim == 1 else np.ravel(a), axis=0)
        return primitive(a, axis=np.lib.array_utils.normalize_axis_index(axis, ndim))

    def run_blind(a: Any, axis: Any = None, dtype: Any = None, out: None = None) -> Any:
        a = adopt(a)
        return run(np.where(np.isnan(a), neutral, a), axis, dtype)

    def run_from_start(
        x: Any,
        /,
        *,
        axis: Any = None,
        dtype: Any = None,
        out: None = None,
        include_initial: bool = False,
    ) -> Any:
        x = adopt(x)
        if axis is None and np.ndim(x) != 1:
            raise ValueError("an array of several axes wants axis=")
        y = run(x, axis, dtype)
        if not include_initial:
            return y
        axis = (axis or 0) % np.ndim(y)
        shape = shape_of(y)
        start = (
            zeros(shape[:axis] + (1,) + shape[axis + 1 :], like=example(y)) + neutral
        )
        return np.concatenate([start, y], axis=axis)

    implements(function)(run)
    implements(blind)(run_blind)
    implements(cumulative)(run_from_start)


_enter(cumsum, np.cumsum, np.nancumsum, np.cumulative_sum, 0.0)
_enter(cumprod, np.cumprod, np.nancumprod, np.cumulative_prod, 1.0)
