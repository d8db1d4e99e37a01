"""What diffops raises, and the helper that names the user's line."""

from __future__ import annotations

import os
import sys
from types import FrameType

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


class NoDerivativeError(TypeError):
    """The derivative cannot be followed through this operation."""


class EscapedValueError(NoDerivativeError):
    """A value was changed after the differentiation that it belongs to had ended."""


def at_user_line() -> str:
    """Return ' (file:line)' of the nearest frame outside diffops and NumPy, or ''."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if _is_users(frame):
            return f" ({frame.f_code.co_filename}:{frame.f_lineno})"
        frame = frame.f_back
    return ""


def at_line_of(error: BaseException) -> str:
    """Return ' (file:line)' of the user's last line that an error came through."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        if _is_users(trace.tb_frame):
            place = f" ({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})"
        trace = trace.tb_next
    return place


def _is_users(frame: FrameType) -> bool:
    package = frame.f_globals.get("__name__", "").partition(".")[0]
    return not frame.f_code.co_filename.startswith(_HERE) and package != "numpy"
