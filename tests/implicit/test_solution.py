"""Unknowns in containers, and how many orders of derivatives are asked for."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import ConvergenceError, grad, jvp, trace, vmap
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
