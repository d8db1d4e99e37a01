"""Solutions of linear equations by any solver, against differences."""

import numpy as np
import pytest
from orders import drawing, thorough
from truth import check

from diffops import grad
from diffops.scipy.sparse.linalg._implicit import (
    DenseSystem,
    SparseSystem,
    System,
    solution,
)
from diffops.scipy.sparse.patterns import ordered

array = drawing(60)
ROWS = np.array([0, 1, 2, 0, 2, 1])
COLUMNS = np.array([0, 1, 2, 2, 1, 1])
ORDER, PATTERN = ordered(ROWS, COLUMNS, (3, 3))
STARTS = []


def solve(matrix, b, across, start):
    """Solve densely, and note from where."""
    STARTS.append(start)
    a = matrix.toarray() if hasattr(matrix, "toarray") else matrix
    return np.linalg.solve(a.T if across else a, b)


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("columns", [(), (2,)])
@pytest.mark.parametrize("kind", [float, complex])
def test_systems(kind, columns, across):
    dense, sparse = DenseSystem(solve), SparseSystem(PATTERN, solve)
    a = array((3, 3), kind) + 4 * np.eye(3)
    entries = array(6, kind) + 4 * (ROWS == COLUMNS)[ORDER]
    for system, values in ((dense, a), (sparse, entries)):

        def f(values, b, system=system):
            return solution(values, b, system=system, across=across, start=None)

        check(f, values, array((3, *columns), kind))


def test_all_orders():
    def f(entries, b):
        system = SparseSystem(PATTERN, solve)
        return solution(entries, b, system=system, across=False, start=None)

    thorough(f, array(6) + 4 * (ROWS == COLUMNS)[ORDER], array(3))


def test_a_constant_matrix():
    a = array((3, 3)) + 4 * np.eye(3)

    def f(b):
        system = System(a, solve)
        return solution(np.zeros(0), b, system=system, across=False, start=None)

    thorough(f, array(3))


def test_the_start_is_for_the_value_alone():
    STARTS.clear()
    system = DenseSystem(solve)
    grad(
        lambda b: np.sum(
            solution(np.eye(3), b, system=system, across=False, start="here")
        )
    )(array(3))
    assert STARTS == ["here", None]
