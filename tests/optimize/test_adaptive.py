"""Methods that scale each entry by what its gradient has been."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from trainings import agrees, agrees_with_differences

from diffops import grad, optimize


def adagrad(slope, w, n, rate, eps):
    squares = []
    for _ in range(n):
        g = slope(w)
        squares.append(g * g)
        w = w - rate * g / (mpmath.sqrt(sum(squares)) + eps)
    return w


def weighted(values, decay):
    """Return Σ (1 − ρ) ρⁿ⁻¹⁻ᵏ vₖ: an exponential mean, summed up."""
    n = len(values)
    return sum((1 - decay) * decay ** (n - 1 - k) * v for k, v in enumerate(values))


def rmsprop(slope, w, n, rate, decay, eps, momentum):
    slopes, b = [], 0
    for _ in range(n):
        slopes.append(slope(w))
        v = weighted([g * g for g in slopes], decay)
        b = momentum * b + slopes[-1] / (mpmath.sqrt(v) + eps)
        w = w - rate * b
    return w


def centered(slope, w, n, rate, decay, eps, momentum):
    slopes, b = [], 0
    for _ in range(n):
        slopes.append(slope(w))
        v = weighted([g * g for g in slopes], decay) - weighted(slopes, decay) ** 2
        b = momentum * b + slopes[-1] / (mpmath.sqrt(v) + eps)
        w = w - rate * b
    return w


def adadelta(slope, w, n, rate, decay, eps):
    squares, changes = [], []
    for _ in range(n):
        g = slope(w)
        squares.append(g * g)
        ratio = (weighted(changes, decay) + eps) / (weighted(squares, decay) + eps)
        delta = mpmath.sqrt(ratio) * g
        changes.append(delta * delta)
        w = w - rate * delta
    return w


def adam(slope, w, n, rate, beta1, beta2, eps):
    slopes = []
    for t in range(1, n + 1):
        slopes.append(slope(w))
        m = weighted(slopes, beta1) / (1 - beta1**t)
        v = weighted([g * g for g in slopes], beta2) / (1 - beta2**t)
        w = w - rate * m / (mpmath.sqrt(v) + eps)
    return w


def adamax(slope, w, n, rate, beta1, beta2, eps):
    slopes = []
    for t in range(1, n + 1):
        slopes.append(slope(w))
        m = weighted(slopes, beta1) / (1 - beta1**t)
        u = max(beta2 ** (t - 1 - k) * (abs(g) + eps) for k, g in enumerate(slopes))
        w = w - rate * m / u
    return w


def rprop(slope, w, n, size, shrink, grow):
    last = 0
    for _ in range(n):
        g = slope(w)
        if g * last > 0:
            size = size * grow
        if g * last < 0:
            size, g = size * shrink, 0
        w = w - size * mpmath.sign(g)
        last = g
    return w


def centering(*hypers):
    return optimize.RMSProp(*hypers, centered=True)


CASES = [
    (optimize.AdaGrad, adagrad, [0.2, 0.01]),
    (optimize.RMSProp, rmsprop, [0.05, 0.8, 0.01, 0.5]),
    (centering, centered, [0.05, 0.8, 0.01, 0.5]),
    (optimize.AdaDelta, adadelta, [0.9, 0.8, 0.1]),
    (optimize.Adam, adam, [0.1, 0.8, 0.95, 0.01]),
    (optimize.AdaMax, adamax, [0.1, 0.8, 0.95, 0.01]),
    (optimize.Rprop, rprop, [0.3, 0.4, 1.3]),
]


@pytest.mark.parametrize(("method", "recurrence", "hypers"), CASES)
def test_steps_written_out(method, recurrence, hypers):
    agrees(method, recurrence, hypers)


@pytest.mark.parametrize(("method", "recurrence", "hypers"), CASES)
def test_differences_of_the_whole_training(method, recurrence, hypers):
    agrees_with_differences(method, hypers)


def test_closed_forms_on_a_quadratic():
    """The first step of ½ w² goes by the rate; the second is known for AdaGrad."""
    loss = lambda w: 0.5 * w * w  # noqa: E731
    for kind in (optimize.Adam, optimize.AdaMax, optimize.AdaGrad):
        step = lambda r, kind=kind: optimize.descend(loss, 3.0, kind(r, eps=0.0), 1)  # noqa: E731
        assert step(0.25) == pytest.approx(2.75)
        assert grad(step)(0.25) == pytest.approx(-1.0)
    twice = lambda r: optimize.descend(loss, 3.0, optimize.AdaGrad(r, eps=0.0), 2)  # noqa: E731
    rate = 0.25
    w, norm = 3.0 - rate, np.hypot(3.0, 3.0 - rate)
    assert twice(rate) == pytest.approx(w - rate * w / norm)
    wanted = -1.0 - w / norm + rate * (1 / norm - w * w / norm**3)
    assert grad(twice)(rate) == pytest.approx(wanted, rel=1e-13)


def test_a_gradient_of_zero_stays_a_number():
    """√s has no slope at 0, but a weight that the loss does not see stays."""
    loss = lambda w: w[0] ** 2  # noqa: E731
    for method in (optimize.Adam(0.1), optimize.AdaGrad(0.1), optimize.RMSProp(0.1)):
        end = lambda w, method=method: np.sum(optimize.descend(loss, w, method, 3))  # noqa: E731
        slope = grad(end)(np.array([1.0, 2.0]))
        assert np.all(np.isfinite(slope))
        assert slope[1] == 1.0
