"""Graphs for the tests of layers, places and drawings."""

from __future__ import annotations

import numpy as np

DIAMOND = (4, [(0, 1), (0, 2), (1, 3), (2, 3)])
CHAIN = (5, [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)])
SURVEY = (8, [(0, 2), (0, 3), (1, 3), (1, 4), (2, 5), (3, 5), (5, 6), (4, 6), (6, 7)])
APART = (6, [(0, 2), (1, 3)])
EMPTY = (0, [])
ALONE = (1, [])


def chance(seed, count=40):
    """Return a graph whose nodes depend on one or two of those before."""
    rng = np.random.default_rng(seed)
    edges = [
        (int(source), node)
        for node in range(2, count)
        for source in rng.choice(node, size=rng.integers(1, 3), replace=False)
    ]
    return count, edges


GRAPHS = [DIAMOND, CHAIN, SURVEY, APART, EMPTY, ALONE, *map(chance, range(6))]
