"""Whether what is computed again is what was computed first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError
from diffops.tags import Tracked, strip


def check_repeated(
    name: str, first: Sequence[Any] | None, again: Sequence[Any]
) -> None:
    """Raise where values differ by more than rounding; tracked ones are let pass."""
    if first is None:
        return
    for a, b in zip(first, again, strict=True):
        a, b = strip(a), strip(b)
        if a is b or isinstance(a, Tracked) or isinstance(b, Tracked):
            continue
        if np.shape(a) != np.shape(b) or not _close(a, b):
            raise NoDerivativeError(
                f"{name} computed something else when it was run again on the way "
                "back; it must be a function of its arguments: seed what is random, "
                "and leave what it uses besides as it is"
            )


def _close(a: Any, b: Any) -> bool:
    if np.all(a == b):
        return True
    kind = np.result_type(a, b)
    if kind.kind not in "fc":
        return False
    with np.errstate(all="ignore"):
        size = np.max(np.abs(a), initial=0.0, where=np.isfinite(a))
        limit = np.finfo(kind).eps ** 0.5 * size
        off = ~(np.abs(a - b) <= limit) & ~(a == b) & ~(np.isnan(a) & np.isnan(b))
    return not np.any(off)
