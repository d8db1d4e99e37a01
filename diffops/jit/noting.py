"""The inline path of recording: arithmetic of numbers, without the general dispatch.

Scalar loops make long programs, and each of their steps is noted here. What is unusual
(another level, an array, an option) goes to the general dispatch.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.jit.program import Operation
from diffops.jit.recorded import RecordedFloat, RecordedFloat64
from diffops.jit.recorder import Recording
from diffops.primitive import Primitive, table
from diffops.rules.arithmetic import steady_power
from diffops.values.operators import Operators
from diffops.values.protocol import answer

_float64 = np.float64
_NUMBERS = frozenset((RecordedFloat64, RecordedFloat))

_ARITHMETIC = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
}
_COMPARISONS = {
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
}


def install() -> None:
    """Give recorded numbers inline arithmetic, comparisons and functions."""
    ones = {}
    twos = {}
    for function, rule in table.items():
        if isinstance(function, np.ufunc) and isinstance(rule, Primitive):
            if function.nout == 1 and function.nin == 1:
                ones[function] = _unary(rule)
            elif function.nout == 1 and function.nin == 2:
                twos[function] = _binary(rule, rule, _swapped(rule))
    for kind in (RecordedFloat64, RecordedFloat):
        for name, function in (_ARITHMETIC | _COMPARISONS).items():
            general = getattr(Operators, f"__{name}__")
            reflected = getattr(Operators, f"__r{name}__", general)
            forward, backward = _binary(table[function], general, reflected)
            setattr(kind, f"__{name}__", forward)
            if name in _ARITHMETIC:
                setattr(kind, f"__r{name}__", backward)
        steady, _ = _binary(steady_power, Operators.__pow__, Operators.__rpow__)
        kind.__pow__ = _power(steady)
        kind.__neg__ = _unary(table[operator.neg])
        kind.__array_ufunc__ = _ufunc_path(ones, twos)


def note(level: Recording, rule: Any, slots: tuple[int, ...], y: Any) -> Any:
    """Return a recorded number that a rule computes from the values in some slots."""
    kind = y.__class__
    if kind is not _float64 and kind is not float:
        return level.noted(rule, slots, {}, y)
    key = (rule.function, slots, ())
    found = level.known.get(key)
    if found is None:
        program = level.program
        found = (len(program.kinds),)
        level.known[key] = found
        program.kinds.append("float64" if kind is _float64 else "float")
        program.steps.append(
            Operation(rule.function, rule.name, slots, {}, found, False)
        )
    result = RecordedFloat64() if kind is _float64 else RecordedFloat()
    result.level = level
    result.primal = y
    result.carry = found[0]
    return result


def _unary(rule: Any) -> Callable[[Any], Any]:
    function = rule.function

    def path(self: Any) -> Any:
        level = self.level
        if not level.running:
            return rule(self)
        return note(level, rule, (self.carry,), function(self.primal))

    return path


def _binary(rule: Any, general: Any, reflected: Any) -> tuple[Any, Any]:
    function = rule.function

    def path(self: Any, other: Any) -> Any:
        level = self.level
        kind = other.__class__
        if not level.running:
            return general(self, other)
        if kind in _NUMBERS:
            if other.level is not level:
                return general(self, other)
            b, slot = other.primal, other.carry
        elif kind is float or kind is int or kind is _float64:
            b, slot = other, level.constant(other)
        else:
            return general(self, other)
        return note(level, rule, (self.carry, slot), function(self.primal, b))

    def path_reflected(self: Any, other: Any) -> Any:
        level = self.level
        kind = other.__class__
        if not level.running or not (kind is float or kind is int or kind is _float64):
            return reflected(self, other)
        slots = (level.constant(other), self.carry)
        return note(level, rule, slots, function(other, self.primal))

    return path, path_reflected


def _swapped(rule: Any) -> Callable[[Any, Any], Any]:
    return lambda self, other: rule(other, self)


def _power(steady: Any) -> Callable[[Any, Any], Any]:
    def power(self: Any, other: Any) -> Any:
        kind = other.__class__
        if (kind is int or (kind is float and other.is_integer())) and other >= 0:
            return steady(self, other)
        return Operators.__pow__(self, other)

    return power


def _ufunc_path(ones: dict[Any, Any], twos: dict[Any, Any]) -> Callable[..., Any]:
    def __array_ufunc__(
        self: Any, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any
    ) -> Any:
        if kwargs or method != "__call__":
            return answer(self, ufunc, method, inputs, kwargs)
        path = ones.get(ufunc)
        if path is not None:
            return path(self)
        two = twos.get(ufunc)
        if two is None:
            return answer(self, ufunc, method, inputs, kwargs)
        a, b = inputs
        return two[0](a, b) if a is self else two[1](b, a)

    return __array_ufunc__
