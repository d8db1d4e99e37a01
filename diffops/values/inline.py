"""The inline paths of scalar arithmetic: which operators and ufuncs have one.

Numbers are first-class because numerical users write scalar loops. A mode hands over
two makers, and its numbers get operators and ufuncs that skip the general dispatch.
What is unusual (another level, an array, a singular point) goes back to it.

Numbers compute as Python floats, which are several times faster than NumPy's and give
the same bits: `math` serves where it agrees with NumPy to the last bit, else NumPy.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain
from diffops.primitive import Primitive, table
from diffops.tags import strip
from diffops.values.array import ArrayValue
from diffops.values.floats import EXACT, giving_floats, read_for_floats
from diffops.values.operators import Operators
from diffops.values.protocol import answer
from diffops.values.scalar import ScalarValue
from diffops.values.steps import (
    ArrayBinary,
    ArrayUnary,
    Binary,
    Numbers,
    One,
    Two,
    Unary,
)

Ones = dict[Callable[..., Any], One]
Twos = dict[Callable[..., Any], tuple[Two, Two]]

_OPERATORS: dict[np.ufunc, tuple[str, Two]] = {
    np.add: ("add", operator.add),
    np.subtract: ("sub", operator.sub),
    np.multiply: ("mul", operator.mul),
    np.divide: ("truediv", operator.truediv),
}


UnaryMaker = Callable[[Unary], Callable[[Any], Any]]
BinaryMaker = Callable[[Binary], tuple[Two, Two]]


def install(
    numbers: Numbers, unary: UnaryMaker, binary: BinaryMaker, whole_power: Primitive
) -> None:
    """Give a mode's float64 and Python numbers the inline paths that it makes."""
    ufunc_paths = _ufunc_paths(*_number_paths(numbers, unary, binary))
    for mine in (numbers.float64, numbers.python):
        _install_operators(mine, numbers, unary, binary, whole_power)
        mine.__array_ufunc__ = ufunc_paths


def install_arrays(
    array: type[ArrayValue],
    unary: Callable[[ArrayUnary], One],
    binary: Callable[[ArrayBinary], tuple[Two, Two]],
    whole_power: Primitive,
) -> None:
    """Give a mode's arrays the inline paths that it makes for elementwise functions."""
    ones: Ones = {}
    twos: Twos = {}
    for function, primitive in _elementwise():
        partials = _as_functions(primitive.partials)
        if len(partials) == 1:
            path = unary(ArrayUnary(function, partials[0], primitive, primitive))
            ones[function] = _where_regular(path, primitive, table[function])
        else:
            twos[function] = binary(
                ArrayBinary(
                    function, partials, primitive, primitive, _swapped(primitive)
                )
            )
    for function, (name, operate) in _OPERATORS.items():
        primitive = _primitive(function)
        partials = _as_functions(primitive.partials)
        general = getattr(Operators, f"__{name}__")
        reflected = getattr(Operators, f"__r{name}__")
        forward, backward = binary(
            ArrayBinary(operate, partials, primitive, general, reflected)
        )
        setattr(array, f"__{name}__", forward)
        setattr(array, f"__r{name}__", backward)
    negative = _primitive(np.negative)
    (partial,) = _as_functions(negative.partials)
    array.__neg__ = unary(ArrayUnary(operator.neg, partial, negative, negative))
    steady, _ = binary(
        ArrayBinary(
            whole_power.function,
            (whole_power.partials[0], None),  # type: ignore[arg-type]
            whole_power,
            Operators.__pow__,
            Operators.__rpow__,
        )
    )
    array.__pow__ = _power(steady)
    array.__array_ufunc__ = _ufunc_paths(ones, twos)


def _elementwise() -> Iterator[tuple[np.ufunc, Primitive]]:
    """Yield the ufuncs of one or two arguments that have all their partials.

    Some rules do more than their primitive, but only where that is singular.
    """
    for function, rule in table.items():
        primitive = getattr(rule, "inline", rule)
        if (
            isinstance(function, np.ufunc)
            and isinstance(primitive, Primitive)
            and 1 <= len(primitive.partials) <= 2
            and all(primitive.partials)
        ):
            yield function, primitive


def _where_regular(path: One, primitive: Primitive, rule: Callable[..., Any]) -> One:
    """Return the inline path of a primitive, in the place of a rule that does more."""
    regular = primitive.regular
    if rule is primitive or regular is None:
        return path

    def run(self: Any) -> Any:
        y = path(self)
        plain = strip(y)
        if is_plain(plain) and np.all(regular(plain, strip(self))):
            return y
        return rule(self)

    return run


def _as_functions(partials: Any) -> Any:
    return tuple(_always(p) if isinstance(p, int) else p for p in partials)


def _number_paths(
    numbers: Numbers, unary: UnaryMaker, binary: BinaryMaker
) -> tuple[Ones, Twos]:
    """Return the inline paths of ufuncs of numbers, whose results are float64."""
    result = numbers.float64
    ones: Ones = {}
    twos: Twos = {}
    for function, primitive in _elementwise():
        partials = primitive.partials
        if len(partials) == 1:
            path = _unary(primitive, function, result)
            ones[function] = unary(path._replace(general=table[function]))
            continue
        _, value = _OPERATORS.get(function, ("", giving_floats(function)))
        if function not in _OPERATORS:
            partials = tuple(map(giving_floats, partials))
        twos[function] = binary(
            Binary(
                value,
                partials,  # type: ignore[arg-type]
                primitive.regular,
                primitive,
                _swapped(primitive),
                result,
                numbers,
            )
        )
    return ones, twos


def _ufunc_paths(ones: Ones, twos: Twos) -> Callable[..., Any]:
    """Return an ``__array_ufunc__`` that takes these paths."""

    def __array_ufunc__(
        self: Any, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any
    ) -> Any:
        if kwargs or method != "__call__":
            return answer(self, ufunc, method, inputs, kwargs)
        try:
            path = ones[ufunc]
        except KeyError:
            pass
        else:
            return path(self)
        two = twos.get(ufunc)
        if two is None:
            return answer(self, ufunc, method, inputs, kwargs)
        a, b = inputs
        return two[0](a, b) if a is self else two[1](b, a)

    return __array_ufunc__


def _install_operators(
    mine: type[ScalarValue],
    numbers: Numbers,
    unary: UnaryMaker,
    binary: BinaryMaker,
    whole_power: Primitive,
) -> None:
    for function, (name, operate) in _OPERATORS.items():
        primitive = _primitive(function)
        forward, backward = binary(
            Binary(
                operate,
                primitive.partials,  # type: ignore[arg-type]
                primitive.regular,
                _giving_way(getattr(Operators, f"__{name}__")),
                getattr(Operators, f"__r{name}__"),
                mine,
                numbers,
            )
        )
        setattr(mine, f"__{name}__", forward)
        setattr(mine, f"__r{name}__", backward)
    negative = _unary(_primitive(np.negative), operator.neg, mine)
    mine.__neg__ = unary(negative)
    steady, _ = binary(
        Binary(
            operator.pow,
            whole_power.partials,  # type: ignore[arg-type]
            None,
            Operators.__pow__,
            Operators.__rpow__,
            mine,
            numbers,
        )
    )
    mine.__pow__ = _power(steady)


def _primitive(function: np.ufunc) -> Primitive:
    primitive = table[function]
    assert isinstance(primitive, Primitive)
    return primitive


def _unary(
    primitive: Primitive, function: Callable[[Any], Any], result: type[ScalarValue]
) -> Unary:
    (partial,) = primitive.partials
    assert partial is not None
    if isinstance(partial, int):
        partial = _always(partial)
    name = getattr(function, "__name__", "")
    return Unary(
        function,
        partial,
        EXACT.get(name, function) if isinstance(function, np.ufunc) else function,
        read_for_floats(partial),
        primitive.regular,
        primitive,
        result,
    )


def _always(constant: int) -> Callable[..., Any]:
    return lambda y, *args: constant


def _giving_way(general: Two) -> Two:
    """Return an operator that leaves a tracked array on its right the first turn."""

    def operate(self: Any, other: Any) -> Any:
        return NotImplemented if isinstance(other, ArrayValue) else general(self, other)

    return operate


def _swapped(function: Two) -> Two:
    return lambda self, other: function(other, self)


def _power(steady: Two) -> Two:
    """Return ``x ** n``, inline for whole numbers n that are not negative."""

    def power(self: Any, other: Any) -> Any:
        if (type(other) is int or (type(other) is float and other.is_integer())) and (
            other >= 0
        ):
            return steady(self, other)
        return Operators.__pow__(self, other)

    return power
