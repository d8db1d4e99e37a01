"""What a mode is told of a step that it can take inline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from diffops.primitive import Primitive
from diffops.values.scalar import ScalarValue

One = Callable[[Any], Any]
Two = Callable[[Any, Any], Any]


class Numbers(NamedTuple):
    """The classes of a mode's numbers.

    ``float64`` stands for np.float64 and ``python`` for Python's float, which yields
    to the dtype of what it meets; both hold Python floats. ``other`` holds the rest.
    """

    float64: type[ScalarValue]
    python: type[ScalarValue]
    other: type[ScalarValue]


class Unary(NamedTuple):
    """How to compute a function of one number inline, and what to do otherwise."""

    value: Callable[[Any], Any]
    partial: Callable[..., Any]
    float_value: Callable[[float], Any]
    float_partial: Callable[..., Any]
    regular: Callable[..., Any] | None
    general: Callable[[Any], Any]
    result: type[ScalarValue]


class Binary(NamedTuple):
    """How to compute a function of two numbers inline, and what to do otherwise.

    ``partials`` holds two of type Partial, or None where nothing is to be taken;
    ``result`` is the class of the result where the operands leave it open.
    """

    value: Two
    partials: tuple[Any, Any]
    regular: Callable[..., Any] | None
    general: Two
    general_reflected: Two
    result: type[ScalarValue]
    numbers: Numbers


class ArrayUnary(NamedTuple):
    """How to compute an elementwise function of one array inline."""

    value: Callable[[Any], Any]
    partial: Callable[..., Any]
    primitive: Primitive
    general: Callable[[Any], Any]


class ArrayBinary(NamedTuple):
    """How to compute an elementwise function of two operands inline."""

    value: Two
    partials: tuple[Callable[..., Any], Callable[..., Any] | None]
    primitive: Primitive
    general: Two
    general_reflected: Two
