"""``jit(f, check=True)``: f beside its program, to find what went stale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from diffops.engines.cupy import is_on_device
from diffops.errors import StaleProgramError, at_user_line
from diffops.operators._tree import flatten

if TYPE_CHECKING:
    from diffops.jit.jitted import Jitted
    from diffops.jit.signature import Arguments

#: Replay and f differ by rounding at most: units of the result's precision.
_UNITS = 1024
#: Of the digits that then agree, those that do even where rounding is amplified.
_DIGITS = 0.4
#: Why a function must run as it is.
ANOTHER = (
    "what it then gives is not what it gives as it is: it asks for the types of its "
    "arguments, draws random numbers, or reads what changes"
)


def compare(jitted: Jitted, y: Any, arguments: Arguments) -> None:
    """Raise StaleProgramError where f itself gives other results than its program."""
    leaves, _ = flatten(arguments.run(jitted.f))
    if not _all_close(flatten(y)[0], leaves):
        raise StaleProgramError(
            f"{jitted.__name__} gave another result than the function itself"
            f"{at_user_line()}: it draws random numbers, or reads something that "
            "changed since it was recorded; pass that as an argument"
        )


def agree(y: Any, wanted: Any, again: Callable[[], Any]) -> bool:
    """Tell whether what f gave while it was recorded is what f gives.

    Rounding may have been amplified, or f gives something else each time: where some
    digits differ, f runs ``again``, which tells them apart.
    """
    leaves, others = flatten(y)[0], flatten(wanted)[0]
    if _all_close(leaves, others):
        return True
    return _all_close(leaves, others, _DIGITS) and _all_close(
        flatten(again())[0], others
    )


def _all_close(
    leaves: Sequence[Any], others: Sequence[Any], digits: float = 1.0
) -> bool:
    return len(leaves) == len(others) and all(
        _close(leaf, other, digits) for leaf, other in zip(leaves, others, strict=True)
    )


def _lie_alike(found: Any, wanted: Any) -> bool:
    return is_on_device(found) == is_on_device(wanted)


def _close(found: Any, wanted: Any, digits: float = 1.0) -> bool:
    """Tell whether this part of the digits that rounding leaves is the same."""
    if np.shape(found) != np.shape(wanted) or not _lie_alike(found, wanted):
        return False
    dtype = np.result_type(found)
    if dtype != np.result_type(wanted):
        return False
    if dtype.kind not in "fc":
        return bool(np.array_equal(found, wanted))
    if not np.size(wanted):
        return True
    sizes = np.where(np.isfinite(wanted), np.abs(wanted), 1.0)
    bound = (_UNITS * np.finfo(dtype).eps) ** digits * np.maximum(np.max(sizes), 1.0)
    # Infinities are equal; one read of a truth value where this runs on a GPU.
    with np.errstate(all="ignore"):
        near = np.abs(found - wanted) <= bound
    both_nan = np.isnan(found) & np.isnan(wanted)
    return bool(np.all(near | (found == wanted) | both_nan))
