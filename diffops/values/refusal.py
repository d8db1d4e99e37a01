"""Refusals: what a tracked value cannot become, said once and remembered.

Code that swallows the error and goes on with another number would lose a derivative
without a word. So the differentiations of the value note the refusal, and their
operator raises it in the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from diffops.errors import NoDerivativeError, at_user_line
from diffops.tags import levels


def refuse(value: Any, what: str, advice: str) -> NoReturn:
    """Raise, and note on all levels of the value, that its derivative would be lost."""
    error = NoDerivativeError(
        f"{what} would lose the derivative of a tracked value{at_user_line()}; {advice}"
    )
    remember(error, [value])
    raise error


def remember(error: Exception, values: Iterable[Any]) -> None:
    """Note a refusal on every level of these values, and of those inside them."""
    for value in values:
        if isinstance(value, (list, tuple)):
            remember(error, value)
        elif isinstance(value, dict):
            remember(error, value.values())
        for level in levels(value):
            if level.refusal is None:
                level.refusal = error
