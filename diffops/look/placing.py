"""Placing: where the nodes of each row stand, near their neighbours and never closer.

Row by row, every node wants to be in the middle of its neighbours. The places nearest
to that, in the sense of least squares, that keep order and distance are found by
pooling adjacent violators (Barlow, Bartholomew, Bremner, Brunk 1972).
"""

from __future__ import annotations

from collections.abc import Sequence

from diffops.look.layers import Layers

#: How often the rows are placed at most, and which moves are too small to go on for.
_ROUNDS, _STILL = 150, 0.05

#: How much more the links between bends pull than others: they are to be straight.
_STIFFNESS = 24.0

#: The neighbours of a node, and how strongly each pulls.
Near = list[tuple[int, float]]


def places(layers: Layers, widths: Sequence[float], gap: float) -> list[float]:
    """Return the middle of each node, bends included, from 0 on."""
    size = [*widths, *[0.0] * (len(layers.row) - len(widths))]
    x = [0.0] * len(size)
    for row in layers.rows:
        _place(row, [0.0] * len(row), [1.0] * len(row), size, gap, x)
    above, below = _pulls(layers, layers.above), _pulls(layers, layers.below)
    both = [a + b for a, b in zip(above, below, strict=True)]
    for turn in range(_ROUNDS):
        down = turn % 2 == 0
        one_way = turn < _ROUNDS // 6  # then nodes look up and down
        pulls = both if not one_way else above if down else below
        before = list(x)
        for row in layers.rows if down else layers.rows[::-1]:
            wanted, weights = [], []
            for node in row:
                near = pulls[node] or both[node]
                weight = sum(pull for _, pull in near)
                total = sum(pull * x[other] for other, pull in near)
                wanted.append(total / weight if near else x[node])
                weights.append(weight or 0.01)
            _place(row, wanted, weights, size, gap, x)
        moved = max((abs(a - b) for a, b in zip(x, before, strict=True)), default=0.0)
        if not one_way and moved < _STILL:
            break
    left = min(
        (x[node] - size[node] / 2 for row in layers.rows for node in row), default=0.0
    )
    return [place - left for place in x]


def _pulls(layers: Layers, near: Sequence[Sequence[int]]) -> list[Near]:
    return [
        [
            (other, _STIFFNESS if min(node, other) >= layers.count else 1.0)
            for other in others
        ]
        for node, others in enumerate(near)
    ]


def _place(
    row: Sequence[int],
    wanted: Sequence[float],
    weights: Sequence[float],
    size: Sequence[float],
    gap: float,
    x: list[float],
) -> None:
    """Set the places of a row, nearest to those wanted."""
    offsets, reach = [], 0.0
    for i, node in enumerate(row):
        if i:
            reach += (size[row[i - 1]] + size[node]) / 2 + gap
        offsets.append(reach)
    blocks: list[list[float]] = []  # mean, weight, count
    for want, weight, offset in zip(wanted, weights, offsets, strict=True):
        blocks.append([want - offset, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, heavy, count = blocks.pop()
            last = blocks[-1]
            last[0] = (last[0] * last[1] + mean * heavy) / (last[1] + heavy)
            last[1] += heavy
            last[2] += count
    i = 0
    for mean, _, count in blocks:
        for _ in range(int(count)):
            x[row[i]] = mean + offsets[i]
            i += 1
