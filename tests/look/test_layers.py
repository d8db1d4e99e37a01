"""Layers: edges lead down, one row at a time, and cross little."""

from __future__ import annotations

import itertools

import pytest
from graphs import CHAIN, DIAMOND, GRAPHS, SURVEY, chance

from diffops.look.layers import Layers


@pytest.mark.parametrize(("count", "edges"), GRAPHS)
def test_edges_lead_down_one_row_at_a_time(count, edges):
    layers = Layers(count, edges)
    for (a, b), path in layers.paths.items():
        assert (path[0], path[-1]) == (a, b)
        assert all(node >= count for node in path[1:-1])
        rows = [layers.row[node] for node in path]
        assert rows == list(range(rows[0], rows[-1] + 1))
    assert set(layers.paths) == set(edges)
    nodes = [node for row in layers.rows for node in row]
    assert sorted(nodes) == list(range(len(layers.row)))
    assert all(layers.row[n] == i for i, row in enumerate(layers.rows) for n in row)


def by_hand(layers):
    """Count the crossings pair by pair."""
    place = {node: i for row in layers.rows for i, node in enumerate(row)}
    return sum(
        layers.row[a] == layers.row[c]
        and (place[a] - place[c]) * (place[b] - place[d]) < 0
        for (a, b), (c, d) in itertools.combinations(layers.links, 2)
    )


@pytest.mark.parametrize(("count", "edges"), GRAPHS)
def test_crossings_are_counted(count, edges):
    layers = Layers(count, edges)
    assert layers.crossings() == by_hand(layers)


@pytest.mark.parametrize("graph", [DIAMOND, CHAIN, SURVEY])
def test_graphs_that_can_be_drawn_without_crossings_are(graph):
    assert Layers(*graph).crossings() == 0


def test_a_tree_in_any_order_has_no_crossings():
    edges = [(0, 1), (0, 2), (1, 6), (2, 3), (1, 4), (2, 5), (1, 7), (2, 8)]
    assert Layers(9, edges).crossings() == 0


def test_sorting_helps():
    class Unsorted(Layers):
        def _sort(self):
            pass

    for seed in range(6):
        graph = chance(seed)
        assert Layers(*graph).crossings() < 0.7 * Unsorted(*graph).crossings()


def test_what_is_used_late_stands_late():
    count, edges = 4, [(0, 1), (1, 3), (2, 3)]
    assert Layers(count, edges).row == [0, 1, 1, 2]
