"""Functions that no derivative passes through, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from diffops.errors import NoDerivativeError, at_user_line, name_of
from diffops.primitive import table

#: What helps where nothing in particular does.
_DETACH = "detach the argument with diffops.stop_gradient if its derivative is zero"


def refused(*functions: Callable[..., Any], reason: str, advice: str = _DETACH) -> None:
    """Declare functions that raise where they meet a tracked value, and say why."""
    for function in functions:
        table[function] = Refused(function, reason, advice)


class Refused:
    """What stands in the table for a function that is refused."""

    __slots__ = ("advice", "function", "name", "reason")

    def __init__(self, function: Callable[..., Any], reason: str, advice: str) -> None:
        self.function = function
        self.name = getattr(function, "__name__", repr(function))
        self.reason = reason
        self.advice = advice

    def __call__(self, *args: Any, **params: Any) -> NoReturn:
        """Raise."""
        raise NoDerivativeError(
            f"{name_of(self.function)} of a tracked value{at_user_line()} has no "
            f"derivative: {self.reason}; {self.advice}"
        )

    def __repr__(self) -> str:
        return f"<refused {self.name}>"
