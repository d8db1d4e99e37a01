"""Reductions of logaddexp, which is log Σ exp, and of hypot: all entries at once.

Both functions are symmetric in any number of arguments, and so have derivatives that
need no order: each entry's share of the sum, and the direction of the vector.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.primitive import adopt, implements
from diffops.rules._batches import reducing
from diffops.rules._constant import deep_strip
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import general
from diffops.rules._kinks import knowing_square
from diffops.rules.reductions import restore
from diffops.rules.ufunc_methods import reduce as fold

Share = Callable[[Any, Any], Any]


def _reduction(ufunc: np.ufunc, share: Share) -> Callable[..., Any]:
    """Make a primitive of ``ufunc.reduce``; ``share(x, y)`` are its partials."""

    def reduce(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return ufunc.reduce(x, axis=axis, keepdims=keepdims)

    def pushforward(
        y: Any, args: Sequence[Any], tangents: Sequence[Any], **options: Any
    ) -> Any:
        (x,) = args
        slope = share(x, restore(y, shape_of(x), **_where(options)))
        return np.sum(slope * tangents[0], **options)

    def pullback(g: Any, y: Any, x: Any, **options: Any) -> Any:
        place = _where(options)
        slope = share(x, restore(y, shape_of(x), **place))
        return restore(g, shape_of(x), **place) * slope

    reduce.__name__ = f"{ufunc.__name__}_reduce"
    return general(reduce, pushforward, pullback, batch=reducing)


def _where(options: dict[str, Any]) -> dict[str, Any]:
    return {"axis": None, "keepdims": False, **options}


def _exponential_share(exp: Callable[..., Any]) -> Share:
    """Return exp(x − y), made to add up to 1 where rounding of a large y forbids it.

    Infinite sums are shared by the infinite terms; by all, as of two, if all are −∞.
    """

    def share(x: Any, y: Any) -> Any:
        tie = np.equal(x, y) & np.isinf(y)
        weights = exp(np.where(tie, 0.0, x) - np.where(tie, 0.0, y))
        return weights / np.sum(weights, axis=_reduced(x, y), keepdims=True)

    return share


def _reduced(x: Any, y: Any) -> tuple[int, ...]:
    """Return the axes along which x was reduced to y."""
    pairs = zip(shape_of(x), shape_of(y) or (1,) * len(shape_of(x)), strict=True)
    return tuple(i for i, (n, m) in enumerate(pairs) if m == 1 != n)


def _direction(x: Any, y: Any) -> Any:
    """Return x / y, and 0 at the kink where all entries are 0."""
    return x / np.where(np.equal(y, 0), 1.0, y)


logaddexp_ = _reduction(np.logaddexp, _exponential_share(np.exp))
logaddexp2_ = _reduction(np.logaddexp2, _exponential_share(np.exp2))
hypot_ = _reduction(np.hypot, _direction)


def _enter(ufunc: np.ufunc, primitive: Callable[..., Any], neutral: float) -> None:
    @implements(ufunc.reduce)
    def reduce(
        array: Any,
        axis: Any = 0,
        dtype: Any = None,
        keepdims: bool = False,
        initial: Any = np._NoValue,
        where: Any = True,
    ) -> Any:
        if initial is None:  # begin with the first entry, not with the neutral one
            return fold(ufunc, array, axis, dtype, keepdims, None, where)
        array = adopt(array)
        if dtype is not None:
            array = array.astype(dtype)
        if where is not True:
            array = np.where(deep_strip(where), array, neutral)
        if not shape_of(array):
            axis = None
        y = primitive(array, axis=axis, keepdims=keepdims)
        return y if initial is np._NoValue else ufunc(y, initial)


def _hypot_of(x: Any, axis: Any, keepdims: bool) -> Any:
    y = hypot_(x, axis=axis, keepdims=keepdims)
    return knowing_square(y, lambda: np.sum(x * x, axis=axis, keepdims=keepdims))


_enter(np.logaddexp, logaddexp_, -math.inf)
_enter(np.logaddexp2, logaddexp2_, -math.inf)
_enter(np.hypot, _hypot_of, 0.0)
