"""Arguments in which no tracked value can stand."""

from __future__ import annotations

from typing import Any

from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import tracked_in


def whole(value: Any, name: str) -> Any:
    """Return a count or an index as it is; a tracked one has no derivative."""
    if tracked_in([value]):
        raise NoDerivativeError(
            f"{name} is tracked{at_user_line()}, but counts and indices have no "
            "derivative; pass int(diffops.stop_gradient(x)) or an array of integers"
        )
    return value
