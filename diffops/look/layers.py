"""Layers: a graph in rows, each below what it depends on, with few edges crossing.

The method of Sugiyama, Tagawa and Toda (1981): an edge that spans several rows bends
once in each; the rows are sorted by the mean place of their neighbours, down and up,
and the order with the fewest crossings is kept.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, insort
from collections.abc import Sequence

Edge = tuple[int, int]

#: How often the rows are sorted.
_SWEEPS = 12


class Layers:
    """The rows of a graph whose edges lead from earlier nodes to later ones.

    Nodes from ``count`` on are bends. ``paths`` holds the nodes that each edge runs
    through, ``links`` the pairs of those that follow each other.
    """

    def __init__(self, count: int, edges: Sequence[Edge]) -> None:
        self.count = count
        self.row = _rows(count, edges)
        self.paths: dict[Edge, list[int]] = {}
        for edge in dict.fromkeys(edges):
            self.paths[edge] = self._path(*edge)
        pairs = [pair for p in self.paths.values() for pair in itertools.pairwise(p)]
        self.links: list[Edge] = list(dict.fromkeys(pairs))
        self.above: list[list[int]] = [[] for _ in self.row]
        self.below: list[list[int]] = [[] for _ in self.row]
        for a, b in self.links:
            self.above[b].append(a)
            self.below[a].append(b)
        self.rows: list[list[int]] = [[] for _ in range(max(self.row, default=-1) + 1)]
        for node, row in enumerate(self.row):
            self.rows[row].append(node)
        self._sort()

    def _path(self, a: int, b: int) -> list[int]:
        """Return the nodes of an edge, with a new bend in each row that it passes."""
        bends = range(len(self.row), len(self.row) + self.row[b] - self.row[a] - 1)
        self.row += range(self.row[a] + 1, self.row[b])
        return [a, *bends, b]

    def crossings(self) -> int:
        """Return how many pairs of links cross."""
        place = self._places()
        total = 0
        for row in self.rows:
            ends: list[float] = []
            for node in row:
                targets = [place[target] for target in self.below[node]]
                total += sum(len(ends) - bisect_left(ends, t + 0.5) for t in targets)
                for target in targets:
                    insort(ends, target)
        return total

    def _places(self) -> dict[int, int]:
        return {node: i for row in self.rows for i, node in enumerate(row)}

    def _sort(self) -> None:
        best, fewest = [list(row) for row in self.rows], self.crossings()
        for sweep in range(_SWEEPS):
            if not fewest:
                break
            down = sweep % 2 == 0
            neighbours = self.above if down else self.below
            for row in self.rows if down else self.rows[::-1]:
                self._sort_row(row, neighbours)
            self._swap()
            found = self.crossings()
            if found < fewest:
                best, fewest = [list(row) for row in self.rows], found
        self.rows = best

    def _sort_row(self, row: list[int], neighbours: Sequence[Sequence[int]]) -> None:
        place = self._places()

        def mean(node: int) -> float:
            near = neighbours[node]
            if not near:
                return place[node]
            return sum(place[other] for other in near) / len(near)

        row.sort(key=mean)

    def _swap(self) -> None:
        """Swap nodes that stand side by side wherever that saves crossings."""
        place = self._places()
        for row in self.rows:
            for i in range(len(row) - 1):
                a, b = row[i], row[i + 1]
                saved = sum(
                    _inversions(near[a], near[b], place)
                    - _inversions(near[b], near[a], place)
                    for near in (self.above, self.below)
                )
                if saved > 0:
                    row[i], row[i + 1] = b, a
                    place[a], place[b] = i + 1, i


def _inversions(
    left: Sequence[int], right: Sequence[int], place: dict[int, int]
) -> int:
    """Return how many links of two neighbours cross."""
    return sum(place[a] > place[b] for a in left for b in right)


def _rows(count: int, edges: Sequence[Edge]) -> list[int]:
    """Return the row of each node: below all that it depends on.

    What depends on nothing stands right above where it is first used.
    """
    row = [0] * count
    for a, b in sorted(edges, key=lambda edge: edge[1]):
        row[b] = max(row[b], row[a] + 1)
    targets = {b for _, b in edges}
    for node in set(range(count)) - targets:
        used = [row[b] for a, b in edges if a == node]
        row[node] = min(used, default=1) - 1
    return row
