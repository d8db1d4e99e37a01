"""Trainings whose every step is written out again, in numbers of 40 digits."""

from __future__ import annotations

import mpmath
import numpy as np
from gradients import differences

from diffops import grad, jvp, optimize

#: The loss ½ curvature w² − w, and where the trainings begin.
CURVATURE, START, STEPS = 1.7, 1.3, 7


def loss(w, curvature):
    return 0.5 * curvature * w * w - w


def agrees(method, recurrence, hypers):
    """Check weights and their derivatives by the hyperparameters and the curvature.

    ``method(*hypers)`` is what is tested; ``recurrence(slope, w, n, *hypers)`` returns
    the weight after n steps, ``slope`` being the derivative of the loss. Derivatives of
    that are differences of 40 digits.
    """
    values = [*hypers, CURVATURE]

    def ours(x):
        *given, curvature = x
        return optimize.descend(loss, START, method(*given), STEPS, curvature)

    def theirs(*x):
        *given, curvature = x
        slope = lambda w: curvature * w - 1  # noqa: E731
        return recurrence(slope, mpmath.mpf(START), STEPS, *given)

    with mpmath.workdps(40):
        x = list(map(mpmath.mpf, values))
        wanted = float(theirs(*x))
        orders = np.eye(len(x), dtype=int).tolist()
        slopes = [float(mpmath.diff(theirs, x, order)) for order in map(tuple, orders)]
    point = np.array(values)
    np.testing.assert_allclose(ours(point), wanted, rtol=1e-13)
    np.testing.assert_allclose(grad(ours)(point), slopes, rtol=1e-9, atol=1e-12)
    forward = [jvp(ours, (point,), (unit,))[1] for unit in np.eye(len(point))]
    np.testing.assert_allclose(forward, slopes, rtol=1e-9, atol=1e-12)


ROWS = np.random.default_rng(4).normal(size=(6, 3))
TARGETS = np.random.default_rng(5).normal(size=6)


def curved(w, weight):
    """Return a loss in three weights that is no quadratic."""
    return np.sum(np.logaddexp(0.0, ROWS @ w - TARGETS)) + weight * np.sum(w**2)


def agrees_with_differences(method, hypers, steps=6):
    """Check a hypergradient against differences of the whole training, both modes."""

    def train(x):
        *given, weight = x
        w = optimize.descend(curved, np.ones(3), method(*given), steps, weight)
        return np.sum(np.sin(w))

    x = np.array([*hypers, 0.3])
    wanted = differences(train, x)
    np.testing.assert_allclose(grad(train)(x), wanted, rtol=1e-6, atol=1e-8)
    forward = [jvp(train, (x,), (unit,))[1] for unit in np.eye(len(x))]
    np.testing.assert_allclose(forward, grad(train)(x), rtol=1e-10, atol=1e-12)
