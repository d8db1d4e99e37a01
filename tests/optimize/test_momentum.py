"""Gradient descent with and without momentum, and its average."""

from __future__ import annotations

import numpy as np
import pytest
from trainings import agrees, agrees_with_differences

from diffops import grad, optimize


def descent(slope, w, n, rate):
    for _ in range(n):
        w = w - rate * slope(w)
    return w


def heavy_ball(slope, w, n, rate, momentum):
    before = w
    for _ in range(n):
        w, before = w - rate * slope(w) + momentum * (w - before), w
    return w


def nesterov(slope, w, n, rate, momentum):
    """The form with a point that looks ahead, which is what is kept."""
    x = w
    for _ in range(n):
        after = w - rate * slope(w)
        w, x = after + momentum * (after - x), after
    return w


def averaging(rate, decay, power):
    return optimize.AveragedDescent(rate, decay, power, begin=2)


def averaged_from_two(slope, w, n, rate, decay, power):
    weights = []
    for t in range(n):
        step = rate / (1 + decay * rate * t) ** power
        w = w - step * (slope(w) + decay * w)
        weights.append(w)
    kept = weights[3:]  # the first of them counts as all before it
    return sum(kept) / len(kept)


@pytest.mark.parametrize(
    ("method", "recurrence", "hypers"),
    [
        (optimize.GradientDescent, descent, [0.3]),
        (optimize.Momentum, heavy_ball, [0.2, 0.8]),
        (optimize.Nesterov, nesterov, [0.2, 0.8]),
        (averaging, averaged_from_two, [0.2, 0.1, 0.75]),
    ],
)
def test_steps_written_out(method, recurrence, hypers):
    agrees(method, recurrence, hypers)


@pytest.mark.parametrize(
    ("method", "hypers"),
    [
        (optimize.GradientDescent, [0.1]),
        (optimize.Momentum, [0.1, 0.7]),
        (optimize.Nesterov, [0.1, 0.7]),
        (averaging, [0.1, 0.2, 0.75]),
    ],
)
def test_differences_of_the_whole_training(method, hypers):
    agrees_with_differences(method, hypers)


def test_closed_form_on_a_quadratic():
    """wₙ = (1 − α a)ⁿ w₀ for ½ a w²; with momentum a power of a matrix."""
    a, rate, n = 2.0, 0.15, 9
    loss = lambda w, a: 0.5 * a * w * w  # noqa: E731
    plain = lambda r: optimize.descend(loss, 3.0, optimize.GradientDescent(r), n, a)  # noqa: E731
    assert plain(rate) == pytest.approx((1 - rate * a) ** n * 3.0, rel=1e-14)
    wanted = -n * a * (1 - rate * a) ** (n - 1) * 3.0
    assert grad(plain)(rate) == pytest.approx(wanted, rel=1e-13)
    wanted = n * (n - 1) * a * a * (1 - rate * a) ** (n - 2) * 3.0
    assert grad(grad(plain))(rate) == pytest.approx(wanted, rel=1e-12)

    def of_momentum(m):
        return optimize.descend(loss, 3.0, optimize.Momentum(rate, m), n, a)

    step = lambda m: np.array([[1 - rate * a, -rate * m], [a, m]])  # noqa: E731
    power = np.linalg.matrix_power
    m, change = 0.6, np.array([[0.0, -rate], [0.0, 1.0]])
    assert of_momentum(m) == pytest.approx((power(step(m), n) @ [3.0, 0.0])[0])
    parts = [power(step(m), k) @ change @ power(step(m), n - 1 - k) for k in range(n)]
    wanted = (sum(parts) @ [3.0, 0.0])[0]
    assert grad(of_momentum)(m) == pytest.approx(wanted, rel=1e-12)


def test_the_first_weights_are_differentiated():
    start = lambda w: np.sum(  # noqa: E731
        optimize.descend(lambda w: w @ w, w, optimize.Momentum(0.1, 0.5), 4)
    )
    slope = grad(start)(np.array([1.0, 2.0]))
    one = optimize.descend(lambda w: w * w, 1.0, optimize.Momentum(0.1, 0.5), 4)
    np.testing.assert_allclose(slope, [one, one], rtol=1e-13)
