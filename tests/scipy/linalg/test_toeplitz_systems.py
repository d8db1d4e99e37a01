"""Toeplitz and circulant systems against differences of SciPy's solutions."""

import numpy as np
import pytest
import scipy.linalg
from orders import drawing, thorough
from truth import check

from diffops import grad, vjp
from diffops.scipy import linalg
from diffops.scipy.linalg.toeplitz_systems import convolved, product

array = drawing(55)
KINDS = pytest.mark.parametrize("kind", [float, complex])
SHAPES = pytest.mark.parametrize("shape", [(5,), (5, 2)])


def column(kind=float):
    """Return the first column of a well conditioned matrix."""
    return array(5, kind) + 8 * np.eye(1, 5)[0]


@KINDS
@SHAPES
def test_solve_toeplitz(shape, kind):
    f = linalg.solve_toeplitz
    check(f, column(kind), array(shape, kind))
    check(
        lambda c, r, b: f((c, r), b), column(kind), array(5, kind), array(shape, kind)
    )


@KINDS
@SHAPES
def test_matmul_toeplitz(shape, kind):
    f = linalg.matmul_toeplitz
    check(f, column(kind), array(shape, kind))
    check(
        lambda c, r, x: f((c, r), x), array(3, kind), array(5, kind), array(shape, kind)
    )


@KINDS
@SHAPES
def test_solve_circulant(shape, kind):
    check(linalg.solve_circulant, column(kind), array(shape, kind))


@pytest.mark.parametrize("kind", [float, complex])
def test_circulant_axes_and_singular_ones(kind):
    c = np.stack([column(kind), column(kind)], axis=1)
    check(
        lambda c, b: linalg.solve_circulant(c, b, caxis=0, baxis=1, outaxis=1),
        c,
        array((2, 5), kind),
    )

    def least_squares(c, b):
        return linalg.solve_circulant(c - np.mean(c), b, singular="lstsq")

    check(least_squares, column(kind), array(5, kind))


def test_all_orders():
    pair = (column(), array(5), array((5, 2)))
    thorough(lambda c, r, b: linalg.solve_toeplitz((c, r), b), *pair)
    thorough(lambda c, r, x: linalg.matmul_toeplitz((c, r), x), *pair)
    thorough(linalg.solve_circulant, column(), array(5))
    check(
        lambda c, r, b: linalg.solve_toeplitz((c, r), b),
        np.stack([column(), column()]),
        array((2, 5)),
        array((2, 5, 2)),
    )


def test_against_the_dense_matrix():
    c, r, b = column(), array(5), array(5)

    def dense(c, r, b):
        return np.linalg.solve(linalg.toeplitz(c, r), b)

    found = vjp(lambda c, r, b: linalg.solve_toeplitz((c, r), b), c, r, b)[1](b)
    for one, other in zip(found, vjp(dense, c, r, b)[1](b), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-13)
    assert found[1][0] == 0  # c₀ stands on the diagonal, not r₀


def test_convolutions_and_products():
    a, b = array(4), array(3)
    np.testing.assert_allclose(convolved(a, b), np.convolve(a, b), atol=1e-14)
    z = b + 1j
    np.testing.assert_allclose(convolved(a, z), np.convolve(a, z), atol=1e-14)
    c, r = array(4), array(3)
    diagonals = np.concatenate([r[:0:-1], c])
    np.testing.assert_allclose(
        product(diagonals, b), scipy.linalg.toeplitz(c, r) @ b, atol=1e-14
    )


def test_errors_are_scipys():
    with pytest.raises(ValueError, match="Incompatible"):
        grad(lambda c: linalg.solve_toeplitz((c, c[1:]), np.ones(3))[0])(np.ones(3))
    with pytest.raises(ValueError, match="Incompatible"):
        grad(lambda c: linalg.matmul_toeplitz((c, c), np.ones(2))[0])(np.ones(3))
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        grad(lambda c: linalg.solve_circulant(c, np.ones(3))[0])(np.ones(3))
    with pytest.raises(ValueError, match="incompatible"):
        grad(lambda c: linalg.solve_circulant(c, np.ones(2))[0])(np.ones(3))
