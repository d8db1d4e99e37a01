"""Unknowns in containers, and how many orders of derivatives are asked for."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import (
    ConvergenceError,
    NoDerivativeError,
    grad,
    hessian,
    jacobian,
    jvp,
    linear_solve,
    root,
    sparse_hessian,
    sparse_jacobian,
    trace,
    vmap,
)
from diffops.implicit._solution import Unknown, map_of, order_of, plain

X = np.array([1.0, 2.0])


def test_containers_become_vectors_and_back():
    unknown = Unknown({"a": 1.0, "b": np.ones((2, 2))})
    assert unknown.n == 5
    vector = unknown.vector([np.float64(7.0), np.arange(4.0)])
    back = unknown.container(vector)
    assert back["a"] == 7.0
    np.testing.assert_array_equal(back["b"], [[0.0, 1.0], [2.0, 3.0]])
    f = unknown.equations(lambda x: (x["b"] * 2, x["a"]))
    np.testing.assert_array_equal(f(vector), [0.0, 2.0, 4.0, 6.0, 7.0])


def test_orders_are_counted():
    seen = []

    def f(x):
        seen.append(order_of(x))
        assert plain(x) == 2.0
        return x

    f(2.0)
    grad(f)(2.0)
    grad(grad(f))(2.0)
    jvp(lambda x: grad(f)(x), (2.0,), (1.0,))
    vmap(grad(f))(np.array([2.0, 2.0]))
    assert seen == [0, 1, 2, 2, 1]


@pytest.mark.parametrize("linear", ["dense", "gmres", "cg"])
def test_constants_count_as_the_equations_saw_them(linear):
    """Systems are solved on the way back too, when the user has gone on."""
    b = np.array([1.0, 2.0])

    def by_root(a, b):
        return root(lambda x: a @ x - b, np.ones(2), linear=linear)

    for solve in (by_root, lambda a, b: linear_solve(a, b, linear=linear)):

        def f(b, solve=solve):
            a = 2 * np.eye(2)
            x = solve(a, b)
            a[:] = 5 * np.eye(2)
            return np.sum(x**2)

        np.testing.assert_allclose(grad(f)(b), b / 2, rtol=1e-12)
        np.testing.assert_allclose(hessian(f)(b), np.eye(2) / 2, rtol=1e-12)


def test_sparsity_at_a_point():
    """A solution depends on what its equations depend on; it is no constant."""
    a = np.array([1.5, 2.0, 3.0])

    def solve(a):
        return root(lambda x: x**2 + 0.1 * x[0] - a, np.ones(3))

    found = sparse_jacobian(solve, sparsity="local")(a)
    np.testing.assert_allclose(found.toarray(), jacobian(solve)(a), rtol=1e-12)
    total = lambda a: np.sum(solve(a) ** 3)  # noqa: E731
    found = sparse_hessian(total, sparsity="local")(a)
    np.testing.assert_allclose(found.toarray(), hessian(total)(a), rtol=1e-10)
    with pytest.raises(NoDerivativeError, match="local"):
        sparse_jacobian(solve)(a)


def test_order_of_levels_that_keep_their_values():
    """A batch asks for no derivative, `trace` shows that of the first order."""
    orders = []

    def f(x):
        orders.append(order_of(x))
        return x

    vmap(f)(np.ones(2))
    trace(f)(1.0)
    trace(grad(f))(1.0)
    assert orders == [0, 1, 2]


def test_the_jacobian_as_a_map():
    linear = map_of(lambda x: np.stack([x[0] * x[1], x[1]]), X, "auto")
    matrix = np.array([[2.0, 1.0], [0.0, 1.0]])
    np.testing.assert_allclose(linear.matrix(), matrix)
    np.testing.assert_allclose(linear.backward(X), matrix.T @ X)
    with pytest.raises(ConvergenceError):
        map_of(lambda x: 0 * x, X, "auto").solve(X)
