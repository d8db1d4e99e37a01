"""FISTA and its proximal operator."""

from __future__ import annotations

import numpy as np
import pytest
from trainings import ROWS, TARGETS, agrees_with_differences

from diffops import jacobian, optimize


def least(w):
    return 0.5 * np.sum((ROWS @ w - TARGETS) ** 2)


def test_the_proximal_operator_minimises():
    w, step, weight = 1.3, 0.5, 0.8
    grid = np.linspace(-3, 3, 600_001)
    values = 0.5 * (grid - w) ** 2 + step * weight * np.abs(grid)
    found = optimize.L1(weight)(np.array([w, -w, 0.1]), step)
    assert found[0] == pytest.approx(grid[np.argmin(values)], abs=1e-5)
    np.testing.assert_allclose(found[1:], [-found[0], 0.0])


def test_the_lasso_fulfils_its_optimality_conditions():
    """|∇f| ≤ λ, and ∇fᵢ = −λ sign(wᵢ) where wᵢ ≠ 0."""
    weight = 2.0
    w = optimize.descend(least, np.zeros(3), optimize.FISTA(optimize.L1(weight)), 300)
    slope = ROWS.T @ (ROWS @ w - TARGETS)
    away = w != 0
    assert 0 < np.count_nonzero(away) < 3
    np.testing.assert_allclose(slope[away], -weight * np.sign(w[away]), atol=1e-8)
    assert np.all(np.abs(slope[~away]) <= weight)


def test_the_closed_form_on_a_quadratic():
    """The prox of the target, where f = ½ ‖w − b‖²; unrolled and implicit."""
    b = np.array([2.0, -1.5, 0.25])

    def found(weight, way):
        method = optimize.FISTA(optimize.L1(weight))
        loss = lambda w: 0.5 * np.sum((w - b) ** 2)  # noqa: E731
        return optimize.descend(loss, np.zeros(3), method, 60, way=way)

    for way in ("unrolled", "checkpointed", "implicit"):
        np.testing.assert_allclose(found(0.5, way), [1.5, -1.0, 0.0], atol=1e-12)
        slope = jacobian(lambda weight, way=way: found(weight, way))(0.5)
        np.testing.assert_allclose(slope, [-1.0, 1.0, 0.0], atol=1e-12)


def test_the_ways_agree_on_the_lasso():
    def train(weight, way):
        method = optimize.FISTA(optimize.L1(weight))
        return np.sum(optimize.descend(least, np.zeros(3), method, 400, way=way) ** 2)

    slopes = [
        optimize.hypergrad(train, 2.0, way).gradient
        for way in ("unrolled", "checkpointed", "implicit")
    ]
    np.testing.assert_allclose(slopes, slopes[0], rtol=1e-6)


def test_differences_of_the_whole_training():
    agrees_with_differences(lambda c: optimize.FISTA(curvature=c), [1.5])
    smoothed = lambda weight: optimize.FISTA(optimize.L1(weight))  # noqa: E731
    agrees_with_differences(smoothed, [0.05])


def test_it_is_faster_than_gradient_descent():
    loss = lambda w: 0.5 * np.sum(np.arange(1.0, 51.0) ** 2 * w**2)  # noqa: E731
    values = [
        loss(optimize.descend(loss, np.ones(50), method, 100))
        for method in (optimize.FISTA(), optimize.GradientDescent(1 / 2500))
    ]
    assert values[0] < 0.1 * values[1]
