"""Equations with bands, plain and tracked, beside dense ones."""

import numpy as np
import pytest
import scipy.sparse
from truth import check, entries

from diffops.scipy.interpolate.banded_systems import solve_bands, solve_rows

MAIN, UPPER, LOWER = entries(5) + 2, entries(4), entries(4)[::-1] * 0.7
CORNERS = {(0, 4): 0.3, (4, 0): -0.2}


def dense(main, upper, lower, corners=None):
    matrix = np.diag(main) + np.diag(upper, 1) + np.diag(lower, -1)
    for place, entry in (corners or {}).items():
        matrix[place] = entry
    return matrix


def bands(main, upper, lower):
    return [(0, main), (1, upper), (-1, lower)]


@pytest.mark.parametrize("corners", [None, CORNERS])
@pytest.mark.parametrize("shape", [(5,), (5, 2)])
def test_plain_bands(corners, shape):
    b = entries(*shape)
    matrix = dense(MAIN, UPPER, LOWER, corners)
    given = bands(MAIN, UPPER, LOWER)
    found = solve_bands(given, b, corners)
    np.testing.assert_allclose(found, np.linalg.solve(matrix, b), rtol=1e-13)
    check(lambda b: solve_bands(given, b, corners), b)
    check(lambda b: solve_bands(given, b, corners), b * (1 + 0.5j), order=1)


def test_tracked_bands():
    def solved(main, upper, lower, corner, b):
        corners = {(0, 4): corner, (4, 0): -0.2}
        return solve_bands(bands(main, upper, lower), b, corners)

    check(solved, MAIN, UPPER, LOWER, np.float64(0.3), entries(5, 2))


def test_rows():
    matrix = scipy.sparse.csr_array(dense(MAIN, UPPER, LOWER))
    check(lambda b: solve_rows(matrix, b), entries(5, 2))
    check(solve_rows, matrix.toarray(), entries(5))
