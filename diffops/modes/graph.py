"""The inline path of elementwise array arithmetic in reverse mode.

It serves operands of one shape and dtype, and Python numbers, whose results have that
shape and dtype too; anything else goes back to the general dispatch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.modes.node import ArrayNode, PythonNode, ScalarNode
from diffops.modes.one_pass import in_one_pass
from diffops.modes.place import Place, Product
from diffops.primitive import ONE, Pull
from diffops.tags import strip
from diffops.values.floats import is_constant_like
from diffops.values.steps import ArrayBinary, ArrayUnary, Two

_array = np.ndarray
_float64 = np.dtype(np.float64)

#: The numbers of the arguments to take partials in.
_FIRST, _SECOND, _BOTH = (0,), (1,), (0, 1)

#: Bytes from which fresh memory costs more than looking for memory to reuse.
_LARGE = 16_384


def unary(step: ArrayUnary) -> Callable[[Any], Any]:
    """Record an elementwise function of one array."""
    value, partial, primitive, general = step
    singular = primitive.regular is not None
    kernel = primitive.kernel

    def record(self: Any) -> Any:
        level = self.level
        rows = level.rows
        a = self.primal
        plain = a if a.__class__ is _array else strip(a)
        if plain.__class__ is not _array or not plain.ndim or rows is None:
            return general(self)
        found = None
        if kernel is not None and plain.size >= kernel.least:
            found = in_one_pass(primitive, (a,), _FIRST)
        y, factors = (value(a), None) if found is None else found
        if factors is not None:
            (d,) = factors
        elif singular:
            pull = primitive.pullback(y, (a,), {}, _FIRST)
            return _node(level, y, _place(level, (self.carry,), pull))
        else:
            d = partial(y, a)
        if d is ONE:
            return _node(level, y, self.carry)
        # What follows is _product and _node, without the calls.
        place = Product()
        place.elements = 0
        place.index = k = next(level.places)
        place.parent = self.carry
        place.second_parent = None
        if d.__class__ is _array and d.dtype is not plain.dtype:
            d = d.astype(plain.dtype)
        place.factor = d
        place.large = y.__class__ is _array and y.nbytes > _LARGE
        rows += (k, None, None, None, None)
        node = ArrayNode()
        node.level = level
        node.primal = y
        node.carry = place
        return node

    return record


def binary(step: ArrayBinary) -> tuple[Two, Two]:
    """Record an elementwise function of two operands, and with them swapped."""
    value, (partial_a, partial_b), primitive, general, general_reflected = step
    singular = primitive.regular is not None
    kernel = primitive.kernel

    def record(self: Any, other: Any) -> Any:
        level = self.level
        rows = level.rows
        a = self.primal
        plain = a if a.__class__ is _array else strip(a)
        if plain.__class__ is not _array or not plain.ndim or rows is None:
            return general(self, other)
        if other.__class__ is not ArrayNode:
            if _is_beside(other, level, plain) and partial_b and not singular:
                b = other.primal
                y = value(a, b)
                both = _pull_to_both(partial_a(y, a, b), partial_b(y, a, b))
                return _node(level, y, _place(level, (self.carry, other.carry), both))
            if not is_constant_like(other, plain):
                return general(self, other)
            args = (a, other)
            found = None
            if kernel is not None and plain.size >= kernel.least:
                found = in_one_pass(primitive, args, _FIRST)
            y, factors = (value(a, other), None) if found is None else found
            if factors is not None:
                (d,) = factors
            elif singular:
                pull = primitive.pullback(y, args, {}, _FIRST)
                return _node(level, y, _place(level, (self.carry,), pull))
            else:
                d = partial_a(y, a, other)
            return _node(level, y, _one(level, self.carry, _kept(d, other), y))
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
            found = in_one_pass(primitive, (a, b), _BOTH)
        y, factors = (value(a, b), None) if found is None else found
        if factors is None and singular:
            parents = (self.carry, other.carry)
            pull = primitive.pullback(y, (a, b), {}, _BOTH)
            return _node(level, y, _place(level, parents, pull))
        # What follows is _product and _node, without the calls.
        dtype = plain.dtype
        place = Product()
        place.elements = 0
        place.index = k = next(level.places)
        place.parent = self.carry
        place.second_parent = other.carry
        d = partial_a(y, a, b) if factors is None else factors[0]
        if d.__class__ is _array and d.dtype is not dtype:
            d = d.astype(dtype)
        place.factor = d
        d = partial_b(y, a, b) if factors is None else factors[1]
        if d.__class__ is _array and d.dtype is not dtype:
            d = d.astype(dtype)
        place.second_factor = d
        place.large = y.__class__ is _array and y.nbytes > _LARGE
        rows += (k, None, None, None, None)
        node = ArrayNode()
        node.level = level
        node.primal = y
        node.carry = place
        return node

    def record_reflected(self: Any, other: Any) -> Any:
        level = self.level
        b = self.primal
        plain = b if b.__class__ is _array else strip(b)
        if (
            plain.__class__ is not _array
            or not plain.ndim
            or level.rows is None
            or not partial_b
        ):
            return general_reflected(self, other)
        if _is_beside(other, level, plain) and not singular:
            a = other.primal
            y = value(a, b)
            both = _pull_to_both(partial_b(y, a, b), partial_a(y, a, b))
            return _node(level, y, _place(level, (self.carry, other.carry), both))
        if not is_constant_like(other, plain):
            return general_reflected(self, other)
        args = (other, b)
        found = None
        if kernel is not None and plain.size >= kernel.least:
            found = in_one_pass(primitive, args, _SECOND)
        y, factors = (value(other, b), None) if found is None else found
        if factors is not None:
            (d,) = factors
        elif singular:
            pull = primitive.pullback(y, args, {}, _SECOND)
            return _node(level, y, _place(level, (self.carry,), pull))
        else:
            d = partial_b(y, other, b)
        return _node(level, y, _one(level, self.carry, _kept(d, other), y))

    return record, record_reflected


def _is_beside(other: Any, level: Any, array: np.ndarray) -> bool:
    """Tell whether an operand is a number of this level that float64 arrays absorb."""
    kind = other.__class__
    return (
        (kind is ScalarNode or kind is PythonNode)
        and other.level is level
        and array.dtype is _float64
    )


def _pull_to_both(to_array: Any, to_number: Any) -> Pull:
    """Return the pull to an array, by its partial, and to the number beside it."""
    return lambda g: (
        g if to_array is ONE else g * to_array,
        (g if to_number is ONE else g * to_number).sum(),
    )


def _kept(d: Any, other: Any) -> Any:
    """Return a partial that is the user's array itself as a copy."""
    return d.copy() if d is other and d.__class__ is _array else d


def _one(level: Any, parent: Any, d: Any, y: Any) -> Any:
    """Return the place of a result with one parent: the parent's if it was shifted."""
    return parent if d is ONE else _product(level, parent, d, y)


def _product(level: Any, parent: Any, d: Any, y: Any) -> Product:
    place = Product()
    place.elements = 0
    place.index = next(level.places)
    place.parent = parent
    if d.__class__ is _array and d.dtype is not y.dtype:
        d = d.astype(y.dtype)
    place.factor = d
    place.second_parent = None
    place.large = y.__class__ is _array and y.nbytes > _LARGE
    level.rows += (place.index, None, None, None, None)
    return place


def _place(level: Any, parents: tuple[Any, ...], pull: Any) -> Place:
    place = Place(next(level.places), parents, pull)
    level.rows += (place.index, None, None, None, None)
    return place


def _node(level: Any, y: Any, place: Any) -> ArrayNode:
    node = ArrayNode()
    node.level = level
    node.primal = y
    node.carry = place
    return node
