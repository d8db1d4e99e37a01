"""Tracked values that remember their roots (see `roots`), and go their own way."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain
from diffops.primitive import Primitive
from diffops.tags import Level, Tracked, belongs, orders_of, strip
from diffops.values.branches import Call, of_entries, of_product, of_sum
from diffops.values.entries import MOVING, SUMMING, of_places, of_products, of_totals
from diffops.values.roots import Root, Split, anywhere
from diffops.values.views import link_view


class Rooted(Tracked):
    """Mixed into a class of tracked values that remember their parts."""

    __slots__ = ()
    smooth: type[Any]
    split: Split

    def left(self) -> Any:
        """Return the value as it leaves its level, with what it has of the parts."""
        return self._turned(super().left(), lambda part: _without(part, self.level))

    def opened(self, members: Callable[[Any], Any]) -> Any:
        """Return all members of a batch, which ``members`` makes of the parts."""
        return self._turned(
            self.primal, lambda part: () if isinstance(part, tuple) else members(part)
        )

    def _turned(self, value: Any, turn: Callable[[Any], Any]) -> Any:
        """Return a value with all parts turned into those of another level."""
        if not hasattr(self, "split"):
            return value
        even, odds = self.split
        turned = {}
        for root, odd in odds.items():
            steep = None if root.steep is None else turn(root.steep)
            inner = Root(turn(root.square), steep, turn(root.origin))
            if inner.terms():
                turned[inner] = turn(odd)
        return _with_parts(value, None if even is None else turn(even), turned)

    def through(
        self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Run a primitive on values of which this one has roots."""
        plain = [_smooth(arg) for arg in args]
        splits = list(map(_split_of, args))
        rule = _rule_of(primitive) if any(splits) else None
        if rule is None:
            y, even, odds = primitive(*plain, **params), None, {}
        else:
            y, even, odds = rule(Call(primitive, plain, splits, params))
        if primitive.view:
            link_view(args[0], y, primitive, params)
        return _with_parts(y, even, odds)


def _rule_of(primitive: Primitive) -> Callable[[Call], Any] | None:
    if primitive.partials:
        if primitive.name == "multiply":
            return of_product
        linear = all(isinstance(partial, int) for partial in primitive.partials)
        return of_sum if linear else of_entries
    if primitive.name in MOVING:
        return of_places
    if primitive.name in SUMMING:
        return of_totals
    return of_products if primitive.name in ("matmul", "contract") else None


def as_root(
    value: Any,
    square: Callable[[], Any],
    origin: tuple[Any, ...] = (),
    *,
    steep: bool = False,
    where: Any = None,
    sign: Any = 1.0,
) -> Any:
    """Return a value as one that knows the square of the root that it has.

    It is ``c + sign * √(square())`` where the root vanishes, for a constant c: where
    the value itself does, if ``where`` does not say else.
    """
    if orders_of(value) < (1 if steep else 2):
        return value
    plain = strip(value)
    if where is None:
        where = np.equal(plain, 0)
    if not anywhere(where):
        return value
    even, odds = _split_of(value) or Split(None, {})
    value = _smooth(value)
    s = even_part(square())
    root = None
    if value.shape or not is_plain(where):
        s = np.where(where, s, 0.0)[()]
        sign = np.where(where, sign, 0.0).astype(value.dtype)[()]
    elif type(sign) is float and hasattr(plain, "dtype"):
        sign = plain.dtype.type(sign)
    if steep:
        even = np.where(where, plain, value if even is None else even)
        even = even if value.shape else plain
        root = (value - even) * sign
    return _with_parts(value, even, {**odds, Root(s, root, origin): sign})


def even_part(value: Any) -> Any:
    """Return what both branches of all roots in a value have in common."""
    split = _split_of(value)
    if split is None or split.even is None:
        return _smooth(value)
    return split.even


def _split_of(value: Any) -> Split | None:
    """Return the parts of a value whose differentiations still run."""
    if isinstance(value, Rooted) and value.level.running:
        return getattr(value, "split", None)
    return None


def _without(part: Any, level: Level) -> Any:
    """Return a part as an older level knows it."""
    if isinstance(part, tuple):
        return tuple(_without(item, level) for item in part)
    return part.left() if belongs(part, level) else part


def _smooth(value: Any) -> Any:
    """Return a value as one that has no roots."""
    if not isinstance(value, Rooted):
        return value
    same: Any = value.smooth()
    same.level = value.level
    same.primal = value.primal
    same.carry = value.carry
    return same


def _with_parts(value: Any, even: Any, odds: dict[Root, Any]) -> Any:
    """Return a value that remembers its parts, if it has any odd one."""
    odds = {root: odd for root, odd in odds.items() if anywhere(odd)}
    if not odds or not isinstance(value, Tracked):
        return value
    kind: Any = _class_of(type(value))  # type: ignore[arg-type]
    result: Any = value
    if hasattr(value, "__weakref__"):
        value.__class__ = kind
    else:
        result = kind()
        result.level = value.level
        result.primal = value.primal
        result.carry = value.carry
    result.split = Split(even, odds)
    return result


@cache
def _class_of(smooth: Any) -> type:
    """Return the class of values with roots, without the inline paths of their mode."""
    shared = next(
        kind for kind in smooth.__mro__ if kind.__module__.startswith("diffops.values")
    )
    methods = {name: getattr(shared, name) for name in _INLINE if hasattr(shared, name)}
    slots = () if hasattr(smooth, "split") else ("split",)
    return type(
        f"{smooth.__name__}Root",
        (Rooted, smooth),
        {**methods, "__slots__": slots, "smooth": smooth},
    )


_INLINE = (
    "__array_ufunc__",
    "__getitem__",
    "__neg__",
    "__pow__",
    *(f"__{name}__" for name in ("add", "sub", "mul", "truediv")),
    *(f"__r{name}__" for name in ("add", "sub", "mul", "truediv")),
)
