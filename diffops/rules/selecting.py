"""Choosing between values by a condition, an index or an interval."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from diffops.engines.arrays import keep
from diffops.index import update
from diffops.primitive import Primitive, Pull, adopt, implements, table
from diffops.rules._arguments import whole
from diffops.rules._batch_indexing import choosing
from diffops.rules._fitting import fit, likeness, shape_of, spread
from diffops.rules._kinds import add
from diffops.tags import strip


def chosen(a: Any, b: Any, condition: Any) -> Any:
    """Return a where a condition holds, else b; a number if all of them are."""
    y = np.where(condition, a, b)
    return y if y.shape else y[()]


def _pushforward_chosen(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    a, b = (0.0 if tangent is None else tangent for tangent in tangents)
    return spread(choose_by(a, b, **params), y)


def _pullback_chosen(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    condition = keep(params["condition"])
    likes = [(i, likeness(args[i])) for i in wrt]

    def pull(g: Any) -> list[Any]:
        """Select, and never multiply by the mask: 0 times an infinity is not 0."""
        return [
            fit(choose_by(*((0.0, g) if i else (g, 0.0)), condition=condition), like)
            for i, like in likes
        ]

    return pull


choose_by = add(
    Primitive(chosen, _pushforward_chosen, _pullback_chosen, batch=choosing, keyed=True)
)


def plain(value: Any) -> Any:
    """Return a condition, of which the value alone counts, without its levels."""
    return strip(adopt(value))


@implements(np.where)
def where(condition: Any, *choices: Any) -> Any:
    """Return x where a condition holds, else y; without them the places it holds."""
    condition = plain(condition)
    if not choices:
        return np.nonzero(condition)
    a, b = choices
    return choose_by(a, b, condition=condition)


@implements(np.select)
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """Return for each entry the first choice whose condition holds."""
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    if not len(condlist):
        raise ValueError("select with an empty condition list is not possible")
    conditions = [plain(condition) for condition in condlist]
    if any(np.result_type(c).kind != "b" for c in conditions):
        raise TypeError("the conditions of select must be boolean arrays")
    cases = zip(conditions[::-1], list(choicelist)[::-1], strict=True)
    return reduce(lambda rest, case: np.where(case[0], case[1], rest), cases, default)


@implements(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """Evaluate each function on the entries where its condition holds."""
    x = adopt(x)
    single = np.isscalar(condlist) or (np.ndim(condlist[0]) == 0 and np.ndim(x) != 0)
    conditions = [_mask(c) for c in ([condlist] if single else condlist)]
    functions = list(funclist)
    if len(functions) == len(conditions) + 1:
        conditions.append(~reduce(np.logical_or, conditions))
    if len(functions) != len(conditions):
        raise ValueError(
            f"with {len(conditions)} condition(s), either {len(conditions)} or "
            f"{len(conditions) + 1} functions are expected"
        )
    entries = np.reshape(x, shape_of(x) or (1,))
    y = np.zeros_like(entries)
    for condition, function in zip(conditions, functions, strict=True):
        here = condition if np.ndim(x) else condition.reshape(1)
        if callable(function):
            if not here.any():
                continue
            function = function(entries[here], *args, **kw)
        y = table[update](y, function, key=here)
    return y if np.ndim(x) else y[0]


def _mask(condition: Any) -> Any:
    condition = condition if hasattr(condition, "dtype") else np.asarray(condition)
    return condition.astype(bool)


@implements(np.choose)
def choose(a: Any, choices: Any, mode: str = "raise") -> Any:
    """Return for each entry the choice of the number that stands in a."""
    last = len(choices) - 1
    index = whole(a, "the index of np.choose")
    index = index if hasattr(index, "dtype") else np.asarray(index)
    if mode == "wrap":
        index = index % (last + 1)
    elif mode == "clip":
        index = np.clip(index, 0, last)
    elif index.size and not 0 <= index.min() <= index.max() <= last:
        raise ValueError("invalid entry in choice array")
    cases = zip([index == i for i in range(last)], list(choices), strict=False)
    return reduce(
        lambda rest, case: np.where(case[0], case[1], rest), cases, choices[last]
    )


_MISSING = np._NoValue


@implements(np.clip)
def clip(
    a: Any,
    a_min: Any = _MISSING,
    a_max: Any = _MISSING,
    *,
    min: Any = _MISSING,
    max: Any = _MISSING,
    dtype: Any = None,
    casting: str = "same_kind",
) -> Any:
    """Return a between two bounds, with the derivatives of maximum and minimum."""
    low = _bound("min", a_min, min)
    high = _bound("max", a_max, max)
    a = adopt(a)
    if low is None and high is None:
        return np.copy(a)
    if low is not None:
        a = np.maximum(a, low)
    if high is not None:
        a = np.minimum(a, high)
    return a if dtype is None else a.astype(dtype)


def _bound(name: str, positional: Any, keyword: Any) -> Any:
    if positional is _MISSING:
        return None if keyword is _MISSING else keyword
    if keyword is not _MISSING:
        raise ValueError(f"np.clip takes a_{name} or {name}, not both")
    return positional


@implements(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    """Return the slices along an axis at which a condition holds."""
    return np.take(adopt(a), np.flatnonzero(plain(condition)), axis)


@implements(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    """Return the entries at which a condition holds, in one dimension."""
    return np.take(adopt(arr), np.flatnonzero(plain(condition)))


@implements(np.interp)
def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """Interpolate linearly; at an inner knot the slope is that of the right side."""
    x, xp, fp = _double(x), _double(xp), _double(fp)
    if period is not None:
        left = right = None
        x, xp, fp = _wrapped(x, xp, fp, abs(period))
    left = fp[0] if left is None else left
    right = fp[-1] if right is None else right
    here, knots = strip(x), strip(xp)
    pick = table[np.take]  # np.take itself does not ask an index for its mode
    last = len(knots) - 1
    i = np.clip(np.searchsorted(knots, here, side="right") - 1, 0, max(last - 1, 0))
    j = np.minimum(i + 1, last)
    left_knot, right_knot = pick(xp, i), pick(xp, j)
    width = right_knot - left_knot
    flat = strip(width) == 0
    low, high = pick(fp, i), pick(fp, j)
    slope = np.where(flat, 0.0, high - low) / np.where(flat, 1.0, width)
    y = np.where(flat, high, low) + slope * (x - left_knot)
    y = np.where(here < knots[0], left, y)
    return np.where(here > knots[-1], right, y)


def _double(value: Any) -> Any:
    """Return a value in the precision that NumPy interpolates in."""
    value = adopt(value)
    if not hasattr(value, "dtype"):
        return value
    return value.astype(np.promote_types(value.dtype, float), copy=False)


def _wrapped(x: Any, xp: Any, fp: Any, period: Any) -> tuple[Any, Any, Any]:
    """Bring everything into one period, and repeat the outermost knots beyond it."""
    x, xp = np.remainder(x, period), np.remainder(xp, period)
    order = np.argsort(xp)
    xp, fp = xp[order], fp[order]
    xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
    return x, xp, np.concatenate([fp[-1:], fp, fp[:1]])
