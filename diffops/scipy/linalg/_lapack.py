"""What rules for SciPy's linear algebra share: dtypes, and NumPy's rules borrowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.primitive import Primitive, Pull, adopt
from diffops.rules._constant import Constant
from diffops.rules._fitting import is_complex, shape_of, spread
from diffops.rules._kinds import add, general
from diffops.rules.hermitian import adjoint, from_triangle
from diffops.rules.matmul import conj, swap

__all__ = [
    "adjoint",
    "borrowing",
    "conj",
    "from_triangle",
    "is_complex",
    "lapack",
    "plainly",
    "rule",
    "shape_of",
    "swap",
    "symmetric",
]

#: What LAPACK, and so SciPy, makes of other dtypes.
_DTYPES = {"e": np.float32, "g": np.float64, "G": np.complex128}


def lapack(value: Any) -> Any:
    """Return a value as an array of a dtype that LAPACK knows."""
    value = adopt(value)
    if not hasattr(value, "dtype"):
        return np.asarray(value)
    if value.dtype.kind in "biu":
        return value.astype(np.float64)
    dtype = _DTYPES.get(value.dtype.char)
    return value if dtype is None else value.astype(dtype)


def symmetric(a: Any, lower: bool) -> Any:
    """Return the symmetric matrix of one triangle, without conjugation."""
    triangle = np.tril(a) if lower else np.triu(a)
    strict = np.tril(a, -1) if lower else np.triu(a, 1)
    return triangle + swap(strict)


def rule(
    function: Callable[..., Any],
    jvp: Callable[..., Any],
    *vjps: Callable[..., Any] | None,
) -> Primitive:
    """Make a primitive as `general` does, whose tangents get the dtype of the value."""

    def suited(
        y: Any, args: Sequence[Any], tangents: Sequence[Any], **params: Any
    ) -> Any:
        change = jvp(y, args, tangents, **params)
        if isinstance(y, tuple):
            return tuple(map(spread, change, y))
        return spread(change, y)

    return general(function, suited, *vjps)


def borrowing(
    function: Callable[..., Any], primitive: Primitive, *names: str
) -> Primitive:
    """Make a primitive of SciPy's value and the derivative of NumPy's function.

    ``names`` are the parameters that the derivative is told of.
    """

    def pushforward(
        y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
    ) -> Any:
        known = {name: params[name] for name in names}
        change = primitive.pushforward(y, args, known, tangents)
        if isinstance(y, tuple):
            return tuple(map(spread, change, y))
        return spread(change, y)

    def pullback(
        y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
    ) -> Pull | None:
        known = {name: params[name] for name in names}
        return primitive.pullback(y, args, known, wrt)

    return add(Primitive(function, pushforward, pullback))


def plainly(function: Callable[..., Any]) -> Constant:
    """Make a function run on values without differentiations: it has no derivative."""
    return Constant(function)
