"""Greedy colorings of graphs, in the orders that matter.

A color is a bit of an int, so that what a vertex may not take is gathered by one
operation per neighbour: every coloring costs about as many of these as the graph has
edges. The conditions are those of Gebremedhin, Manne, Pothen, What color is your
Jacobian? (SIAM Review 2005), and of Gebremedhin, Tarafdar, Manne, Pothen, New acyclic
and star coloring algorithms (SIAM Journal on Scientific Computing 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

#: The neighbours of every vertex.
Graph = list[list[int]]

Order = Sequence[int]


def neighbours(starts: np.ndarray, indices: np.ndarray) -> Graph:
    """Return the lists that a compressed matrix holds, one per row.

    >>> neighbours(np.array([0, 2, 3]), np.array([4, 5, 6]))
    [[4, 5], [6]]
    """
    ends, flat = starts.tolist(), indices.tolist()
    return [flat[a:b] for a, b in pairwise(ends)]


def _lowest_free(taken: int) -> int:
    return ~taken & (taken + 1)


def _as_numbers(bits: Sequence[int]) -> np.ndarray:
    """Return colors as numbers from 0 on; −1 stands for no color."""
    return np.fromiter((bit.bit_length() - 1 for bit in bits), np.intp, len(bits))


def orthogonal(lines: Graph, crossings: int, order: Order) -> np.ndarray:
    """Color lines (columns, say) so that those which cross the same row differ.

    A partial coloring of distance two (Coleman, Moré 1983).

    >>> orthogonal([[0], [0, 1], [1]], 2, range(3))
    array([0, 1, 0])
    """
    used = [0] * crossings
    colors = [0] * len(lines)
    for v in order:
        taken = 0
        for crossing in lines[v]:
            taken |= used[crossing]
        bit = colors[v] = _lowest_free(taken)
        for crossing in lines[v]:
            used[crossing] |= bit
    return _as_numbers(colors)


def star(graph: Graph, order: Order) -> np.ndarray:
    """Color so that neighbours differ and every path of four has three colors.

    The vertices of two colors then form stars. ``leaf[w]`` holds the colors of hubs
    whose leaf w is in a star of two edges or more: a new neighbour of w in such a
    color would make a path of four.

    >>> star([[1], [0, 2], [1, 3], [2]], range(4))
    array([0, 1, 0, 2])
    """
    colors = [0] * len(graph)
    around = [0] * len(graph)
    leaf = [0] * len(graph)
    first: list[dict[int, int]] = [{} for _ in graph]
    for v in order:
        taken = 0
        met: dict[int, int] = {}
        often = 0
        for w in graph[v]:
            bit = colors[w]
            if not bit:
                continue
            taken |= bit
            if bit in met:
                often |= bit
                taken |= around[w] | around[met[bit]]
            else:
                met[bit] = w
                taken |= leaf[w]
        mine = colors[v] = _lowest_free(taken)
        for w in graph[v]:
            bit = colors[w]
            if not bit:
                continue
            if around[w] & mine:
                leaf[v] |= bit
                leaf[first[w][mine]] |= bit
            else:
                around[w] |= mine
                first[w][mine] = v
            if bit & often:
                leaf[w] |= mine
        first[v] = met
        for bit in met:
            around[v] |= bit
    return _as_numbers(colors)


def acyclic(graph: Graph, order: Order) -> np.ndarray:
    """Color so that neighbours differ and every cycle has three colors.

    The vertices of two colors then form trees, which are kept as disjoint sets:
    ``trees[w]`` maps a color to the tree of it and of w's that holds w.

    >>> acyclic([[1], [0, 2], [1, 3], [2]], range(4))
    array([0, 1, 0, 1])
    """
    colors = [0] * len(graph)
    trees: list[dict[int, int]] = [{} for _ in graph]
    parent: list[int] = []

    def root(tree: int) -> int:
        while parent[tree] != tree:
            parent[tree] = parent[parent[tree]]
            tree = parent[tree]
        return tree

    for v in order:
        taken = 0
        groups: dict[int, list[int]] = {}
        for w in graph[v]:
            if colors[w]:
                taken |= colors[w]
                groups.setdefault(colors[w], []).append(w)
        for group in groups.values():
            if len(group) > 1:
                taken |= _closing(group, trees, root)
        mine = colors[v] = _lowest_free(taken)
        for bit, group in groups.items():
            joint = -1
            for w in group:
                if mine in trees[w]:
                    tree = root(trees[w][mine])
                    if joint >= 0:
                        parent[joint] = tree
                    joint = tree
                elif joint < 0:
                    joint = len(parent)
                    parent.append(joint)
                trees[w][mine] = joint
            trees[v][bit] = joint
    return _as_numbers(colors)


def _closing(
    group: Sequence[int], trees: list[dict[int, int]], root: Callable[[int], int]
) -> int:
    """Return the colors of trees that hold two vertices of a group."""
    taken = 0
    met = set()
    for w in group:
        for bit, tree in trees[w].items():
            if not taken & bit:
                found = root(tree)
                if found in met:
                    taken |= bit
                met.add(found)
    return taken


def smallest_last(graph: Graph) -> list[int]:
    """Return an order that ends with a vertex of least degree, and so on before it.

    (Matula, Beck 1983.)

    >>> smallest_last([[1, 2, 3], [0, 2], [0, 1], [0]])
    [1, 2, 0, 3]
    """
    degree = [len(others) for others in graph]
    waiting: list[list[int]] = [[] for _ in range(max(degree, default=0) + 1)]
    for v, d in enumerate(degree):
        waiting[d].append(v)
    removed = [False] * len(graph)
    order: list[int] = []
    least = 0
    while len(order) < len(graph):
        while not waiting[least]:
            least += 1
        v = waiting[least].pop()
        if removed[v] or degree[v] != least:
            continue
        removed[v] = True
        order.append(v)
        for w in graph[v]:
            if not removed[w]:
                degree[w] -= 1
                waiting[degree[w]].append(w)
        least = max(least - 1, 0)
    return order[::-1]
