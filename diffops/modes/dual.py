"""Forward mode: dual numbers, whose carry is the tangent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.primitive import ONE, Primitive
from diffops.tags import Level, Tracked
from diffops.values.array import ArrayValue
from diffops.values.inline import PLAIN
from diffops.values.scalar import ScalarValue, is_number
from diffops.values.views import link_view

_new = object.__new__


class ScalarDual(ScalarValue):
    """A number and its tangent."""

    __slots__ = ()


class ArrayDual(ArrayValue):
    """An array and its tangent, an array of the same shape."""

    __slots__ = ()


class Forward(Level):
    """One forward-mode differentiation."""

    __slots__ = ()

    def dual(self, primal: Any, tangent: Any) -> Tracked:
        """Track a value along a tangent."""
        value: Tracked = ScalarDual() if is_number(primal) else ArrayDual()
        value.level = self
        value.primal = primal
        value.carry = tangent
        return value

    def apply(
        self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Run a primitive on the primals, and its pushforward on the tangents."""
        primals: list[Any] = []
        tangents: list[Any] = []
        for arg in args:
            if isinstance(arg, Tracked) and arg.level is self:
                primals.append(arg.primal)
                tangents.append(arg.carry)
            else:
                primals.append(arg)
                tangents.append(None)
        y = primitive(*primals, **params)
        tangent = primitive.pushforward(y, primals, params, tangents)
        if tangent is None:
            return y
        if type(y) is tuple:
            return tuple(map(self.dual, y, tangent))
        value = self.dual(y, tangent)
        if primitive.view:
            link_view(args[0], value, primitive, params)
        return value


def unary(primitive: Primitive, value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Compute ``value(self)`` inline; anything unusual goes the general way."""
    (partial,) = primitive.partials
    regular = primitive.regular
    assert partial is not None

    def push(self: Any) -> Any:
        level = self.level
        a = self.primal
        try:
            y = value(a)
            if not level.running or (regular is not None and not regular(y, a)):
                return primitive(self)
            d = partial(y, a)
        except ArithmeticError:
            return primitive(self)
        dual = _new(ScalarDual)
        dual.level = level
        dual.primal = y
        dual.carry = self.carry * d
        return dual

    return push


def binary(
    primitive: Primitive,
    value: Callable[[Any, Any], Any],
    general: Callable[[Any, Any], Any],
    general_reflected: Callable[[Any, Any], Any],
) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """Compute ``value(self, other)`` inline, and the same with operands swapped."""
    partial_a, partial_b = primitive.partials
    regular = primitive.regular
    assert partial_a is not None

    def push(self: Any, other: Any) -> Any:
        level = self.level
        if not level.running:
            return general(self, other)
        kind = other.__class__
        a = self.primal
        tangent = self.carry
        try:
            if kind is ScalarDual:
                if other.level is not level or partial_b is None:
                    return general(self, other)
                b = other.primal
                y = value(a, b)
                if regular is not None and not regular(y, a, b):
                    return general(self, other)
                da = partial_a(y, a, b)
                db = partial_b(y, a, b)
                change = other.carry
                tangent = (tangent if da is ONE else tangent * da) + (
                    change if db is ONE else change * db
                )
            elif kind in PLAIN:
                y = value(a, other)
                if regular is not None and not regular(y, a, other):
                    return general(self, other)
                d = partial_a(y, a, other)
                if d is not ONE:
                    tangent = tangent * d
            else:
                return general(self, other)
        except ArithmeticError:
            return general(self, other)
        dual = _new(ScalarDual)
        dual.level = level
        dual.primal = y
        dual.carry = tangent
        return dual

    def push_reflected(self: Any, other: Any) -> Any:
        level = self.level
        if other.__class__ not in PLAIN or partial_b is None or not level.running:
            return general_reflected(self, other)
        b = self.primal
        try:
            y = value(other, b)
            if regular is not None and not regular(y, other, b):
                return general_reflected(self, other)
            d = partial_b(y, other, b)
        except ArithmeticError:
            return general_reflected(self, other)
        dual = _new(ScalarDual)
        dual.level = level
        dual.primal = y
        dual.carry = self.carry * d
        return dual

    return push, push_reflected
