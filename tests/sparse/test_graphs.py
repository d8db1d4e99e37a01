"""Colorings of random graphs, checked against their definitions."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from diffops.sparse._graphs import acyclic, neighbours, orthogonal, smallest_last, star


@st.composite
def graphs(draw, vertices=9):
    n = draw(st.integers(0, vertices))
    pairs = list(itertools.combinations(range(n), 2))
    edges = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    graph = [[] for _ in range(n)]
    for a, b in edges:
        graph[a].append(b)
        graph[b].append(a)
    return graph, edges, draw(st.permutations(range(n)))


def components(edges, n):
    """Return the number of connected components of a graph."""
    name = list(range(n))
    for a, b in edges:
        old, new = name[a], name[b]
        name = [new if x == old else x for x in name]
    return len(set(name))


@given(graphs())
def test_star_coloring(drawn):
    graph, edges, order = drawn
    colors = star(graph, order)
    assert all(colors[a] != colors[b] for a, b in edges)
    for b, c in edges:
        for a, d in itertools.product(graph[b], graph[c]):
            if len({a, b, c, d}) == 4:
                assert len({colors[v] for v in (a, b, c, d)}) > 2, (a, b, c, d)


@given(graphs())
def test_acyclic_coloring(drawn):
    graph, edges, order = drawn
    colors = acyclic(graph, order)
    assert all(colors[a] != colors[b] for a, b in edges)
    for pair in itertools.combinations(range(colors.max(initial=0) + 1), 2):
        inside = [v for v in range(len(graph)) if colors[v] in pair]
        joining = [e for e in edges if colors[e[0]] in pair and colors[e[1]] in pair]
        place = {v: k for k, v in enumerate(inside)}
        renamed = [(place[a], place[b]) for a, b in joining]
        # A forest has one tree less per edge.
        assert components(renamed, len(inside)) == len(inside) - len(joining)


@settings(max_examples=50)
@given(st.lists(st.sets(st.integers(0, 6)), max_size=9), st.randoms())
def test_orthogonal_coloring(lines, random):
    order = random.sample(range(len(lines)), len(lines))
    colors = orthogonal([sorted(line) for line in lines], 7, order)
    for a, b in itertools.combinations(range(len(lines)), 2):
        assert colors[a] != colors[b] or not lines[a] & lines[b]


@given(graphs())
def test_smallest_last_is_its_definition(drawn):
    graph, _, _ = drawn
    order = smallest_last(graph)
    assert sorted(order) == list(range(len(graph)))
    left = set(order)
    for v in reversed(order):
        degrees = {w: len(left & set(graph[w])) for w in left}
        assert degrees[v] == min(degrees.values())
        left.remove(v)


def path(n):
    return [[i for i in (k - 1, k + 1) if 0 <= i < n] for k in range(n)]


def test_a_path_needs_three_colors_of_stars_and_two_of_trees():
    assert star(path(50), range(50)).max() == 2
    assert acyclic(path(50), range(50)).max() == 1


@pytest.mark.parametrize("color", [star, acyclic])
def test_no_vertices_and_no_edges(color):
    assert color([], []).tolist() == []
    assert color([[], []], [1, 0]).tolist() == [0, 0]


def test_many_vertices_around_one_are_no_trouble():
    hub = [list(range(1, 20_000))] + [[0] for _ in range(1, 20_000)]
    for color in (star, acyclic):
        assert color(hub, range(20_000)).max() == 1


def test_neighbours():
    assert neighbours(np.array([0, 2, 2, 3]), np.array([5, 6, 7])) == [[5, 6], [], [7]]
