"""Inverses of plain linear maps, which nest in all modes."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import check_grads
from diffops.errors import ConvergenceError
from diffops.implicit._inverse import LinearMap

A = np.random.default_rng(3).normal(size=(5, 5)) + 4 * np.eye(5)
V = np.arange(1.0, 6.0)


def of(matrix, method):
    return LinearMap(5, lambda v: matrix @ v, lambda u: matrix.T @ u, method)


@pytest.mark.parametrize("method", ["auto", "dense", "gmres"])
def test_the_inverse_and_its_derivatives(method):
    inverse = of(A, method).inverse()
    np.testing.assert_allclose(inverse(V), np.linalg.solve(A, V), rtol=1e-9)
    check_grads(lambda v: inverse(np.sin(v)) ** 2, (V,), order=2)
    np.testing.assert_array_equal(inverse(0 * V), 0 * V)


def test_the_transpose():
    for method in ("dense", "gmres"):
        found = of(A, method).solve(V, transposed=True)
        np.testing.assert_allclose(found, np.linalg.solve(A.T, V), rtol=1e-9)


def test_conjugate_gradients():
    found = of(A @ A.T, "cg").solve(V)
    np.testing.assert_allclose(found, np.linalg.solve(A @ A.T, V), rtol=1e-8)


@pytest.mark.parametrize("method", ["dense", "gmres"])
def test_singular_maps(method):
    singular = np.ones((5, 5))
    with pytest.raises(ConvergenceError, match="singular"):
        of(singular, method).solve(V)


def test_the_matrix_is_factorised_once():
    products = []
    counted = LinearMap(5, lambda v: products.append(None) or A @ v, None, "dense")
    counted.solve(V)
    counted.solve(V, transposed=True)
    assert len(products) == 5
