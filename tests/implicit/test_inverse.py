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


def test_consistent_systems_do_not_hide_a_singular_map():
    ones = np.ones((5, 5))
    np.testing.assert_allclose(of(ones, "gmres").solve(np.ones(5)), np.full(5, 0.2))
    for method in ("dense", "gmres"):
        with pytest.raises(ConvergenceError, match="singular"):
            of(ones, method).inverse()
    with pytest.raises(ConvergenceError, match="positive definite"):
        LinearMap(2, lambda v: v * [1, -1], None, "cg").solve(np.ones(2))


def test_bad_scales_are_not_singular():
    scales = 10.0 ** np.arange(0, -25, -5)
    solve = np.linalg.solve
    for matrix, wanted, transposed in (
        (np.diag(scales), V / scales, solve(np.diag(scales), V)),
        (scales[:, None] * A, solve(A, V / scales), solve(A.T, V) / scales),
        (A * scales, solve(A, V) / scales, solve(A.T, V / scales)),
    ):
        found = of(matrix, "dense")
        np.testing.assert_allclose(found.solve(V), wanted, rtol=1e-12)
        np.testing.assert_allclose(found.solve(V, True), transposed, rtol=1e-12)
    with pytest.raises(ConvergenceError, match="singular"):
        of(np.full((5, 5), np.nan), "dense").solve(V)


def test_the_matrix_is_factorised_once():
    products = []
    counted = LinearMap(5, lambda v: products.append(None) or A @ v, None, "dense")
    counted.solve(V)
    counted.solve(V, transposed=True)
    assert len(products) == 5


def hard(n):
    """Return a map whose entries differ by 10¹⁰, those, and a list of its products."""
    scales = np.geomspace(1.0, 1e10, n)
    products = []

    def forward(v):
        products.append(v)
        return scales * v

    return forward, scales, products


@pytest.mark.parametrize("method", ["gmres", "cg"])
def test_iterations_end_after_ten_products_for_each_unknown(method):
    forward, _, products = hard(400)
    with pytest.raises(ConvergenceError, match='or try linear="dense"'):
        LinearMap(400, forward, forward, method).solve(np.ones(400))
    assert len(products) < 11 * 400


def test_where_iterations_fail_the_matrix_is_formed():
    """Its price is a product for each unknown, and so many were spent."""
    forward, scales, products = hard(400)
    linear = LinearMap(400, forward, forward)
    np.testing.assert_allclose(linear.solve(np.ones(400)), 1 / scales, rtol=1e-12)
    assert len(products) < 2.5 * 400
    spent = len(products)
    found = linear.solve(np.ones(400), transposed=True)
    np.testing.assert_allclose(found, 1 / scales, rtol=1e-12)
    assert len(products) == spent


def test_a_large_singular_map():
    half = np.repeat([1.0, 0.0], 200)
    with pytest.raises(ConvergenceError, match="singular"):
        LinearMap(400, lambda v: half * v, lambda u: half * u).inverse()
