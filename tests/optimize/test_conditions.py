"""Derivatives of minima under bounds and constraints, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, NonlinearConstraint

from diffops import (
    ConvergenceError,
    check_grads,
    grad,
    jacobian,
    jit,
    optimize,
    vmap,
)

BOTH = pytest.mark.parametrize("method", ["slsqp", "trust-constr"])


@BOTH
def test_the_projection_onto_the_simplex(method):
    """With support S: ∂xᵢ/∂yⱼ = δᵢⱼ − 1/|S| in S, and 0 outside."""

    def project(y):
        return optimize.minimize(
            lambda x: np.sum((x - y) ** 2),
            np.full(4, 0.25),
            method=method,
            bounds=[(0, None)] * 4,
            constraints={"type": "eq", "fun": lambda x: np.sum(x) - 1},
        ).x

    y = np.array([0.9, 0.6, -0.8, 0.5])
    inside = np.array([1.0, 1.0, 0.0, 1.0])
    wanted = np.diag(inside) - np.outer(inside, inside) / 3
    np.testing.assert_allclose(jacobian(project)(y), wanted, atol=1e-9)


def test_recordings_and_batches_of_constrained_minima():
    def nearest(y):
        return optimize.minimize(
            lambda x: np.sum((x - y) ** 2),
            np.full(3, 1 / 3),
            bounds=[(0, None)] * 3,
            constraints={"type": "eq", "fun": lambda x: np.sum(x) - 1},
        ).x

    points = np.array([[0.9, 0.6, -0.8], [0.5, -0.9, 0.8]])
    wanted = 0.5 * np.array(
        [
            [[1, -1, 0], [-1, 1, 0], [0, 0, 0]],
            [[1, 0, -1], [0, 0, 0], [-1, 0, 1]],
        ]
    )
    recorded = jit(jacobian(nearest))
    for i in (0, 0, 0, 1, 0):
        np.testing.assert_allclose(recorded(points[i]), wanted[i], atol=1e-9)
    found = vmap(jacobian(nearest))(points)
    np.testing.assert_allclose(found, wanted, atol=1e-9)


def test_bounds_hold_and_move():
    """xᵢ is its bound, or the minimum of its own, and follows that one alone."""

    def least(low, a):
        f = lambda x: np.sum((x - a) ** 2)  # noqa: E731
        return optimize.minimize(f, np.full(2, 3.0), bounds=[(low, 5)] * 2).x

    low, a = 2.0, np.array([1.0, 3.0])
    by_low, by_a = jacobian(least, (0, 1))(low, a)
    np.testing.assert_allclose(by_low, [1.0, 0.0])
    np.testing.assert_allclose(by_a, [[0.0, 0.0], [0.0, 1.0]], atol=1e-12)

    def pulled(bounds):
        return optimize.minimize(lambda x: (x - 4) ** 2, 1.0, bounds=[bounds]).x

    assert grad(lambda high: pulled((None, high)))(2.0) == pytest.approx(1.0)
    assert grad(lambda at: pulled((at, at)))(1.0) == pytest.approx(1.0)


@BOTH
@pytest.mark.filterwarnings("ignore:delta_grad")
def test_a_curved_constraint(method):
    """The lowest point of x₀ + x₁ in a disc of area r: both are −√(r/2)."""

    def lowest(r):
        disc = NonlinearConstraint(lambda x: x @ x, -np.inf, r)
        start = np.array([0.1, -0.2])
        return optimize.minimize(
            lambda x: x[0] + x[1], start, method=method, constraints=disc
        ).x

    slope = -1 / (4 * np.sqrt(1.0))
    np.testing.assert_allclose(jacobian(lowest)(2.0), [slope, slope], rtol=1e-8)
    bend = 1 / 16
    np.testing.assert_allclose(jacobian(jacobian(lowest))(2.0), [bend, bend], rtol=1e-7)


@BOTH
def test_equations_and_their_sides(method):
    """½ xᵀQx − bᵀx with Ax = c, from the KKT matrix."""
    q = np.array([[3.0, 0.5, 0.0], [0.5, 2.0, 0.1], [0.0, 0.1, 1.0]])
    a = np.array([[1.0, 1.0, 1.0]])

    def least(b, c):
        return optimize.minimize(
            lambda x: 0.5 * x @ q @ x - b @ x,
            np.zeros(3),
            method=method,
            constraints=LinearConstraint(a, c, c),
        ).x

    matrix = np.block([[q, -a.T], [a, np.zeros((1, 1))]])
    inverse = np.linalg.inv(matrix)[:3]
    b, c = np.array([1.0, 0.0, -1.0]), np.array([2.0])
    by_b, by_c = jacobian(least, (0, 1))(b, c)
    np.testing.assert_allclose(by_b, inverse[:, :3], atol=1e-9)
    np.testing.assert_allclose(by_c, inverse[:, 3:], atol=1e-9)


def test_constraints_that_do_not_hold_do_not_matter():
    def least(a):
        return optimize.minimize(
            lambda x: np.sum((x - a) ** 2),
            np.zeros(2),
            bounds=[(-5, 5)] * 2,
            constraints={"type": "ineq", "fun": lambda x: 10 * a - x[0]},
        ).x

    np.testing.assert_allclose(jacobian(least)(1.0), [1.0, 1.0], rtol=1e-9)


def test_values_and_second_orders():
    def value(a):
        return optimize.minimize(
            lambda x: np.sum((x - a) ** 4) + x[0] * x[1],
            np.full(2, 0.5),
            bounds=[(0.5, None), (None, None)],
            options={"ftol": 1e-15, "gtol": 1e-12},
        ).fun

    check_grads(value, (np.array([0.3, 1.2]),), order=2)


@pytest.mark.parametrize("a", [1.0, 1.0 + 1e-12])
def test_a_minimum_that_only_touches_its_bound_has_no_derivative(a):
    f = lambda x: np.sum((x - a) ** 2)  # noqa: E731
    least = lambda low: optimize.minimize(f, 3.0, bounds=[(low, None)]).x  # noqa: E731
    with pytest.raises(ConvergenceError, match="does not push back"):
        grad(least)(1.0)

    def kept(c):
        above = {"type": "ineq", "fun": lambda x: x - c}
        return optimize.minimize(f, 3.0, constraints=above).x

    with pytest.raises(ConvergenceError, match="does not push back"):
        grad(kept)(1.0)


def test_a_saddle_between_bounds_has_no_derivative():
    def least(a):
        f = lambda x: a * x[0] ** 2 - x[1] ** 2  # noqa: E731
        bounds = [(None, None), (-1, 1)]
        return optimize.minimize(f, np.array([1.0, 0.0]), bounds=bounds).x[0]

    with pytest.raises(ConvergenceError, match="no minimum"):
        grad(least)(1.0)
