"""What diffops raises, and how its messages name functions and the user's line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from traceback import walk_tb
from types import FrameType
from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


class NoDerivativeError(TypeError):
    """The derivative cannot be followed through this operation.

    The message names the operation, your line, and what to write instead.

    >>> from diffops import grad
    >>> grad(lambda x: float(x) ** 2)(3.0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    diffops.errors.NoDerivativeError: float(x), math.*, or writing into a plain ...
    """


class EscapedValueError(NoDerivativeError):
    """A value was changed after the differentiation that it belongs to had ended.

    >>> import numpy as np
    >>> from diffops import grad
    >>> kept = []
    >>> grad(lambda x: kept.append(2 * x) or x @ x)(np.ones(2))
    array([2., 2.])
    >>> kept[0][0] = 0.0  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    diffops.errors.EscapedValueError: a tracked array was written into after ...
    """


class ConvergenceError(ArithmeticError):
    """What is defined by an equation was not found, or has no derivative there.

    >>> from diffops import root
    >>> root(lambda x: x**2 + 1.0, 1.0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    diffops.errors.ConvergenceError: ...
    """


class StaleProgramError(RuntimeError):
    """A jitted function and its program differ: what it reads has changed.

    >>> import numpy as np
    >>> from diffops import jit
    >>> scale = np.ones(1)
    >>> f = jit(lambda x: scale * x, check=True)
    >>> [f(x)[0] for x in (1.0, 2.0)] == [1.0, 2.0]
    True
    >>> scale[0] = 3.0
    >>> f(1.0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    diffops.errors.StaleProgramError: ...
    """


def at_user_line() -> str:
    """Return ' (file:line)' of the nearest frame that is no library's."""
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


#: What to call in the place of a function of SciPy's, which wants plain numbers.
INSTEAD_OF_SCIPY = (
    "use its mirror in diffops.scipy (of scipy.optimize: diffops.root, diffops.argmin, "
    "diffops.optimize), or give it a derivative of your own by diffops.custom_jvp; to "
    "drop the derivative on purpose use diffops.stop_gradient"
)


def function_of_scipy(error: BaseException | None = None) -> str:
    """Return the function of SciPy's that the user called and that came here, or ''.

    Or the one that an error came through. What a function of diffops called has none.
    """
    name = ""
    for frame in _frames_of(error):
        if _is_users(frame):
            break
        package, *inside = frame.f_globals.get("__name__", "").split(".")
        if package == "scipy" and inside and inside[0] != "_lib":
            public = [part for part in inside if not part.startswith("_")]
            name = ".".join([package, *public, frame.f_code.co_qualname])
        elif name and package == "diffops":
            return ""
    return name


def _frames_of(error: BaseException | None) -> Iterator[FrameType]:
    """Yield the frames that an error came through, or those of now, the last first."""
    if error is not None:
        yield from (frame for frame, _ in reversed([*walk_tb(error.__traceback__)]))
        return
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        yield frame
        frame = frame.f_back


_LIBRARIES = ("numpy", "scipy", "cupy", "cupyx")


def _is_users(frame: FrameType) -> bool:
    package = frame.f_globals.get("__name__", "").partition(".")[0]
    ours = frame.f_code.co_filename.startswith(_HERE)
    return not ours and package not in _LIBRARIES


def name_of(function: Callable[..., Any]) -> str:
    """Return what users call a function: ``numpy.linalg.det``.

    Ufuncs do not say which module they are from.
    """
    name = getattr(function, "__name__", repr(function))
    module = getattr(function, "__module__", None)
    for place in ("numpy", "scipy.special"):
        if getattr(sys.modules.get(place), name, None) is function:
            module = place
    return f"{module}.{name}" if module else name
