"""Roots that vanish: a kink that is smooth where it is squared.

At its kink a root r = √s has two branches, ±r. A function f(e + o r) is the sum of an
even part, a power series in s that both branches share, and an odd part, whose sign
they change. So values there remember both parts (`branches` computes with them), and
``np.linalg.norm(x) ** 2``, ``np.cos(np.hypot(x, y))`` and ``(1 + r) * np.exp(-r)`` have
their true derivatives at 0, to every order, where the chain rule would multiply the
slope of a kink by 0.

Where s is a sum of squares, the derivative of an odd part is taken to be 0, the mean of
both branches. Where s is not, as under the √x at 0, it is infinite: the root is steep.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from diffops.engines.arrays import is_plain, keep
from diffops.engines.loading import engine_of, perhaps_any
from diffops.tags import Tracked, orders_of, strip


class Root:
    """A root: its square where it vanishes (0 elsewhere), and what it was made from.

    A steep one is also kept as a value, for the sake of its slope.
    """

    __slots__ = ("origin", "square", "steep")

    def __init__(self, square: Any, steep: Any, origin: tuple[Any, ...]) -> None:
        self.square = square
        self.steep = steep
        self.origin = tuple(map(keep, origin))

    def terms(self) -> int:
        """Return the highest power of the square that derivatives depend on."""
        orders = orders_of(self.square)
        return orders // 2 if self.steep is None else orders

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Root)
            and bool(self.origin)
            and same(self.origin, other.origin)
        )

    def __hash__(self) -> int:
        return hash(self.origin[0]) if self.origin else id(self)


class Split(NamedTuple):
    """The parts of a value: the even one, None for the value itself, and the odd ones.

    These are numbers, or arrays of the shape of the value, by the root that they go
    with: ``value = even + Σ odds[root] * root``.
    """

    even: Any
    odds: dict[Root, Any]


def anywhere(value: Any) -> bool:
    """Tell whether a value may be other than zero in some entry."""
    while isinstance(value, Tracked):
        if not value.level.keeps:
            return True
        value = strip(value.primal)
    return perhaps_any(value)


def same(a: Any, b: Any) -> bool:
    """Tell whether two values are the same to every differentiation."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, Tracked):
        return (
            a.level is b.level
            and same(a.primal, b.primal)
            and (same(a.carry, b.carry) or a.level.twins(a.carry, b.carry, same))
        )
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(same, a, b))
    if is_plain(a):
        return np.shape(a) == np.shape(b) and bool(np.all(a == b))
    if isinstance(a, (str, slice, Root)):
        return a == b
    engine = engine_of(a)
    return engine is not None and engine.same(a, b)
