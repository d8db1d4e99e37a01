"""Shapes and dtypes of tangents and cotangents, and products that keep zeros strong.

Here broadcasting is undone, once for all rules.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import is_at_hand, is_plain
from diffops.engines.cupy import is_on_device
from diffops.engines.loading import is_lazy
from diffops.primitive import Partial, table
from diffops.tags import Tracked, example


def shape_of(value: Any) -> tuple[int, ...]:
    """Return the shape of an array, or () for a number."""
    return getattr(value, "shape", ())


def fit(cotangent: Any, like: tuple[tuple[int, ...], Any]) -> Any:
    """Sum a cotangent over broadcast axes and cast it, to suit its argument."""
    shape, dtype = like
    found = shape_of(cotangent)
    if found != shape:
        extra = len(found) - len(shape)
        axes = tuple(range(extra)) + tuple(
            axis + extra
            for axis, size in enumerate(shape)
            if size == 1 != found[axis + extra]
        )
        cotangent = np.reshape(np.sum(cotangent, axis=axes), shape)
    if not shape and hasattr(cotangent, "ndim"):
        cotangent = cotangent[()]  # a number, where the sum left an array
    kind = getattr(cotangent, "dtype", None)
    if kind is dtype and kind is not None:
        return cotangent
    if (dtype is None or dtype.kind != "c") and is_complex(cotangent):
        cotangent = np.real(cotangent)
    if dtype is None or (kind is None and dtype.kind != "c"):
        return cotangent
    return dtype.type(cotangent) if kind is None else cotangent.astype(dtype)


def is_complex(value: Any) -> bool:
    """Tell whether a number or array is complex."""
    dtype = getattr(value, "dtype", None)
    return isinstance(value, complex) if dtype is None else dtype.kind == "c"


def is_extended(value: Any) -> bool:
    """Tell whether a number or array has a precision beyond that of Python's floats."""
    dtype = getattr(value, "dtype", None)
    return dtype is not None and dtype.char in "gG"


def log_of(n: int, like: Any) -> Any:
    """Return the logarithm of a number, in the precision of a value."""
    return np.log(np.longdouble(n)) if is_extended(like) else math.log(n)


def in_double(rule: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a rule of series that leaves extended precision to the pushforward.

    The logarithms of Python numbers that it is made of have not as many digits.
    """
    return lambda call: None if is_extended(call.value) else rule(call)


def likeness(value: Any) -> tuple[tuple[int, ...], Any]:
    """Return the shape and dtype that the cotangent of a value must have.

    A Python float takes a cotangent of any real dtype: None stands for that.
    """
    if isinstance(value, complex) and not hasattr(value, "dtype"):
        return (), np.dtype(complex)
    return shape_of(value), getattr(value, "dtype", None)


def spread(tangent: Any, y: Any) -> Any:
    """Broadcast and cast a tangent to suit the value that it belongs to."""
    shape, dtype = likeness(y)
    if shape_of(tangent) != shape:
        if not is_at_hand(y) and (is_lazy(y) or is_at_hand(tangent)):
            tangent = tangent + np.zeros_like(example(y))  # of its library and blocks
        tangent = np.broadcast_to(tangent, shape)
    if dtype is not None and getattr(tangent, "dtype", dtype) != dtype:
        tangent = tangent.astype(dtype)
    return tangent


def strong_product(g: Any, d: Any) -> Any:
    """Multiply, with 0 where g is zero and the partial d is infinite or NaN.

    That is what makes ``where(x > 0, sqrt(x), 0)`` differentiable at 0. See ForwardDiff
    issue 774 on why the test must be per element and per tangent. Tracked operands go
    through a rule (in `arithmetic`): its derivatives must keep their zeros too.
    """
    if isinstance(g, Tracked) or isinstance(d, Tracked):
        return table[strong_product](g, d)
    product = g * d
    if is_plain(product):
        flat = np.ravel(product)
        square = flat.dot(flat)
        if square == square:
            return product
    elif is_on_device(product):
        found = _on_device(g, d)
        if found is not None:
            return found
    return np.where(is_strong_zero(g, d), 0.0, product)[()]


def _on_device(g: Any, d: Any) -> Any:
    from diffops.kernels.device_kernel import strong_product as by_kernel

    return by_kernel(g, d)


def is_strong_zero(g: Any, d: Any) -> Any:
    """Tell where a zero meets an infinite or undefined partial, and wins."""
    return (g == 0) & ~np.isfinite(d)


def evaluate(partial: Partial, y: Any, args: Sequence[Any]) -> Any:
    """Evaluate a partial; where Python numbers raise, NumPy's give inf or NaN."""
    if isinstance(partial, int):
        return partial
    if is_extended(y):
        # A Python number is exact; what is computed of it is not, in double precision.
        args = [
            y.dtype.type(arg) if isinstance(arg, (float, int)) else arg for arg in args
        ]
    try:
        return partial(y, *args)
    except ArithmeticError:
        return partial(y, *map(_as_numpy_scalar, args))


def _as_numpy_scalar(value: Any) -> Any:
    return np.float64(value) if isinstance(value, (float, int)) else value
