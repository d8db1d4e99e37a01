"""Banded equations against differences of SciPy's solutions, and dense ones."""

import numpy as np
import pytest
from orders import drawing, thorough
from truth import check, check_single

from diffops import grad
from diffops.scipy import linalg
from diffops.scipy.linalg.bands import from_band, outer, product, shifted, transposed

array = drawing(53)
KINDS = pytest.mark.parametrize("kind", [float, complex])
WIDTHS = pytest.mark.parametrize("widths", [(1, 1), (2, 0), (0, 1), (1, 2), (0, 0)])


def band(lower, upper, n=5, kind=float):
    """Return the diagonals of a matrix that is well conditioned."""
    ab = array((lower + upper + 1, n), kind)
    ab[upper] += 6
    return ab


def dense(ab, lower, upper):
    """Return the matrix, entry by entry."""
    n = ab.shape[-1]
    a = np.zeros((n, n), ab.dtype)
    for i in range(n):
        for j in range(max(0, i - lower), min(n, i + upper + 1)):
            a[i, j] = ab[upper + i - j, j]
    return a


@WIDTHS
@KINDS
@pytest.mark.parametrize("shape", [(5,), (5, 2)])
def test_solve_banded(shape, kind, widths):
    def f(ab, b):
        return linalg.solve_banded(widths, ab, b)

    check(f, band(*widths, kind=kind), array(shape, kind))


@KINDS
@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("width", [0, 1, 2])
def test_solveh_banded(width, lower, kind):
    ab = array((width + 1, 5), kind) / 2
    ab[0 if lower else width] += 6
    for shape in ((5,), (5, 2)):
        check(
            lambda ab, b: linalg.solveh_banded(ab, b, lower=lower),
            ab,
            array(shape, kind),
        )


def test_all_orders():
    def f(ab, b):
        return linalg.solve_banded((1, 2), ab, b)

    thorough(f, band(1, 2), array((5, 2)))
    check(f, np.stack([band(1, 2), band(1, 2)]), array((2, 5, 2)))
    thorough(linalg.solveh_banded, band(0, 1), array(5))
    check_single(f, band(1, 2), array(5))


@WIDTHS
def test_products_transposes_and_outer_products(widths):
    ab, x = band(*widths), array((2, 5))
    a = dense(ab, *widths)
    np.testing.assert_allclose(product(ab, x, *widths), x @ a.T, rtol=1e-14)
    across = transposed(ab, *widths)
    np.testing.assert_array_equal(dense(across, *widths[::-1]), a.T)
    z = array((2, 5))
    kept = dense(np.ones_like(ab), *widths)
    np.testing.assert_allclose(
        dense(outer(z, x, *widths), *widths), kept * (z.T @ x), atol=1e-14
    )


@pytest.mark.parametrize("lower", [True, False])
def test_dense_matrix_of_a_band(lower):
    ab = array((3, 5), complex)
    a = from_band(ab, lower)
    np.testing.assert_array_equal(a, a.conj().T)
    triangle = dense(ab, 2, 0) if lower else dense(ab, 0, 2)
    part = np.tril if lower else np.triu
    off = triangle - np.diag(np.diag(triangle))
    np.testing.assert_array_equal(part(a, -1 if lower else 1), off)
    np.testing.assert_array_equal(np.diag(a), np.diag(triangle).real)


def test_shifts():
    x = np.arange(1.0, 4.0)
    for k, wanted in [(0, [1, 2, 3]), (1, [2, 3, 0]), (-1, [0, 1, 2]), (5, [0, 0, 0])]:
        np.testing.assert_array_equal(shifted(x, k), wanted)


def test_entries_outside_of_the_matrix_have_no_derivative():
    slope = grad(lambda ab: linalg.solve_banded((1, 1), ab, np.ones(5))[0])(band(1, 1))
    assert slope[0, 0] == slope[2, 4] == 0
    assert np.all(slope[1] != 0)
