"""The inline path of elementwise array arithmetic in reverse mode.

It serves operands of one shape and dtype, and Python numbers; anything else goes back
to the general dispatch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.modes.node import ArrayNode
from diffops.modes.place import Place, Product
from diffops.primitive import ONE
from diffops.values.inline import ArrayBinary, ArrayUnary, Two

_array = np.ndarray

#: Bytes from which fresh memory costs more than looking for memory to reuse.
_LARGE = 16_384


def unary(step: ArrayUnary) -> Callable[[Any], Any]:
    """Record an elementwise function of one array."""
    value, partial, primitive, general = step
    singular = primitive.regular is not None

    def record(self: Any) -> Any:
        level = self.level
        a = self.primal
        if a.__class__ is not _array or level.rows is None:
            return general(self)
        y = value(a)
        if y.__class__ is not _array or y.dtype is not a.dtype:
            return general(self)
        if singular:
            pull = primitive.pullback(y, (a,), {}, (0,))
            return _node(level, y, Place(next(level.places), (self.carry,), pull))
        return _one(level, self.carry, partial(y, a), y)

    return record


def binary(step: ArrayBinary) -> tuple[Two, Two]:
    """Record an elementwise function of two operands, and with them swapped."""
    value, (partial_a, partial_b), primitive, general, general_reflected = step
    singular = primitive.regular is not None

    def record(self: Any, other: Any) -> Any:
        level = self.level
        a = self.primal
        if a.__class__ is not _array or level.rows is None:
            return general(self, other)
        if other.__class__ is ArrayNode and other.level is level and partial_b:
            b = other.primal
            if (
                b.__class__ is not _array
                or a.dtype is not b.dtype
                or a.shape != b.shape
            ):
                return general(self, other)
            y = value(a, b)
            if y.__class__ is not _array:
                return general(self, other)
            if singular:
                parents = (self.carry, other.carry)
                pull = primitive.pullback(y, (a, b), {}, (0, 1))
                return _node(level, y, Place(next(level.places), parents, pull))
            dtype = y.dtype
            place = Product()
            place.elements = 0
            place.large = y.nbytes > _LARGE
            place.index = next(level.places)
            place.parent = self.carry
            d = partial_a(y, a, b)
            place.factor = d if d.__class__ is not _array else _suited(d, dtype)
            place.second_parent = other.carry
            d = partial_b(y, a, b)
            place.second_factor = d if d.__class__ is not _array else _suited(d, dtype)
            return _node(level, y, place)
        if not _is_constant_like(other, a):
            return general(self, other)
        y = value(a, other)
        if y.__class__ is not _array or y.dtype is not a.dtype:
            return general(self, other)
        if singular:
            pull = primitive.pullback(y, (a, other), {}, (0,))
            return _node(level, y, Place(next(level.places), (self.carry,), pull))
        d = partial_a(y, a, other)
        if d is other and d.__class__ is _array:
            d = d.copy()
        return _one(level, self.carry, d, y)

    def record_reflected(self: Any, other: Any) -> Any:
        level = self.level
        b = self.primal
        if (
            b.__class__ is not _array
            or level.rows is None
            or not partial_b
            or not _is_constant_like(other, b)
        ):
            return general_reflected(self, other)
        y = value(other, b)
        if y.__class__ is not _array or y.dtype is not b.dtype:
            return general_reflected(self, other)
        if singular:
            pull = primitive.pullback(y, (other, b), {}, (1,))
            return _node(level, y, Place(next(level.places), (self.carry,), pull))
        d = partial_b(y, other, b)
        if d is other and d.__class__ is _array:
            d = d.copy()
        return _one(level, self.carry, d, y)

    return record, record_reflected


def _is_constant_like(other: Any, array: Any) -> bool:
    """Tell whether a constant leaves the shape and dtype of the array as they are."""
    kind = other.__class__
    return (
        kind is float
        or kind is int
        or (
            kind is _array and other.dtype is array.dtype and other.shape == array.shape
        )
    )


def _suited(d: Any, dtype: Any) -> Any:
    """Return a partial in the dtype of the output."""
    return d if d.dtype is dtype else d.astype(dtype)


def _one(level: Any, parent: Any, d: Any, y: Any) -> ArrayNode:
    """Track a result with one parent; a shifted array stands in its parent's place."""
    if d is ONE:
        return _at(level, y, parent)
    place = Product()
    place.elements = 0
    place.large = y.nbytes > _LARGE
    place.index = next(level.places)
    place.parent = parent
    place.factor = d if d.__class__ is not _array else _suited(d, y.dtype)
    place.second_parent = None
    return _node(level, y, place)


def _node(level: Any, y: Any, place: Any) -> ArrayNode:
    """Track a result in a new place."""
    level.rows += (place.index, None, None, None, None)
    return _at(level, y, place)


def _at(level: Any, y: Any, place: Any) -> ArrayNode:
    node = ArrayNode()
    node.level = level
    node.primal = y
    node.carry = place
    return node
