"""Symmetric matrices from colored columns: the trees that two colors leave.

An entry off the diagonal is an edge of a graph, and the edges between two colors form
trees, or stars. A tree is taken apart from its leaves: in the row of a leaf, the sum of
the columns of its parent's color is the entry of the edge between them, plus the
entries of the edges to the leaf's own children, which are known by then.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from diffops.sparse._plan import Plan, places, renumbered, uncolored


class Forest(NamedTuple):
    """Edges directed to their roots, in an order in which children come first.

    ``order`` lists the edges; ``leaf`` and ``parent`` are their ends, as they are
    numbered. ``links`` pairs an edge with each of those to its leaf's children.
    """

    order: np.ndarray
    leaf: np.ndarray
    parent: np.ndarray
    links: tuple[np.ndarray, np.ndarray]


def forest(
    a: np.ndarray, b: np.ndarray, colors: np.ndarray, wanted: np.ndarray
) -> Forest:
    """Direct the edges between a and b of a graph whose vertices have colors.

    A tree's root is a vertex with most edges in it; of two alone, one of a ``wanted``
    color.
    """
    from scipy.sparse import csgraph, csr_array

    count = int(colors.max(initial=0)) + 1
    pairs = np.minimum(colors[a], colors[b]) * count + np.maximum(colors[a], colors[b])
    # A node is a vertex in the forest of a pair of colors.
    ends = np.concatenate([a, b]) + np.tile(pairs * colors.size, 2)
    names, nodes = np.unique(ends, return_inverse=True)
    left, right = nodes[: a.size], nodes[a.size :]
    ones = np.ones(a.size, dtype=bool)
    graph = csr_array((ones, (left, right)), shape=(names.size, names.size))
    trees, tree = csgraph.connected_components(graph, directed=False)
    rank = 2 * np.bincount(nodes) + wanted[colors[names % colors.size]]
    roots = np.lexsort((-rank, tree))
    roots = roots[np.searchsorted(tree[roots], np.arange(trees))]
    # One more node above all roots, to go down from.
    top = names.size
    ends_of_roots = np.full(trees, top), roots
    rows, columns = (
        np.concatenate(parts)
        for parts in zip((left, right), ends_of_roots, strict=True)
    )
    graph = csr_array(
        (np.ones(rows.size, dtype=bool), (rows, columns)), shape=(top + 1, top + 1)
    )
    down, above = csgraph.breadth_first_order(graph, top, directed=False)
    child = np.where(above[left] == right, left, right)
    parent = left + right - child
    when = np.empty(top + 1, dtype=np.intp)
    when[down] = np.arange(down.size)
    order = np.argsort(-when[child])
    child, parent = child[order], parent[order]
    edge_of = np.full(top + 1, -1, dtype=np.intp)
    edge_of[child] = np.arange(child.size)
    inner = np.flatnonzero(edge_of[parent] >= 0)
    vertex = names % colors.size
    return Forest(order, vertex[child], vertex[parent], (edge_of[parent[inner]], inner))


def symmetric_plan(pattern: Any, colors: np.ndarray) -> Plan:
    """Return the plan for a symmetric pattern, of a star or an acyclic coloring.

    Colors by which nothing is read are dropped.
    """
    from scipy.sparse import coo_array, eye_array

    n = pattern.shape[0]
    i, j = places(pattern)
    diagonal = np.flatnonzero(i == j)
    lower = np.flatnonzero(i > j)
    count = int(colors.max(initial=-1)) + 1
    needed = np.zeros(max(count, 1), dtype=bool)
    needed[colors[i[diagonal]]] = True
    trees = forest(i[lower], j[lower], colors, needed)
    needed[colors[trees.parent]] = True
    colors = renumbered(colors, needed)
    readings = np.concatenate([trees.leaf, i[diagonal]])
    summed = np.concatenate([colors[trees.parent], colors[i[diagonal]]])
    number = np.empty((n and i.size), dtype=np.intp)
    number[lower[trees.order]] = np.arange(lower.size)
    number[diagonal] = lower.size + np.arange(diagonal.size)
    # The pattern is symmetric: sorted by columns first, its entries above the diagonal
    # come as those below it do.
    mirrored = np.lexsort((i, j))
    number[mirrored[lower]] = number[lower]
    matrix = None
    if trees.links[0].size:
        size = readings.size
        ones = np.ones(trees.links[0].size)
        links = coo_array((ones, trees.links), shape=(size, size))
        matrix = (links + eye_array(size)).tocsr()
    return Plan(pattern, colors, uncolored(n), summed * n + readings, number, matrix)
