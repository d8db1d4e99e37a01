"""``jit(f, check=True)``: f beside its program, to find what went stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from diffops.errors import StaleProgramError, at_user_line
from diffops.operators._tree import flatten

if TYPE_CHECKING:
    from diffops.jit.jitted import Jitted
    from diffops.jit.signature import Arguments

#: Replay and f differ by rounding at most: units of the result's precision.
_UNITS = 1024


def compare(jitted: Jitted, y: Any, arguments: Arguments) -> None:
    """Raise StaleProgramError where f itself gives other results than its program."""
    leaves, _ = flatten(arguments.call(jitted.f, arguments.varying))
    for found, wanted in zip(flatten(y)[0], leaves, strict=True):
        if not _close(found, wanted):
            raise StaleProgramError(
                f"{jitted.__name__} gave another result than the function itself"
                f"{at_user_line()}: it draws random numbers, or reads something that "
                "changed since it was recorded; pass that as an argument"
            )


def _close(found: Any, wanted: Any) -> bool:
    if np.shape(found) != np.shape(wanted):
        return False
    dtype = np.result_type(found, wanted)
    if dtype.kind not in "fc":
        return bool(np.array_equal(found, wanted))
    size = np.max(np.abs(wanted), initial=1.0, where=np.isfinite(wanted))
    bound = _UNITS * np.finfo(dtype).eps * size
    return bool(np.allclose(found, wanted, rtol=0.0, atol=bound, equal_nan=True))
