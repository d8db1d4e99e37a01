"""Conjugate gradients, Newton and Newton-CG."""

from __future__ import annotations

import numpy as np
import pytest
from trainings import agrees_with_differences, curved

from diffops import grad, jacobian, optimize

MATRIX = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 2.0]])
RIGHT = np.array([1.0, -2.0, 0.5])

BETAS = ("fletcher-reeves", "polak-ribiere", "hestenes-stiefel", "dai-yuan")


def quadratic(w, b):
    return 0.5 * w @ MATRIX @ w - b @ w


def test_conjugate_gradients_with_exact_steps_end_in_as_many_as_weights():
    """On a quadratic they are those of Hestenes and Stiefel, written out here."""
    residual, w = RIGHT.copy(), np.zeros(3)
    d = residual
    rates = []
    for _ in range(3):
        rates.append(residual @ residual / (d @ MATRIX @ d))
        w = w + rates[-1] * d
        after = residual - rates[-1] * MATRIX @ d
        d = after + (after @ after) / (residual @ residual) * d
        residual = after
    for beta in BETAS:
        method = optimize.ConjugateGradient(optimize.Schedule(np.array(rates)), beta)
        found = optimize.descend(quadratic, np.zeros(3), method, 3, RIGHT)
        np.testing.assert_allclose(found, w, rtol=1e-10)
    np.testing.assert_allclose(w, np.linalg.solve(MATRIX, RIGHT), rtol=1e-10)


@pytest.mark.parametrize(
    ("method", "steps"),
    [
        (optimize.Newton(), 1),
        (optimize.NewtonCG(), 12),
        (optimize.ConjugateGradient(), 20),
        *((optimize.ConjugateGradient(beta=beta), 20) for beta in BETAS),
    ],
)
def test_the_closed_form_on_a_quadratic(method, steps):
    """w = A⁻¹b, and so dw/db = A⁻¹."""

    def found(b):
        return optimize.descend(quadratic, np.ones(3), method, steps, b)

    np.testing.assert_allclose(found(RIGHT), np.linalg.solve(MATRIX, RIGHT), atol=1e-7)
    np.testing.assert_allclose(jacobian(found)(RIGHT), np.linalg.inv(MATRIX), atol=1e-6)


@pytest.mark.parametrize(
    ("method", "hypers"),
    [
        (lambda rate: optimize.Newton(rate), [0.7]),
        (lambda rate: optimize.NewtonCG(rate), [0.7]),
        (lambda rate: optimize.NewtonCG(rate, iterations=2), [0.7]),
        (lambda rate: optimize.NewtonCG(optimize.Backtracking(rate)), [1.1]),
        (lambda start: optimize.ConjugateGradient(optimize.StrongWolfe(start)), [0.2]),
        *(
            (lambda rate, beta=beta: optimize.ConjugateGradient(rate, beta), [0.1])
            for beta in BETAS
        ),
    ],
)
def test_differences_of_the_whole_training(method, hypers):
    agrees_with_differences(method, hypers, steps=4)


def test_where_f_curves_down_newton_cg_descends():
    loss = lambda w: np.sum(np.cos(w))  # noqa: E731
    w = optimize.descend(loss, np.array([0.3, -0.2]), optimize.NewtonCG(), 30)
    np.testing.assert_allclose(w, [np.pi, -np.pi], atol=1e-6)


def test_at_the_minimum_nothing_moves():
    at = np.linalg.solve(MATRIX, RIGHT)
    loss = lambda w: 0.5 * (w - at) @ MATRIX @ (w - at)  # noqa: E731
    for method in (optimize.NewtonCG(), optimize.ConjugateGradient()):
        np.testing.assert_array_equal(optimize.descend(loss, at, method, 3), at)


def test_misuse():
    with pytest.raises(ValueError, match="beta must be one of fletcher-reeves"):
        optimize.ConjugateGradient(beta="best")
    with pytest.raises(np.linalg.LinAlgError):
        optimize.descend(lambda w: w[0] ** 2, np.ones(2), optimize.Newton(), 1)


def test_second_order_methods_are_differentiated_twice():
    def train(c):
        w = optimize.descend(curved, np.ones(3), optimize.Newton(), 2, c)
        return np.sum(w)

    h = 1e-4
    slope = grad(train)
    assert grad(slope)(0.3) == pytest.approx(
        (slope(0.3 + h) - slope(0.3 - h)) / (2 * h), rel=1e-6
    )
