"""Python's operators: the rules of their ufuncs, on values that Python computes.

``x ** 0.5`` of a Python float is a Python float, which yields to the dtype of what it
meets; ``np.power(x, 0.5)`` is a float64, which does not. NumPy's own numbers and
arrays know short cuts too, which their operators take and the ufuncs do not.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.primitive import Primitive, implements, table
from diffops.rules._batches import broadcasting
from diffops.rules._constant import Constant
from diffops.rules._fitting import is_complex
from diffops.rules._kinks import knowing_square
from diffops.rules.arithmetic import (
    absolute,
    is_whole,
    real_absolute,
    rooted,
    steady_power,
    variable_power,
)
from diffops.rules.casting import cast_
from diffops.tags import example


def _computing(
    operate: Callable[..., Any], function: Callable[..., Any]
) -> Callable[..., Any]:
    """Return an operator, with the ufunc in its place where Python numbers raise."""

    def compute(*args: Any) -> Any:
        try:
            return operate(*args)
        except ArithmeticError:
            return function(*args)

    compute.__name__ = function.__name__
    compute.operates = True  # type: ignore[attr-defined]  # on arrays it is the ufunc
    return compute


def _infix(operate: Callable[..., Any], rule: Any) -> Primitive:
    """Return the rule of a ufunc as that of an operator."""
    twin = copy.copy(rule)
    twin.function = _computing(operate, rule.function)
    return twin


_INFIX: dict[Callable[..., Any], np.ufunc] = {
    operator.add: np.add,
    operator.sub: np.subtract,
    operator.mul: np.multiply,
    operator.truediv: np.divide,
    operator.mod: np.remainder,
    operator.neg: np.negative,
    operator.pos: np.positive,
}

for _operate, _function in _INFIX.items():
    table[_operate] = _infix(_operate, table[_function])

#: Without a derivative: whole parts, comparisons, and operators of truth values.
_CONSTANT: dict[Callable[..., Any], Callable[..., Any]] = {
    operator.floordiv: np.floor_divide,
    operator.lt: np.less,
    operator.le: np.less_equal,
    operator.gt: np.greater,
    operator.ge: np.greater_equal,
    operator.eq: np.equal,
    operator.ne: np.not_equal,
    operator.and_: np.bitwise_and,
    operator.or_: np.bitwise_or,
    operator.xor: np.bitwise_xor,
    operator.invert: np.invert,
    round: np.round,
}

for _operate, _same in _CONSTANT.items():
    table[_operate] = Constant(_computing(_operate, _same), broadcasting)

variable = _infix(operator.pow, variable_power)


@implements(operator.pow)
def power(a: Any, b: Any) -> Any:
    """Choose the rule by the exponent, as that of `np.power`."""
    return steady_power(a, b) if is_whole(b) else rooted(variable(a, b), a, b)


magnitude = _infix(abs, real_absolute)


@implements(abs)
def absolute_value(x: Any) -> Any:
    """Return |x| by the rule of `np.absolute`."""
    if is_complex(x):
        modulus = absolute(x)
        is_pythons = type(example(x)) is complex
        return cast_(modulus, dtype=float) if is_pythons else modulus
    return knowing_square(magnitude(x), lambda: x * x, "absolute", x)
