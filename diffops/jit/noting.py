"""The inline path of recording: arithmetic of numbers, without the general dispatch.

Scalar loops make long programs, and each of their steps is noted here. What is unusual
(another level, an array, an option) goes to the general dispatch.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.jit.recorded import RecordedFloat, RecordedFloat64
from diffops.jit.recorder import Recording, short_number
from diffops.primitive import Primitive, table
from diffops.rules.arithmetic import steady_power
from diffops.values.operators import Operators
from diffops.values.protocol import answer

_float64 = np.float64
_NUMBERS = frozenset((RecordedFloat64, RecordedFloat))
_RECORDED: dict[type, Any] = {_float64: RecordedFloat64, float: RecordedFloat}
_KIND_NAMES: dict[type, str] = {RecordedFloat64: "float64", RecordedFloat: "float"}

_ARITHMETIC = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
}
_COMPARISONS = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
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


def _unary(rule: Any) -> Callable[[Any], Any]:
    function, number = rule.function, short_number(rule)

    def path(self: Any) -> Any:
        level = self.level
        if not level.running:
            return rule(self)
        try:
            y = function(self.primal)
        except Exception:
            level.raised = True
            raise
        kind = _RECORDED.get(y.__class__)
        if kind is None:
            return level.noted(rule, (self.carry,), {}, y)
        return _note(level, (number, self.carry), y, kind)

    return path


def _binary(rule: Any, general: Any, reflected: Any) -> tuple[Any, Any]:
    function, number = rule.function, short_number(rule)

    def path(self: Any, other: Any) -> Any:
        level = self.level
        if not level.running:
            return general(self, other)
        kind = other.__class__
        if kind in _NUMBERS:
            if other.level is not level:
                return general(self, other)
            b, slot = other.primal, other.carry
        elif kind is float or kind is int or kind is _float64:
            b, slot = other, level.constant(other)
        else:
            return general(self, other)
        try:
            y = function(self.primal, b)
        except Exception:
            level.raised = True
            raise
        kind = _RECORDED.get(y.__class__)
        if kind is None:
            return level.noted(rule, (self.carry, slot), {}, y)
        return _note(level, (number, self.carry, slot), y, kind)

    def path_reflected(self: Any, other: Any) -> Any:
        level = self.level
        kind = other.__class__
        if not level.running or not (kind is float or kind is int or kind is _float64):
            return reflected(self, other)
        slot = level.constant(other)
        try:
            y = function(other, self.primal)
        except Exception:
            level.raised = True
            raise
        kind = _RECORDED.get(y.__class__)
        if kind is None:
            return level.noted(rule, (slot, self.carry), {}, y)
        return _note(level, (number, slot, self.carry), y, kind)

    return path, path_reflected


def _note(level: Recording, key: tuple[int, ...], y: Any, kind: Any) -> Any:
    """Return a recorded number that a short step computes, unless one did before."""
    known = level.known
    slot = known.get(key)
    if slot is None:
        program = level.program
        kinds = program.kinds
        slot = known[key] = len(kinds)
        kinds.append(_KIND_NAMES[kind])
        program.short.append((key[0], slot, *key[1:]))
    elif slot.__class__ is tuple:
        (slot,) = slot
    result = kind()
    result.level = level
    result.primal = y
    result.carry = slot
    return result


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
