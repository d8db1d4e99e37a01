"""Arguments of which the values alone count, and those that cannot be tracked."""

from __future__ import annotations

from typing import Any

from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import tracked_in
from diffops.rules._constant import deep_strip
from diffops.tags import Tracked


def whole(value: Any, name: str) -> Any:
    """Return a count or an index as it is; a tracked one has no derivative."""
    if isinstance(value, Tracked) and value.dtype.kind in "iu":  # type: ignore[attr-defined]
        return known(value)
    if tracked_in([value]):
        raise NoDerivativeError(
            f"{name} is tracked{at_user_line()}, but counts and indices have no "
            "derivative; pass int(diffops.stop_gradient(x)) or an array of integers"
        )
    return value


def known(value: Any) -> Any:
    """Return the plain values that decide what a function does, and of which shape.

    Where the members of a batch differ in them, each group runs on its own.
    """
    value = deep_strip(value)
    if isinstance(value, (list, tuple)):
        return type(value)(map(known, value))
    while isinstance(value, Tracked):
        value = value.shared()  # type: ignore[attr-defined]
    return value
