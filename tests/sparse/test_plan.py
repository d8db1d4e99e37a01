"""How the entries come out of the results of passes."""

import numpy as np
from scipy.sparse import csr_array

from diffops.sparse._plan import Plan, places, renumbered, uncolored


def test_places():
    pattern = csr_array(np.array([[0, 1, 1], [0, 0, 0], [1, 0, 0]], dtype=bool))
    i, j = places(pattern)
    assert (i.tolist(), j.tolist()) == ([0, 0, 2], [1, 2, 0])


def test_passes():
    colors = np.array([0, 1, -1]), np.array([2, 0])
    plan = Plan(None, *colors, np.zeros(0, int), np.zeros(0, int))
    assert (plan.columns, plan.rows, plan.passes) == (2, 3, 5)
    nothing = Plan(None, uncolored(0), uncolored(4), np.zeros(0, int), np.zeros(0, int))
    assert nothing.passes == 0


def test_renumbered():
    colors = np.array([0, 1, 2, -1, 2])
    needed = np.array([True, False, True])
    assert renumbered(colors, needed).tolist() == [0, -1, 1, -1, 1]


def substitution():
    """Return a plan whose unknowns are 1, 2, 3, and each sum has all before."""
    lower = csr_array(np.array([[1.0, 0, 0], [1, 1, 0], [1, 1, 1]]))
    colors = uncolored(1), uncolored(1)
    return Plan(None, *colors, np.array([2, 1, 0]), np.array([0, 1, 2, 2]), lower)


def test_substitution():
    for dtype in (np.float32, np.float64, np.longdouble):
        entries = substitution().entries(np.array([6, 3, 1], dtype=dtype))
        assert entries.tolist() == [1, 2, 3, 3] and entries.dtype == dtype


def test_substitution_in_extended_precision():
    tiny = np.longdouble(2) ** -60
    sums = np.array([6, 3 + tiny, 1], dtype=np.longdouble)
    found = substitution().entries(sums)
    assert found[1] == 2 + tiny
