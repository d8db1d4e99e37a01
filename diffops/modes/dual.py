"""Forward mode: dual numbers, whose carry is the tangent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.modes.one_pass import in_one_pass
from diffops.primitive import ONE, Primitive, tracked_in
from diffops.tags import Level, Tracked
from diffops.values.array import ArrayValue
from diffops.values.scalar import (
    FLOAT64,
    PYTHON,
    Float64Value,
    OtherValue,
    ScalarValue,
    is_number,
    kind_of,
)
from diffops.values.steps import Binary, Numbers, Two, Unary
from diffops.values.views import link_view

_float64 = np.float64


class ScalarDual(Float64Value):
    """A float64 number and its tangent."""

    __slots__ = ()
    kind = FLOAT64


class PythonDual(ScalarValue):
    """A Python float and its tangent."""

    __slots__ = ()
    kind = PYTHON


class OtherDual(OtherValue):
    """A number of another dtype and its tangent."""

    __slots__ = ()


class ArrayDual(ArrayValue):
    """An array and its tangent, an array of the same shape."""

    __slots__ = ()


NUMBERS = Numbers(ScalarDual, PythonDual, OtherDual)


class Forward(Level):
    """One forward-mode differentiation."""

    __slots__ = ()

    def dual(self, primal: Any, tangent: Any) -> Tracked:
        """Track a value along a tangent."""
        value: Tracked
        if is_number(primal):
            kind = kind_of(primal)
            value = NUMBERS[kind]()
            if primal.__class__ is _float64:
                primal = float(primal)
            if kind <= PYTHON and tangent.__class__ is _float64:
                tangent = float(tangent)
        else:
            value = ArrayDual()
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
        run = primitive.function
        for arg in args:
            tangent = None
            if isinstance(arg, Tracked):
                if arg.level is self:
                    tangent = arg.carry
                    arg = arg.value()
                if isinstance(arg, Tracked):
                    run = primitive
            primals.append(arg)
            tangents.append(tangent)
        if primitive.keyed and tracked_in(params.values()):
            run = primitive
        y = tangent = None
        if primitive.kernel is not None and not params:
            y, tangent = _pushed_in_one_pass(primitive, primals, tangents)
        if tangent is None:
            y = run(*primals, **params) if y is None else y
            tangent = primitive.pushforward(y, primals, params, tangents)
        if tangent is None:
            return y
        if isinstance(y, tuple):
            return tuple(map(self.dual, y, tangent))
        value = self.dual(y, tangent)
        if primitive.view:
            link_view(args[0], value, primitive, params)
        return value


def _pushed_in_one_pass(
    primitive: Primitive, primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """Return the value and its tangent by a kernel, or None for what it leaves open."""
    wrt = [i for i, tangent in enumerate(tangents) if tangent is not None]
    found = in_one_pass(primitive, primals, wrt)
    if found is None:
        return None, None
    y, factors = found
    if factors is None:
        return y, None
    terms = [tangents[i] * d for i, d in zip(wrt, factors, strict=True)]
    return y, sum(terms[1:], terms[0])


def unary(step: Unary) -> Callable[[Any], Any]:
    """Compute a function of one number and its tangent."""
    value, partial, float_value, float_partial, regular, general, result = step

    def push(self: Any) -> Any:
        level = self.level
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
        if not level.running:
            return general(self)
        dual = result()
        dual.level = level
        dual.primal = y
        dual.carry = self.carry * d
        return dual

    return push


def binary(step: Binary) -> tuple[Two, Two]:
    """Compute a function of two numbers and its tangent, and with operands swapped."""
    value, (partial_a, partial_b), regular, general, general_reflected = step[:5]
    result, (strong, weak, _) = step.result, step.numbers
    fixed_a = partial_a.__class__ is int
    fixed_b = partial_b.__class__ is int
    takes_two = partial_b is not None

    def push(self: Any, other: Any) -> Any:
        level = self.level
        if not level.running:
            return general(self, other)
        kind = other.__class__
        a = self.primal
        change = self.carry
        try:
            if kind is strong or kind is weak:
                if other.level is not level or not takes_two:
                    return general(self, other)
                b = other.primal
                y = value(a, b)
                if regular is not None and not regular(y, a, b):
                    return general(self, other)
                d = partial_a if fixed_a else partial_a(y, a, b)
                if d is not ONE:
                    change = change * d
                d = partial_b if fixed_b else partial_b(y, a, b)
                change = change + (other.carry if d is ONE else other.carry * d)
            elif kind is float or kind is int or kind is _float64:
                if kind is _float64:
                    kind = strong
                    if a.__class__ is float:
                        other = float(other)
                y = value(a, other)
                if regular is not None and not regular(y, a, other):
                    return general(self, other)
                d = partial_a if fixed_a else partial_a(y, a, other)
                if d is not ONE:
                    change = change * d
            else:
                return general(self, other)
        except (ArithmeticError, ValueError):
            return general(self, other)
        dual = (strong if kind is strong else result)()
        dual.level = level
        dual.primal = y
        dual.carry = change
        return dual

    def push_reflected(self: Any, other: Any) -> Any:
        level = self.level
        kind = other.__class__
        if not level.running or not (kind is float or kind is int or kind is _float64):
            return general_reflected(self, other)
        b = self.primal
        try:
            plain = kind is _float64 and b.__class__ is float
            a = float(other) if plain else other
            y = value(a, b)
            if not takes_two or (regular is not None and not regular(y, a, b)):
                return general_reflected(self, other)
            d = partial_b if fixed_b else partial_b(y, a, b)
        except (ArithmeticError, ValueError):
            return general_reflected(self, other)
        dual = (strong if kind is _float64 else result)()
        dual.level = level
        dual.primal = y
        dual.carry = self.carry if d is ONE else self.carry * d
        return dual

    return push, push_reflected
