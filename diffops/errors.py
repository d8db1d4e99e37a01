"""What diffops raises, and the helper that names the user's line."""

from __future__ import annotations

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


class NoDerivativeError(TypeError):
    """The derivative cannot be followed through this operation."""


class EscapedValueError(NoDerivativeError):
    """A value was changed after the differentiation that it belongs to had ended."""


def at_user_line() -> str:
    """Return ' (file:line)' of the nearest frame outside diffops and NumPy, or ''."""
    frame = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        if not path.startswith(_HERE) and package != "numpy":
            return f" ({path}:{frame.f_lineno})"
        frame = frame.f_back  # type: ignore[assignment]
    return ""
