"""Placing: order and distance are kept, neighbours stand below each other."""

from __future__ import annotations

import itertools

import pytest
from graphs import DIAMOND, GRAPHS

from diffops.look.layers import Layers
from diffops.look.placing import places


def placed(count, edges, gap=20.0):
    layers = Layers(count, edges)
    widths = [40.0 + 30 * (node % 4) for node in range(count)]
    return layers, widths, places(layers, widths, gap)


@pytest.mark.parametrize(("count", "edges"), GRAPHS)
def test_boxes_of_a_row_keep_order_and_distance(count, edges):
    layers, widths, x = placed(count, edges)
    size = widths + [0.0] * (len(x) - count)
    for row in layers.rows:
        for a, b in itertools.pairwise(row):
            assert x[b] - x[a] >= (size[a] + size[b]) / 2 + 20.0 - 1e-6
    assert min((at - w / 2 for at, w in zip(x, size, strict=True)), default=0) >= -1e-9


def test_a_diamond_is_symmetric():
    layers = Layers(*DIAMOND)
    x = places(layers, [50.0] * 4, 20.0)
    assert x[0] == pytest.approx(x[3], abs=0.1)
    assert x[0] == pytest.approx((x[1] + x[2]) / 2, abs=0.1)


def test_a_chain_is_straight():
    layers = Layers(4, [(0, 1), (1, 2), (2, 3)])
    x = places(layers, [50.0, 90.0, 30.0, 70.0], 20.0)
    assert max(x) - min(x) < 0.1
