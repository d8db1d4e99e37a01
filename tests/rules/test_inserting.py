"""Inserting and deleting entries."""

import numpy as np
import pytest
from truth import check, entries

CASES = {
    "insert": (lambda x, y: np.insert(x, 1, y), entries(2, 2), 1.5),
    "insert many": (lambda x, y: np.insert(x, [0, 3, 3], y), entries(4), entries(3)),
    "insert block": (lambda x, y: np.insert(x, 2, y), entries(4), entries(3)),
    "insert row": (lambda x, y: np.insert(x, -1, y, axis=0), entries(3, 2), entries(2)),
    "insert column": (
        lambda x, y: np.insert(x, 1, y, axis=1),
        entries(3, 2),
        entries(3),
    ),
    "insert columns": (
        lambda x, y: np.insert(x, [1, 2], y, 1),
        entries(3, 2),
        entries(3, 1),
    ),
    "insert slice": (
        lambda x, y: np.insert(x, slice(0, 4, 2), y),
        entries(4),
        entries(2),
    ),
    "insert constant": (lambda x: np.insert(x, [1, 2], 7), entries(4)),
    "insert into constant": (lambda y: np.insert(np.ones(3), 1, y), entries(2)),
    "delete": (lambda x: np.delete(x, 1), entries(2, 2)),
    "delete rows": (lambda x: np.delete(x, [0, -1], axis=0), entries(4, 2)),
    "delete slice": (lambda x: np.delete(x, slice(None, None, 2), 1), entries(2, 4)),
}


@pytest.mark.parametrize("name", CASES)
def test_derivatives_match_differences(name):
    f, *args = CASES[name]
    check(f, *args)
