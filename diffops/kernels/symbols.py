"""What a rule computes, entry by entry: found by running it on symbols."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from diffops.kernels.compositions import COMPOSED


class NotElementwise(Exception):
    """A rule asks what cannot be said of symbols."""


class Power(NamedTuple):
    """The function of a whole power beyond the second."""

    exponent: int


class Symbol(NDArrayOperatorsMixin):
    """An entry of an array: an argument, or a ufunc of symbols and numbers.

    ``function`` is None for an argument, and `numpy.where` besides the ufuncs.
    """

    __slots__ = ("function", "operands")

    dtype: np.dtype[Any] = np.dtype(np.float64)
    shape = ()
    ndim = 0

    def __init__(self, function: Any, operands: Sequence[Any]) -> None:
        self.function = function
        self.operands = tuple(operands)

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any
    ) -> Any:
        if method != "__call__" or options:
            raise NotElementwise
        composed = COMPOSED.get(ufunc)
        if composed is not None:
            return composed(*inputs)
        return type(self)(ufunc, list(map(_entry, inputs)))

    def __array_function__(
        self, function: Any, types: Any, args: Any, options: Any
    ) -> Any:
        if function is np.where and len(args) == 3 and not options:
            return type(self)(function, list(map(_entry, args)))
        if function is np.real:
            return self
        raise NotElementwise

    def __pow__(self, n: Any) -> Any:
        if type(n) is not int or n < 1:
            return type(self)(np.power, (self, _entry(n)))
        if n == 1:
            return self
        return self * self if n == 2 else type(self)(Power(n), (self,))

    def __getitem__(self, key: Any) -> Symbol:
        if key != ():
            raise NotElementwise
        return self

    @property
    def real(self) -> Symbol:
        """The symbol itself."""
        return self

    def __bool__(self) -> bool:
        raise NotElementwise

    def __float__(self) -> float:
        raise NotElementwise


class SingleSymbol(Symbol):
    """An entry of an array of singles, which stays one."""

    __slots__ = ()

    dtype = np.dtype(np.float32)

    def astype(self, dtype: Any) -> SingleSymbol:
        """Return the symbol itself, where a rule would compute in doubles."""
        return self


#: By the type of numbers, as LLVM names it.
_SYMBOLS = {"double": Symbol, "float": SingleSymbol}


def _entry(value: Any) -> Any:
    """Return an operand: a symbol or a float."""
    if isinstance(value, Symbol):
        return value
    if np.ndim(value) or np.result_type(value).kind not in "biuf":
        raise NotElementwise
    return float(value)


def expressions(
    value: Callable[..., Any],
    partials: Sequence[Any],
    count: int,
    real: str = "double",
) -> tuple[list[Symbol], list[Any]]:
    """Return symbols for the arguments, and what value and partials are of them."""
    args = [_SYMBOLS[real](None, ()) for _ in range(count)]
    try:
        y = value(*args)
        found = [y, *(partial(y, *args) for partial in partials)]
        return args, list(map(_entry, found))
    except (AttributeError, TypeError, ValueError) as error:
        raise NotElementwise from error
