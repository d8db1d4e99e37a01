"""Values of reverse mode, and the inline path of scalar arithmetic on the tape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.primitive import ONE
from diffops.tags import example
from diffops.values.array import ArrayValue
from diffops.values.scalar import (
    FLOAT64,
    PYTHON,
    Float64Value,
    OtherValue,
    ScalarValue,
)
from diffops.values.steps import Binary, Numbers, Two, Unary

_float64 = np.float64


class ScalarNode(Float64Value):
    """A float64 number on the tape; its carry is its index there."""

    __slots__ = ()
    kind = FLOAT64


class PythonNode(ScalarValue):
    """A Python float on the tape; its carry is its index there."""

    __slots__ = ()
    kind = PYTHON


class OtherNode(OtherValue):
    """A number of another dtype; its carry is its place in the trace."""

    __slots__ = ()


class ArrayNode(ArrayValue):
    """An array; its carry is its place in the trace."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        if type(key) is int:
            elements = self._elements()
            if elements is not None:
                first, values, _ = elements
                node = ScalarNode()
                node.level = self.level
                node.primal = values[key]
                node.carry = first + key if key >= 0 else first + len(values) + key
                return node
        return ArrayValue.__getitem__(self, key)

    def _elements(self) -> tuple[int, list[Any], Any] | None:
        """Return the entries as numbers of the tape, once enough of them were read.

        Unpacking costs as much as a few reads, and a write undoes it: so a sixteenth
        of the entries is first read one by one.
        """
        place = self.carry
        found = place.elements  # read once: another thread may be here too
        if type(found) is tuple:
            if found[2] is self.primal and self.level.rows is not None:
                return found
            found = 0
        found += 1
        if (
            found * 16 < self.size
            or not self.size
            or self.level.rows is None
            or self.ndim != 1
            or self.dtype != np.float64
            or example(self).__class__ is not np.ndarray
        ):
            place.elements = found
            return None
        place.elements = found = self.level.unpack(self)
        return found


NUMBERS = Numbers(ScalarNode, PythonNode, OtherNode)


def unary(step: Unary) -> Callable[[Any], Any]:
    """Record a function of one number on the tape."""
    value, partial, float_value, float_partial, regular, general, result = step

    def record(self: Any) -> Any:
        level = self.level
        rows = level.rows
        a = self.primal
        try:
            if a.__class__ is float:
                y = float_value(a)
                if regular is not None and not regular(y, a):
                    return general(self)
                d = float_partial(y, a)
                if y.__class__ is not float:
                    y = float(y)
                if d.__class__ is _float64:
                    d = float(d)
            else:
                y = value(a)
                if regular is not None and not regular(y, a):
                    return general(self)
                d = partial(y, a)
        except (ArithmeticError, ValueError):
            return general(self)
        if rows is None:
            return general(self)
        k = next(level.places)
        rows += (k, self.carry, d, None, None)
        node = result()
        node.level = level
        node.primal = y
        node.carry = k
        return node

    return record


def binary(step: Binary) -> tuple[Two, Two]:
    """Record a function of two numbers on the tape, and the same with them swapped."""
    value, (partial_a, partial_b), regular, general, general_reflected = step[:5]
    result, (strong, weak, _) = step.result, step.numbers
    fixed_a = partial_a.__class__ is int
    fixed_b = partial_b.__class__ is int
    takes_two = partial_b is not None

    def record(self: Any, other: Any) -> Any:
        level = self.level
        rows = level.rows
        kind = other.__class__
        a = self.primal
        try:
            if kind is strong or kind is weak:
                if other.level is not level or rows is None or not takes_two:
                    return general(self, other)
                b = other.primal
                y = value(a, b)
                if regular is not None and not regular(y, a, b):
                    return general(self, other)
                da = partial_a if fixed_a else partial_a(y, a, b)
                db = partial_b if fixed_b else partial_b(y, a, b)
                k = next(level.places)
                rows += (k, self.carry, da, other.carry, db)
                node = (strong if kind is strong else result)()
            elif (kind is float or kind is int or kind is _float64) and (
                rows is not None
            ):
                if kind is _float64:
                    kind = strong
                    if a.__class__ is float:
                        other = float(other)
                y = value(a, other)
                if regular is not None and not regular(y, a, other):
                    return general(self, other)
                if partial_a is ONE:
                    k = self.carry  # a shifted number has the same cotangent
                else:
                    d = partial_a if fixed_a else partial_a(y, a, other)
                    k = next(level.places)
                    rows += (k, self.carry, d, None, None)
                node = (strong if kind is strong else result)()
            else:
                return general(self, other)
        except (ArithmeticError, ValueError):
            return general(self, other)
        node.level = level
        node.primal = y
        node.carry = k
        return node

    def record_reflected(self: Any, other: Any) -> Any:
        level = self.level
        rows = level.rows
        kind = other.__class__
        if rows is None or not (kind is float or kind is int or kind is _float64):
            return general_reflected(self, other)
        b = self.primal
        try:
            plain = kind is _float64 and b.__class__ is float
            a = float(other) if plain else other
            y = value(a, b)
            if not takes_two or (regular is not None and not regular(y, a, b)):
                return general_reflected(self, other)
            if partial_b is ONE:
                k = self.carry
            else:
                d = partial_b if fixed_b else partial_b(y, a, b)
                k = next(level.places)
                rows += (k, self.carry, d, None, None)
        except (ArithmeticError, ValueError):
            return general_reflected(self, other)
        node = (strong if kind is _float64 else result)()
        node.level = level
        node.primal = y
        node.carry = k
        return node

    return record, record_reflected
