"""The inline path of elementwise array arithmetic in forward mode.

It serves operands of one shape and dtype, and Python numbers, whose results have that
shape and dtype too; anything else goes back to the general dispatch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.modes.dual import ArrayDual
from diffops.modes.one_pass import in_one_pass
from diffops.primitive import ONE
from diffops.tags import strip
from diffops.values.floats import is_constant_like
from diffops.values.steps import ArrayBinary, ArrayUnary, Two

_array = np.ndarray


def unary(step: ArrayUnary) -> Callable[[Any], Any]:
    """Compute an elementwise function of one array and its tangent."""
    value, partial, primitive, general = step
    if primitive.regular is not None:
        return general
    kernel = primitive.kernel

    def push(self: Any) -> Any:
        level = self.level
        a = self.primal
        plain = a if a.__class__ is _array else strip(a)
        if plain.__class__ is not _array or not plain.ndim or not level.running:
            return general(self)
        found = None
        if kernel is not None and plain.size >= kernel.least:
            found = in_one_pass(primitive, (a,), (0,))
        if found is None:
            y = value(a)
            d = partial(y, a)
        else:
            y, (d,) = found
        return _dual(level, y, _along(self.carry, d, plain.dtype))

    return push


def binary(step: ArrayBinary) -> tuple[Two, Two]:
    """Compute an elementwise function of two operands and its tangent, and swapped."""
    value, (partial_a, partial_b), primitive, general, general_reflected = step
    kernel = primitive.kernel

    def push(self: Any, other: Any) -> Any:
        level = self.level
        a = self.primal
        plain = a if a.__class__ is _array else strip(a)
        if plain.__class__ is not _array or not plain.ndim or not level.running:
            return general(self, other)
        if other.__class__ is not ArrayDual:
            if not is_constant_like(other, plain):
                return general(self, other)
            args = (a, other)
            found = None
            if kernel is not None and plain.size >= kernel.least:
                found = in_one_pass(primitive, args, (0,))
            if found is None:
                y = value(a, other)
                d = partial_a(y, a, other)
            else:
                y, (d,) = found
            return _dual(level, y, _along(self.carry, d, plain.dtype))
        b = other.primal
        plain_b = b if b.__class__ is _array else strip(b)
        if (
            other.level is not level
            or plain_b.__class__ is not _array
            or plain.dtype is not plain_b.dtype
            or plain.shape != plain_b.shape
            or not partial_b
        ):
            return general(self, other)
        found = None
        if kernel is not None and plain.size >= kernel.least:
            found = in_one_pass(primitive, (a, b), (0, 1))
        if found is None:
            y = value(a, b)
            da, db = partial_a(y, a, b), partial_b(y, a, b)
        else:
            y, (da, db) = found
        term = _along(other.carry, db, plain.dtype)
        if da is ONE:
            return _dual(level, y, self.carry + term)
        change = _along(self.carry, da, plain.dtype)
        if change.__class__ is _array and term.__class__ is _array:
            change += term
        else:
            change = change + term
        return _dual(level, y, change)

    def push_reflected(self: Any, other: Any) -> Any:
        level = self.level
        b = self.primal
        plain = b if b.__class__ is _array else strip(b)
        if (
            plain.__class__ is not _array
            or not plain.ndim
            or not level.running
            or not partial_b
            or not is_constant_like(other, plain)
        ):
            return general_reflected(self, other)
        args = (other, b)
        found = None
        if kernel is not None and plain.size >= kernel.least:
            found = in_one_pass(primitive, args, (1,))
        if found is None:
            y = value(other, b)
            d = partial_b(y, other, b)
        else:
            y, (d,) = found
        return _dual(level, y, _along(self.carry, d, plain.dtype))

    if primitive.regular is not None:
        return general, general_reflected
    return push, push_reflected


def _along(change: Any, d: Any, dtype: Any) -> Any:
    """Return a tangent times a partial, in the dtype of the output."""
    if d is ONE:
        return change
    if getattr(d, "dtype", dtype) != dtype:
        d = d.astype(dtype)
    return change * d


def _dual(level: Any, y: Any, change: Any) -> ArrayDual:
    dual = ArrayDual()
    dual.level = level
    dual.primal = y
    dual.carry = change
    return dual
