"""Roots that vanish: they have a kink there, but functions of their square are smooth.

The rule of a root says what its slope is at the kink. What becomes of it there, where
the chain rule fails, values know: see `diffops.values.roots`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.rules._batches import broadcasting
from diffops.rules._fitting import spread
from diffops.rules._kinds import elementwise, general
from diffops.slopes import steep_product, unknown_bend, unknown_slope
from diffops.tags import Tracked


def knowing_square(y: Any, square: Callable[[], Any], *origin: Any) -> Any:
    """Return a root of a sum of squares that knows ``square()`` where it is 0.

    Equal ``origin`` says of two roots that they are the same.
    """
    return y.as_root(square, *origin) if isinstance(y, Tracked) else y  # type: ignore[attr-defined]


def steep_root(y: Any, square: Callable[[], Any], *origin: Any, **options: Any) -> Any:
    """Return a root of infinite slope that knows ``square()`` where it vanishes.

    It does so ``where`` y is 0, unless that says else: y is a constant there, and the
    root times ``sign``.
    """
    if not isinstance(y, Tracked):
        return y
    return y.as_root(square, *origin, steep=True, **options)  # type: ignore[attr-defined]


def _push(y: Any, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
    (a, root), (da, droot) = args, tangents
    terms = []
    if da is not None:
        terms.append(steep_product_(da, root))
    if droot is not None:
        terms.append(steep_product_(a, droot))
    return spread(sum(terms[1:], terms[0]), y)


steep_product_: Any = general(
    steep_product,
    _push,
    lambda g, y, a, root: steep_product_(g, root),
    lambda g, y, a, root: steep_product_(a, g),
    batch=broadcasting,
)

unknown_slope_ = elementwise(unknown_slope, lambda y, s: y + np.nan)

unknown_bend_ = elementwise(unknown_bend, lambda y, s: unknown_slope_(s))
