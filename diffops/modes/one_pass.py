"""Large arrays: value and partials of an elementwise primitive from its kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.primitive import Primitive

_array = np.ndarray


def in_one_pass(
    primitive: Primitive, args: Sequence[Any], wrt: Sequence[int]
) -> tuple[Any, Any] | None:
    """Return the value and the partials; None where there is no kernel for these.

    Of a primitive with singular points the partials are None where one is infinite: a
    product with that must keep its zeros.
    """
    kernel = primitive.kernel
    if kernel is None:
        return None
    for i in wrt:
        if args[i].__class__ is not _array:
            return kernel.on_device(args, wrt)
    found = kernel(args, wrt)
    if found is None:
        return None
    if primitive.regular is not None and not all(map(_is_finite, found[1])):
        return found[0], None
    return found


def _is_finite(factor: Any) -> bool:
    """Tell whether no entry is infinite or NaN; where squares overflow, say so too."""
    if factor.__class__ is not _array:
        return bool(np.isfinite(factor))
    flat = factor.ravel("K")
    with np.errstate(all="ignore"):
        square = flat.dot(flat)
    return bool(np.isfinite(square))
