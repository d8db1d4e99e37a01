"""Values of reverse mode, and the inline path of scalar arithmetic on the tape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diffops.primitive import Primitive
from diffops.values.array import ArrayValue
from diffops.values.inline import PLAIN
from diffops.values.scalar import ScalarValue

_new = object.__new__


class ScalarNode(ScalarValue):
    """A real number on the tape; its carry is its index there."""

    __slots__ = ()


class ComplexNode(ScalarValue):
    """A complex number; its carry is its place in the trace."""

    __slots__ = ()


class ArrayNode(ArrayValue):
    """An array; its carry is its place in the trace."""

    __slots__ = ()


def unary(primitive: Primitive, value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Record ``value(self)`` on the tape; anything unusual goes the general way."""
    (partial,) = primitive.partials
    regular = primitive.regular
    assert partial is not None

    def record(self: Any) -> Any:
        level = self.level
        rows = level.rows
        a = self.primal
        try:
            y = value(a)
            if rows is None or (regular is not None and not regular(y, a)):
                return primitive(self)
            d = partial(y, a)
        except ArithmeticError:
            return primitive(self)
        k = next(level.places)
        rows += (k, self.carry, d, None, None)
        node = _new(ScalarNode)
        node.level = level
        node.primal = y
        node.carry = k
        return node

    return record


def binary(
    primitive: Primitive,
    value: Callable[[Any, Any], Any],
    general: Callable[[Any, Any], Any],
    general_reflected: Callable[[Any, Any], Any],
) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """Record ``value(self, other)`` on the tape, and the same with operands swapped."""
    partial_a, partial_b = primitive.partials
    regular = primitive.regular
    assert partial_a is not None

    def record(self: Any, other: Any) -> Any:
        level = self.level
        rows = level.rows
        kind = other.__class__
        a = self.primal
        try:
            if kind is ScalarNode:
                if other.level is not level or rows is None or partial_b is None:
                    return general(self, other)
                b = other.primal
                y = value(a, b)
                if regular is not None and not regular(y, a, b):
                    return general(self, other)
                da = partial_a(y, a, b)
                db = partial_b(y, a, b)
                k = next(level.places)
                rows += (k, self.carry, da, other.carry, db)
            elif kind in PLAIN and rows is not None:
                y = value(a, other)
                if regular is not None and not regular(y, a, other):
                    return general(self, other)
                d = partial_a(y, a, other)
                k = next(level.places)
                rows += (k, self.carry, d, None, None)
            else:
                return general(self, other)
        except ArithmeticError:
            return general(self, other)
        node = _new(ScalarNode)
        node.level = level
        node.primal = y
        node.carry = k
        return node

    def record_reflected(self: Any, other: Any) -> Any:
        level = self.level
        rows = level.rows
        if rows is None or partial_b is None or other.__class__ not in PLAIN:
            return general_reflected(self, other)
        b = self.primal
        try:
            y = value(other, b)
            if regular is not None and not regular(y, other, b):
                return general_reflected(self, other)
            d = partial_b(y, other, b)
        except ArithmeticError:
            return general_reflected(self, other)
        k = next(level.places)
        rows += (k, self.carry, d, None, None)
        node = _new(ScalarNode)
        node.level = level
        node.primal = y
        node.carry = k
        return node

    return record, record_reflected
