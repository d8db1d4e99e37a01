"""Python's operators on tracked values: each is the ufunc of its meaning."""

from __future__ import annotations

import numbers
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.engines.arrays import is_foreign
from diffops.errors import NoDerivativeError
from diffops.primitive import table
from diffops.tags import Tracked, strip
from diffops.values.methods import ArrayMethods
from diffops.values.refusal import remember
from diffops.values.sparse_operands import with_sparse

_COMMON = frozenset((float, int, np.ndarray, np.float64))


def _operand(other: Any) -> bool:
    """Tell whether an operand is ours to compute with; others get their turn."""
    return (
        other.__class__ in _COMMON
        or isinstance(other, (Tracked, numbers.Number, list, tuple, np.bool_))
        or (hasattr(other, "__array_function__") and not is_foreign(other.__class__))
    )


def _number(other: Any) -> Any:
    """Turn Python's exact rationals into floats, as NumPy's scalars do."""
    if other.__class__ in _COMMON or isinstance(other, (np.generic, bool)):
        return other
    return float(other) if isinstance(other, numbers.Rational) else other


def binary(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """Return the method ``self <op> other``."""

    def method(self: Any, other: Any) -> Any:
        if not _operand(other):
            return NotImplemented
        try:
            return table[function](self, _number(other))
        except NoDerivativeError as error:
            remember(error, [self, other])
            raise

    return method


def reflected(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """Return the method ``other <op> self``."""

    def method(self: Any, other: Any) -> Any:
        if not _operand(other):
            return NotImplemented
        try:
            return table[function](_number(other), self)
        except NoDerivativeError as error:
            remember(error, [self, other])
            raise

    return method


def comparison(compare: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """Return a comparison of the values without derivatives: it has none."""

    def method(self: Any, other: Any) -> Any:
        if not _operand(other):
            return NotImplemented
        a, b = strip(self), strip(other)
        if isinstance(a, Tracked) or isinstance(b, Tracked):
            return table[compare](a, b)
        return compare(a, b)

    return method


def unary(function: Callable[..., Any]) -> Callable[[Any], Any]:
    """Return the method ``<op> self``."""

    def method(self: Any) -> Any:
        return table[function](self)

    return method


class Operators(ArrayMethods):
    """Arithmetic and comparisons of tracked values."""

    __slots__ = ()

    __add__ = binary(operator.add)
    __radd__ = reflected(operator.add)
    __sub__ = binary(operator.sub)
    __rsub__ = reflected(operator.sub)
    __mul__ = with_sparse(binary(operator.mul), left=True, star=True)
    __rmul__ = with_sparse(reflected(operator.mul), left=False, star=True)
    __truediv__ = binary(operator.truediv)
    __rtruediv__ = reflected(operator.truediv)
    __floordiv__ = binary(operator.floordiv)
    __rfloordiv__ = reflected(operator.floordiv)
    __mod__ = binary(operator.mod)
    __rmod__ = reflected(operator.mod)
    __pow__ = binary(operator.pow)
    __rpow__ = reflected(operator.pow)
    __matmul__ = with_sparse(binary(np.matmul), left=True)
    __rmatmul__ = with_sparse(reflected(np.matmul), left=False)
    __neg__ = unary(operator.neg)
    __pos__ = unary(operator.pos)
    __abs__ = unary(abs)
    __lt__ = comparison(operator.lt)
    __le__ = comparison(operator.le)
    __gt__ = comparison(operator.gt)
    __ge__ = comparison(operator.ge)
    __eq__ = comparison(operator.eq)
    __ne__ = comparison(operator.ne)
    __hash__ = ArrayMethods.__hash__

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self
