"""The inline path of scalar arithmetic in Taylor mode, on series of Python floats.

It serves the four operations, as the level computes them, and the ufuncs of one number
that have a series of their own. What is unusual (another level, an array, a divisor of
0) goes back to the general dispatch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.primitive import Primitive, table
from diffops.series import Call
from diffops.values.steps import Binary, Two, Unary

_float64 = np.float64


def unary(step: Unary) -> Callable[[Any], Any]:
    """Continue a function of one number."""
    primitive, compute, result = step.general, step.float_value, step.result
    general: Callable[[Any], Any] = table.get(step.value, primitive)
    if not isinstance(primitive, Primitive) or primitive.series is None:
        return general

    def expand(self: Any) -> Any:
        level = self.level
        a = self.primal
        if not level.operations or not level.running or a.__class__ is not float:
            return general(self)
        try:
            value = float(compute(a))
        except (ArithmeticError, ValueError):
            return general(self)
        call = Call(primitive.pushforward, value, (a,), {}, (self.carry,))
        with np.errstate(all="ignore"):
            y = level.of_number(primitive, call)
        if y is None:
            return general(self)
        jet = result()
        jet.level = level
        jet.primal = value
        jet.carry = y
        return jet

    return expand


def binary(step: Binary) -> tuple[Two, Two]:
    """Continue one of the four operations on two numbers, and with operands swapped."""
    operate, general, general_reflected = step.value, *step[3:5]
    result, (strong, weak, _) = step.result, step.numbers

    def expand(self: Any, other: Any) -> Any:
        level = self.level
        operation = level.operations.get(operate)
        if operation is None or not level.running or self.primal.__class__ is not float:
            return general(self, other)
        kind = other.__class__
        try:
            if kind is strong or kind is weak:
                if other.level is not level or other.primal.__class__ is not float:
                    return general(self, other)
                y = operation.of_both(self.carry, other.carry, level)
            elif kind is float or kind is int:
                y = operation.by_number(self.carry, other, level)
            elif kind is _float64:
                kind = strong
                y = operation.by_number(self.carry, float(other), level)
            else:
                return general(self, other)
        except (ArithmeticError, ValueError):
            return general(self, other)
        jet = (strong if kind is strong else result)()
        jet.level = level
        jet.primal = y[0]
        jet.carry = y
        return jet

    def expand_reflected(self: Any, other: Any) -> Any:
        level = self.level
        operation = level.operations.get(operate)
        kind = other.__class__
        if (
            operation is None
            or not level.running
            or self.primal.__class__ is not float
            or not (kind is float or kind is int or kind is _float64)
        ):
            return general_reflected(self, other)
        try:
            number = float(other) if kind is _float64 else other
            y = operation.from_number(number, self.carry, level)
        except (ArithmeticError, ValueError):
            return general_reflected(self, other)
        jet = (strong if kind is _float64 else result)()
        jet.level = level
        jet.primal = y[0]
        jet.carry = y
        return jet

    return expand, expand_reflected
