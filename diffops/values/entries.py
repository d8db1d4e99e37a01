"""What moves and sums entries that have roots: their parts go along."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from diffops.engines.loading import is_lazy, perhaps_any
from diffops.tags import strip
from diffops.values.branches import Call, Parts, pairs, unknown
from diffops.values.roots import Root, anywhere

#: The primitives whose results are entries of their arguments, or zeros.
MOVING = frozenset(
    ("copy", "cast", "real", "getitem", "diagonal", "matrix_of", "concatenated")
    + ("stacked", "collected", "chosen", "reshape", "ravel", "transpose", "roll")
    + ("broadcast_to", "tile", "repeat", "sliding_window_view", "permute", "beside")
    + ("surround",)
)

#: The primitives whose results are sums over entries of their arguments.
SUMMING = frozenset(("sum", "rearrange", "cumsum", "diff", "convolve", "solve"))


def of_places(call: Call) -> Parts:
    """Move the parts along with the entries of a value."""

    def alone(i: int, part: Any) -> Any:
        """Move a part of the i-th argument, among zeros in the place of the others."""
        part = np.broadcast_to(part, np.shape(call.plain[i]))[()]
        return call.run(
            [part if j == i else np.zeros_like(x)[()] for j, x in enumerate(call.plain)]
        )

    odds = {}
    for i, split in enumerate(call.splits):
        for root, odd in split.odds.items() if split else ():
            steep = None if root.steep is None else alone(i, root.steep)
            origin = (call.primitive.name, root, i, *call.params.items())
            moved = Root(alone(i, root.square), steep, origin if root.origin else ())
            odds[moved] = alone(i, odd)
    return call.run(call.plain), call.run(call.evens) if call.steep else None, odds


def of_totals(call: Call) -> Parts:
    """Sum over entries: where that is 0, it is a root of its own, of unknown square."""
    if call.primitive.name in ("sum", "rearrange") and (
        math.prod(np.shape(call.plain[0])) == call.size()
    ):
        return of_places(call)  # a sum of single entries
    y = call.run(call.plain)
    where = _vanishes(call, y)
    if not anywhere(where):
        return y, None, {}
    square = np.where(where, unknown(call), 0.0)[()]
    return y, None, {Root(square, None, ()): where.astype(y.dtype)[()]}


def of_products(call: Call) -> Parts:
    """Add to a sum of products the squares of roots: of two operands labelled alike.

    Other pairs of roots have unknown products.
    """
    left, _, output = call.params.get("subscripts", "i,i->").partition("->")
    labels = left.split(",")
    rooted = [i for i, split in enumerate(call.splits) if split]
    if len(rooted) == 1:
        return of_totals(call)
    y = call.run(call.evens if _is_even(call) else call.plain)
    if (
        len(rooted) != 2
        or len({labels[i] for i in rooted}) != 1
        or (
            call.primitive.name == "matmul" and any(np.ndim(x) != 1 for x in call.plain)
        )
    ):
        return _with_unknown(call, y)
    i, j = rooted
    rest = [k for k in range(len(labels)) if k != j]
    spelled = ",".join(labels[k] for k in rest) + "->" + output
    for root, parts in call.roots.items():
        if parts[i] is not None and parts[j] is not None:
            operands = list(call.evens)
            operands[i] = parts[i] * parts[j] * root.square
            y = y + np.einsum(spelled, *(operands[k] for k in rest))
    if not perhaps_any(pairs(call, i, j)):
        return y, None, {}
    return _with_unknown(call, y)


def _with_unknown(call: Call, y: Any) -> Parts:
    where = _vanishes(call, y)
    return y + np.where(where, unknown(call), 0.0)[()], None, {}


def _vanishes(call: Call, y: Any) -> Any:
    """Tell where a result is 0; of blocks, which may have no roots, where a root is."""
    where = np.equal(strip(y), 0)
    if is_lazy(where):
        where = where & np.not_equal(sum(_odd_sizes(call)), 0)
    return where


def _is_even(call: Call) -> bool:
    """Tell whether a product has no odd part."""
    return not any(map(anywhere, _odd_sizes(call)))


def _odd_sizes(call: Call) -> Iterator[Any]:
    """Yield how much of a result each odd part of an operand makes out, at most."""
    for parts in call.roots.values():
        for i, part in enumerate(parts):
            if part is not None:
                others = [np.abs(strip(x)) for x in call.evens]
                others[i] = np.abs(strip(part))
                yield call.run(others)
