"""The four operations on series of Python floats, which scalar programs consist of."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from diffops.series import Series, convolve


class Operation(NamedTuple):
    """An operation on two series, on one and a number, on a number and one.

    Each is given the level too, whose order bounds the result.
    """

    of_both: Callable[[Any, Any, Any], Series]
    by_number: Callable[[Any, Any, Any], Series]
    from_number: Callable[[Any, Any, Any], Series]


def _add(a: Series, b: Series, level: Any) -> Series:
    tail = a[len(b) :] or b[len(a) :]
    return Series.whole([*map(operator.add, a, b), *tail])


def _subtract(a: Series, b: Series, level: Any) -> Series:
    tail = a[len(b) :] or map(operator.neg, b[len(a) :])
    return Series.whole([*map(operator.sub, a, b), *tail])


def _multiply(a: Series, b: Series, level: Any) -> Series:
    degree = min(len(a) + len(b) - 2, level.order)
    return Series.whole([convolve(a, b, k) for k in range(degree + 1)])


def _divide(a: Sequence[Any], b: Series, level: Any) -> Series:
    """Solve b y = a for y."""
    divisor = b[0]
    y = [a[0] / divisor]
    for k in range(1, level.order + 1):
        rest = convolve(b, y, k)
        if k < len(a):
            rest = a[k] if rest is None else a[k] - rest
        else:
            rest = 0.0 if rest is None else -rest
        y.append(rest / divisor)
    return Series.whole(y)


#: By the operator of Python.
OPERATIONS: dict[Callable[..., Any], Operation] = {
    operator.add: Operation(
        _add,
        lambda a, c, level: Series.whole([a[0] + c, *a[1:]]),
        lambda c, a, level: Series.whole([c + a[0], *a[1:]]),
    ),
    operator.sub: Operation(
        _subtract,
        lambda a, c, level: Series.whole([a[0] - c, *a[1:]]),
        lambda c, a, level: Series.whole([c - a[0], *map(operator.neg, a[1:])]),
    ),
    operator.mul: Operation(
        _multiply,
        lambda a, c, level: Series.whole([x * c for x in a]),
        lambda c, a, level: Series.whole([c * x for x in a]),
    ),
    operator.truediv: Operation(
        _divide,
        lambda a, c, level: Series.whole([x / c for x in a]),
        lambda c, a, level: _divide((c,), a, level),
    ),
}
