"""In which order the operands of a contraction are multiplied, two by two."""

from __future__ import annotations

import math
from itertools import combinations

#: Of so many operands all orders are compared; of more, the best pair comes first.
_FEW = 5

#: Which two of the operands that are left, and the labels of their product, which
#: comes last among those that are left then.
Pair = tuple[int, int, str]


def contraction_order(
    labels: list[str], output: str, sizes: dict[str, int]
) -> tuple[int, list[Pair]]:
    """Return how many products of entries there are at least, and the pairs.

    The last pair has the labels of the output.
    """
    if len(labels) == 1:
        return 0, []
    pairs = [
        (i, j, _kept(labels, i, j, output))
        for i, j in combinations(range(len(labels)), 2)
    ]
    if len(labels) > _FEW:
        pairs = [min(pairs, key=lambda pair: _growth(labels, pair, sizes))]
    found = []
    for i, j, kept in pairs:
        rest = [name for k, name in enumerate(labels) if k not in (i, j)]
        work, others = contraction_order([*rest, kept], output, sizes)
        work += _size({*labels[i], *labels[j]}, sizes)
        found.append((work, [(i, j, kept), *others]))
    return min(found, key=lambda order: order[0])  # the first of equals


def _kept(labels: list[str], i: int, j: int, output: str) -> str:
    """Return the labels of two operands that anybody else has."""
    if len(labels) == 2:
        return output
    others = {*output}.union(
        *(name for k, name in enumerate(labels) if k not in (i, j))
    )
    both = dict.fromkeys(labels[i] + labels[j])
    return "".join(label for label in both if label in others)


def _growth(labels: list[str], pair: Pair, sizes: dict[str, int]) -> int:
    """Return by how much a product is larger than both factors."""
    i, j, kept = pair
    return _size(kept, sizes) - _size(labels[i], sizes) - _size(labels[j], sizes)


def _size(labels: str | set[str], sizes: dict[str, int]) -> int:
    return math.prod(sizes[label] for label in labels)
