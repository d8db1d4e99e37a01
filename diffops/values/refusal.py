"""Refusals: what a tracked value cannot become, said once and remembered.

Code that swallows the error and goes on with another number would lose a derivative
without a word. So the differentiations of the value note the refusal, and their
operator raises it in the end.
"""

from __future__ import annotations

from typing import Any, NoReturn

from diffops.errors import NoDerivativeError, at_user_line
from diffops.tags import levels


def refuse(value: Any, what: str, advice: str) -> NoReturn:
    """Raise, and note on every level of the value, that its derivative would be lost."""
    error = NoDerivativeError(
        f"{what} would lose the derivative of a tracked value{at_user_line()}; {advice}"
    )
    for level in levels(value):
        if level.refusal is None:
            level.refusal = error
    raise error
