"""Bounds on the unknowns: SciPy's forms of them, and containers, as two vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.implicit._solution import Unknown, plain
from diffops.operators._tree import is_leaf
from diffops.primitive import adopt
from diffops.values.methods import shape_of as shape


class Limits:
    """Lower and upper bounds of all entries of the unknowns; they may be tracked."""

    def __init__(self, lower: Any, upper: Any, keep_feasible: Any = False) -> None:
        self.lower = lower
        self.upper = upper
        self.keep_feasible = keep_feasible

    def for_scipy(self) -> Any:
        """Return them as SciPy wants them."""
        from scipy.optimize import Bounds

        return Bounds(plain(self.lower), plain(self.upper), self.keep_feasible)


def limits_of(bounds: Any, x0: Any, unknown: Unknown) -> Limits | None:
    """Read the bounds of `minimize`: pairs, a container of pairs, or SciPy's Bounds."""
    if bounds is None:
        return None
    if hasattr(bounds, "lb") and hasattr(bounds, "ub"):
        lower, upper = (_filled(side, unknown.n) for side in (bounds.lb, bounds.ub))
        return Limits(lower, upper, getattr(bounds, "keep_feasible", False))
    if isinstance(bounds, dict) or not _are_pairs(bounds, unknown.n):
        return _by_leaf(bounds, x0, unknown)
    sides = [
        np.stack([_side(pair[i], infinite) for pair in bounds])
        for i, infinite in ((0, -np.inf), (1, np.inf))
    ]
    return Limits(*sides) if unknown.n else None


def sides_of(bounds: Any, unknown: Unknown) -> Limits:
    """Read the bounds of `least_squares`: a pair of lower and upper ones, or Bounds.

    Each is a number, a vector, or a container like the unknowns.
    """
    if hasattr(bounds, "lb") and hasattr(bounds, "ub"):
        bounds = bounds.lb, bounds.ub
    if len(bounds) != 2:
        raise ValueError(f"bounds must be a pair (lower, upper), not {len(bounds)}")
    return Limits(*(_filled(side, unknown.n) for side in bounds))


def _are_pairs(bounds: Any, n: int) -> bool:
    return len(bounds) == n and all(
        pair is not None and len(pair) == 2 and not any(map(_is_pair, pair))
        for pair in bounds
    )


def _is_pair(value: Any) -> bool:
    return isinstance(value, (tuple, list))


def _by_leaf(bounds: Any, x0: Any, unknown: Unknown) -> Limits:
    """Read a container like x0 with a pair, or None, in the place of each leaf."""
    import optree

    if is_leaf(x0):
        raise ValueError(
            f"bounds must hold one pair (lower, upper) for each of the {unknown.n} "
            "unknowns"
        )
    try:
        spec = optree.tree_structure(x0, namespace="diffops")
        pairs = spec.flatten_up_to(bounds)
    except ValueError as error:
        raise ValueError(f"bounds do not fit the container x0: {error}") from None
    lower, upper = [], []
    for pair, like in zip(pairs, unknown.start, strict=True):
        low, high = (None, None) if pair is None else pair
        lower.append(np.broadcast_to(_side(low, -np.inf), like.shape))
        upper.append(np.broadcast_to(_side(high, np.inf), like.shape))
    return Limits(unknown.vector(lower), unknown.vector(upper))


def _side(value: Any, infinite: float) -> Any:
    return infinite if value is None else adopt(value)


def _filled(side: Any, n: int) -> Any:
    """Return one side as a vector of n entries."""
    if not is_leaf(side) and not isinstance(side, Sequence):
        side = Unknown(side).vector(_leaves(side))
    side = adopt(side)
    if shape(side) not in ((), (1,), (n,)):
        raise ValueError(f"bounds of shape {shape(side)} do not fit {n} unknowns")
    return np.broadcast_to(side, (n,)) * 1.0


def _leaves(tree: Any) -> list[Any]:
    from diffops.operators._tree import flatten

    return [adopt(leaf) for leaf in flatten(tree)[0]]
