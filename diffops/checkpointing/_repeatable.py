"""What is computed again: from copies, and compared with what was computed first."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.copying import copied, is_plain_array
from diffops.engines.loading import engine_of
from diffops.errors import NoDerivativeError
from diffops.primitive import Primitive, Pull
from diffops.tags import Tracked, strip

_runs = itertools.count()


def anew(leaves: Sequence[Any]) -> list[Any]:
    """Return copies of leaves, from which what follows is computed again.

    A step may write into them; and a recording, which computes nothing twice, takes
    each for another value. So it need not keep what it computed the first time.
    """
    return [
        _anew(leaf, run=next(_runs))
        if isinstance(leaf, Tracked) or is_plain_array(leaf)
        else leaf
        for leaf in leaves
    ]


def _copy(x: Any, run: int) -> Any:
    return copied(x)


def _push(y: Any, args: Any, params: Any, tangents: Sequence[Any]) -> Any:
    return tangents[0]


def _pull(y: Any, args: Any, params: Any, wrt: Any) -> Pull:
    return lambda g: (g,)


def _batch(run: Any, size: int, args: Any, batched: Any, params: Any) -> Any:
    return _anew(*args, **params)


_anew = Primitive(_copy, _push, _pull, batch=_batch)


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
    engine = engine_of(a)
    if engine is not None:
        return engine.same(a, b)  # of what is not computed, the graphs are compared
    if np.all(a == b):
        return True
    kind = np.result_type(a, b)
    if kind.kind not in "fc":
        return False
    with np.errstate(all="ignore"):
        size = np.max(np.where(np.isfinite(a), np.abs(a), 0.0)) if np.size(a) else 0.0
        limit = np.finfo(kind).eps ** 0.5 * size
        off = ~(np.abs(a - b) <= limit) & ~(a == b) & ~(np.isnan(a) & np.isnan(b))
    return not np.any(off)
