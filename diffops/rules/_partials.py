"""The partial derivatives of elementwise functions: checked, and suited to use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from diffops.engines.arrays import is_view
from diffops.primitive import ONE, Partial
from diffops.rules._fitting import is_complex, strong_product


def check_partials(
    function: Callable[..., Any], partials: Sequence[Partial | None]
) -> None:
    """Raise unless an elementwise rule states functions, ints or None."""
    if not callable(function) or not partials:
        raise TypeError(
            "elementwise wants a function and a partial derivative for each of its "
            f"arguments: elementwise(f, *partials), not {function!r} and "
            f"{len(partials)} partials"
        )
    for partial in partials:
        if partial is not None and type(partial) is not int and not callable(partial):
            raise TypeError(
                f"a partial derivative is a function of (y, *args), an int, or None "
                f"for zero, not {partial!r}"
            )


def check_call(
    partials: Sequence[Partial | None], args: Sequence[Any], params: dict[str, Any]
) -> None:
    """Raise where partials are asked about arguments that they do not know."""
    if params or len(args) != len(partials):
        given = ", ".join([f"{len(args)} arguments", *map(repr, params)])
        raise TypeError(
            f"the rule states {len(partials)} partial derivatives, but the call has "
            f"{given}: give each argument by position, and a partial for it"
        )


def is_regular(regular: Callable[..., Any], y: Any, args: Sequence[Any]) -> bool:
    """Tell whether a number among the arguments alone keeps the partials finite."""
    return any(type(arg) is float or type(arg) is int for arg in args) and (
        regular(y, *args) is True
    )


def strong_or_one(g: Any, d: Any) -> Any:
    """Multiply a cotangent by a partial, and not by that of a sum."""
    return g if d is ONE else strong_product(g, d)


def suited(d: Any, y: Any) -> Any:
    """Cast a partial to the dtype of the output, so that cotangents keep theirs."""
    dtype = getattr(y, "dtype", None)
    if dtype is None or getattr(d, "dtype", dtype) is dtype or is_complex(d):
        return d
    return d.astype(dtype)


def is_foreign_to(value: Any, args: Sequence[Any], wrt: Sequence[int]) -> bool:
    """Tell whether a partial is, or looks into, an array that the user may change."""
    return is_view(value) or any(
        value is arg for i, arg in enumerate(args) if i not in wrt
    )
