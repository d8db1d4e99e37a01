"""The inline paths of scalar arithmetic: which operators and ufuncs take one.

Numbers are first-class because numerical users write scalar loops. A mode hands over
two makers, and its class of numbers gets operators and ufuncs that skip the general
dispatch. What is unusual (another level, an array, a singular point) goes back there.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.primitive import Primitive, table
from diffops.values.operators import Operators
from diffops.values.protocol import array_ufunc
from diffops.values.scalar import ScalarValue

#: The plain operands that an inline path takes.
PLAIN = frozenset((float, int, np.float64))

_OPERATORS = {
    "add": (np.add, operator.add),
    "sub": (np.subtract, operator.sub),
    "mul": (np.multiply, operator.mul),
    "truediv": (np.divide, operator.truediv),
}

Two = Callable[[Any, Any], Any]
UnaryMaker = Callable[[Primitive, Callable[[Any], Any]], Callable[[Any], Any]]
BinaryMaker = Callable[[Primitive, Two, Two, Two], tuple[Two, Two]]


def install(
    scalar: type[ScalarValue],
    unary: UnaryMaker,
    binary: BinaryMaker,
    steady_power: Primitive,
) -> None:
    """Give a class of tracked numbers the inline paths that its mode makes."""
    ones: dict[np.ufunc, Callable[[Any], Any]] = {}
    twos: dict[np.ufunc, tuple[Two, Two]] = {}
    for function, primitive in table.items():
        if not isinstance(function, np.ufunc) or not isinstance(primitive, Primitive):
            continue
        if len(primitive.partials) == 1 and primitive.partials[0]:
            ones[function] = unary(primitive, function)
        elif len(primitive.partials) == 2 and all(primitive.partials):
            swapped = _swapped(primitive)
            twos[function] = binary(primitive, function, primitive, swapped)

    for name, (function, operate) in _OPERATORS.items():
        general = getattr(Operators, f"__{name}__")
        reflected = getattr(Operators, f"__r{name}__")
        primitive = table[function]
        assert isinstance(primitive, Primitive)
        forward, backward = binary(primitive, operate, general, reflected)
        setattr(scalar, f"__{name}__", forward)
        setattr(scalar, f"__r{name}__", backward)
    negative = table[np.negative]
    assert isinstance(negative, Primitive)
    scalar.__neg__ = unary(negative, operator.neg)  # type: ignore[method-assign]
    scalar.__pow__ = _power(binary, steady_power)  # type: ignore[method-assign]

    def __array_ufunc__(
        self: Any, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any
    ) -> Any:
        if method == "__call__" and not kwargs:
            one = ones.get(ufunc)
            if one is not None:
                return one(self)
            two = twos.get(ufunc)
            if two is not None:
                a, b = inputs
                return two[0](a, b) if a is self else two[1](b, a)
        return array_ufunc(self, ufunc, method, *inputs, **kwargs)

    scalar.__array_ufunc__ = __array_ufunc__  # type: ignore[method-assign]


def _swapped(function: Two) -> Two:
    return lambda self, other: function(other, self)


def _power(binary: BinaryMaker, primitive: Primitive) -> Two:
    """Return ``x ** n`` with an inline path for whole numbers n that are not negative."""
    general = Operators.__pow__
    steady, _ = binary(primitive, operator.pow, general, Operators.__rpow__)

    def power(self: Any, other: Any) -> Any:
        if (type(other) is int or (type(other) is float and other.is_integer())) and (
            other >= 0
        ):
            return steady(self, other)
        return general(self, other)

    return power
