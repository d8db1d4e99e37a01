"""Padding: what np.pad puts around an array, one axis after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.engines.creating import beside, given
from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt, implements, tracked_in
from diffops.rules._batch_shapes import surrounding
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import linear
from diffops.tags import example

Pairs = tuple[tuple[int, int], ...]


def surround(x: Any, widths: Pairs) -> Any:
    """Return an array with zeros around it."""
    return np.pad(x, widths or 0)


def _inner(g: Any, shape: tuple[int, ...], widths: Pairs) -> Any:
    if not shape:
        return g
    return g[tuple(slice(w[0], w[0] + n) for w, n in zip(widths, shape, strict=True))]


surround_ = linear(surround, _inner, batch=surrounding)

_STATISTICS: dict[str, Callable[..., Any]] = {
    "maximum": np.max,
    "mean": np.mean,
    "median": np.median,
    "minimum": np.min,
}


@implements(np.pad)
def pad(
    array: Any,
    pad_width: Any,
    mode: Any = "constant",
    *,
    constant_values: Any = 0,
    end_values: Any = 0,
    stat_length: Any = None,
    reflect_type: str = "even",
) -> Any:
    """Extend an array along its axes by what the mode says."""
    array = adopt(array)
    widths = _widths(pad_width, np.ndim(array))
    if mode == "empty" or (mode == "constant" and not tracked_in([constant_values])):
        around = surround_(array, widths=widths)
        if mode == "empty" or not np.any(constant_values):
            return around
        zeros = np.zeros_like(example(array))
        return around + np.pad(zeros, widths, constant_values=constant_values)
    ends = constant_values if mode == "constant" else end_values
    ends = np.broadcast_to(adopt(ends), (len(widths), 2))
    lengths = np.broadcast_to(stat_length, (len(widths), 2))
    for axis, width in enumerate(widths):
        if width == (0, 0):
            continue
        if mode in ("edge", "wrap") or (
            mode in ("reflect", "symmetric") and reflect_type == "even"
        ):
            places = np.pad(np.arange(shape_of(array)[axis]), width, mode)
            array = np.take(array, places, axis)
            continue
        if mode == "constant":
            before, after = _constants(array, axis, width, ends[axis])
        elif mode == "linear_ramp":
            before, after = _ramps(array, axis, width, ends[axis])
        elif mode in _STATISTICS:
            statistic = _STATISTICS[mode]
            before, after = _statistics(array, axis, width, lengths[axis], statistic)
        elif mode in ("reflect", "symmetric"):
            before, after = _odd_reflections(array, axis, width, mode)
        else:
            raise _unknown(mode)
        dtype = array.dtype
        array = np.concatenate([before.astype(dtype), array, after.astype(dtype)], axis)
    return array


def _unknown(mode: Any) -> Exception:
    if not callable(mode):
        return ValueError(f"mode '{mode}' is not supported")
    return NoDerivativeError(
        f"np.pad with a function as its mode{at_user_line()} writes into plain arrays; "
        "build the padded array with np.concatenate"
    )


def _widths(pad_width: Any, ndim: int) -> Pairs:
    if isinstance(pad_width, dict):
        pairs = np.zeros((ndim, 2), dtype=int)
        for axis, width in pad_width.items():
            pairs[axis] = width
    else:
        pairs = np.broadcast_to(np.asarray(pad_width), (ndim, 2))
    if (pairs < 0).any():
        raise ValueError("index can't contain negative values")
    return tuple((int(before), int(after)) for before, after in pairs)


def _side(array: Any, axis: int, start: int | None, stop: int | None) -> Any:
    """Return the slices of an array from start to stop along an axis."""
    return array[(slice(None),) * axis + (slice(start, stop),)]


def _filled(value: Any, array: Any, axis: int, width: int) -> Any:
    """Repeat a value to a block as wide as the padding."""
    shape = shape_of(array)
    value = beside(value, array)
    return np.broadcast_to(value, (*shape[:axis], width, *shape[axis + 1 :]))


def _constants(array: Any, axis: int, width: tuple[int, int], ends: Any) -> list[Any]:
    return [_filled(ends[i], array, axis, width[i]) for i in (0, 1)]


def _ramps(array: Any, axis: int, width: tuple[int, int], ends: Any) -> list[Any]:
    """Go from the end values to the edges of the array, in equal steps."""
    ramps = []
    for i, edge in enumerate((_side(array, axis, 0, 1), _side(array, axis, -1, None))):
        edge = np.squeeze(edge, axis)
        ramps.append(
            np.linspace(
                beside(ends[i], edge), edge, width[i], endpoint=False, axis=axis
            )
        )
    return [ramps[0], np.flip(ramps[1], axis)]


def _statistics(
    array: Any,
    axis: int,
    width: tuple[int, int],
    lengths: Any,
    statistic: Callable[..., Any],
) -> list[Any]:
    """Repeat a statistic of the entries next to each edge, or of all."""
    size = shape_of(array)[axis]
    first, last = (size if n is None else min(int(n), size) for n in lengths)
    sides = _side(array, axis, 0, first), _side(array, axis, size - last, size)
    return [
        _filled(statistic(side, axis=axis, keepdims=True), array, axis, width[i])
        for i, side in enumerate(sides)
    ]


def _odd_reflections(
    array: Any, axis: int, width: tuple[int, int], mode: Any
) -> list[Any]:
    """Reflect at the points of the edges; NumPy does it to the unit vectors."""
    size = shape_of(array)[axis]
    rows = np.pad(np.eye(size), (width, (0, 0)), mode, reflect_type="odd")
    rows = given(rows, array)
    return [
        np.moveaxis(np.tensordot(part, array, (1, axis)), 0, axis)
        for part in (rows[: width[0]], rows[width[0] + size :])
    ]
