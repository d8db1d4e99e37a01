"""Implicit steps: collocation at Radau's nodes."""

import numpy as np
import pytest

from diffops import diff, grad, jvp
from diffops.scipy.integrate.collocation import NODES, NotSolved, implicit_step

START = np.array([0.4, 1.1])


def stepped(k, h=0.2, orders=1, y=START):
    """Take a step of y₁′ = y₂, y₂′ = −k y₁³."""
    field = lambda t, y: np.stack([y[1], -k * y[0] ** 3])  # noqa: E731
    plain = k if isinstance(k, float) else 0.7

    def slope(t, y):
        return np.array([[0.0, 1.0], [-3 * plain * y[0] ** 2, 0.0]])

    guess = np.stack([START + c * h * np.array([1.1, 0.0]) for c in NODES])
    return implicit_step(field, slope, 0.0, y, h, guess, field(0.0, y), orders)


def test_the_stages_collocate():
    """The polynomial has the field's slope at the nodes, to rounding."""
    step = stepped(0.7)
    for c in NODES:
        t = 0.2 * c
        slope = jvp(step.at, (t,), (1.0,))[1]
        y = step.at(t)
        np.testing.assert_allclose(slope, [y[1], -0.7 * y[0] ** 3], rtol=1e-12)
    np.testing.assert_array_equal(step.at(0.0), START)
    np.testing.assert_allclose(step.at(0.2), step.end, rtol=1e-15)


def test_the_order_of_a_step():
    errors = []
    for h in (0.4, 0.2):
        fine, n = START, 64
        for _ in range(n):
            fine = np.asarray(stepped(0.7, h / n, y=fine).end)
        errors.append(np.max(np.abs(stepped(0.7, h).end - fine)))
    assert 2**5 < errors[0] / errors[1] < 2**7


STENCILS = {
    1: [(-1, -0.5), (1, 0.5)],
    2: [(-1, 1), (0, -2), (1, 1)],
    3: [(-2, -0.5), (-1, 1), (1, -1), (2, 0.5)],
}


@pytest.mark.parametrize("order", [1, 2, 3])
def test_derivatives_of_a_step_are_exact(order):
    """The step solves its equations in truncated series, to every order asked for."""

    def quotient(h):
        terms = [w * _plain_end(0.7 + i * h) for i, w in STENCILS[order]]
        return sum(terms) / h**order

    wanted = (4 * quotient(0.025) - quotient(0.05)) / 3
    for operator in (grad, diff):
        derivative = lambda k: stepped(k, 0.8, orders=order).end[0]  # noqa: E731
        for _ in range(order):
            derivative = operator(derivative)
        assert derivative(0.7) == pytest.approx(wanted, rel=2e-5)


def _plain_end(k):
    """Solve for the stages by Newton's method, without a step of ours."""
    matrix = np.linalg.inv(NODES[:, None] ** np.arange(1, 4))
    weights = (NODES[:, None] ** np.arange(3) * np.arange(1, 4)) @ matrix / 0.8
    z = np.zeros((3, 2))
    for _ in range(30):
        y = START + z
        excess = weights @ z - np.stack([y[:, 1], -k * y[:, 0] ** 3], axis=1)
        slopes = np.zeros((3, 2, 3, 2))
        for i in range(3):
            for j in range(3):
                slopes[i, :, j, :] += weights[i, j] * np.eye(2)
            slopes[i, :, i, :] -= [[0.0, 1.0], [-3 * k * y[i, 0] ** 2, 0.0]]
        z = z - np.linalg.solve(slopes.reshape(6, 6), excess.ravel()).reshape(3, 2)
    return (START + z[-1])[0]


def test_what_cannot_be_solved():
    field = lambda t, y: np.exp(1 + y**2)  # noqa: E731
    slope = lambda t, y: np.diag(2 * y * np.exp(1 + y**2))  # noqa: E731
    y = np.array([0.5])
    with np.errstate(all="ignore"), pytest.raises(NotSolved):
        implicit_step(field, slope, 0.0, y, 5.0, np.ones((3, 1)), field(0.0, y), 1)
