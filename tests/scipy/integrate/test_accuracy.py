"""Steps are judged by their derivatives, forward and in reverse."""

import numpy as np
import pytest

from diffops import diff, grad
from diffops.scipy.integrate.accuracy import Accuracy
from diffops.scipy.integrate.steps import EXPLICIT

METHOD = EXPLICIT["RK45"]


def judged(derivative, field, h, steps=2):
    """Take steps of a length from rest; return what is said of them, and settled."""
    said = []

    def stepped(accuracy, slope, t, y):
        return accuracy.take(y, lambda: METHOD.step(slope, t, y, h, slope(t, y)))

    def f(a):
        accuracy = Accuracy(1e-6, 1e-9, 0.0, own=True)
        accuracy.duration = steps * h
        for _ in range(2):
            y = 0.0 * a * np.ones(1)
            for n in range(steps):
                taken = stepped(accuracy, lambda t, y: field(t, y, a), n * h, y)
                said.append(accuracy.is_met(taken))
                accuracy.accept(taken)
                y = taken.step.end
            said.append(accuracy.is_settled())
        return y[0]

    derivative(f)(0.0)
    return said


@pytest.mark.parametrize("derivative", [grad, diff])
def test_steps_that_are_long_for_derivatives_alone(derivative):
    """The solution is 0, its derivative ∫ sin 20 t."""
    field = lambda t, y, a: np.stack([a * np.sin(20 * t)])  # noqa: E731
    first, second = np.split(np.array(judged(derivative, field, 0.5)), 2)
    assert first[:-1].all()  # the first time nothing is known yet
    assert not first[-1]
    assert not second.any()
    assert all(judged(derivative, field, 0.005))


@pytest.mark.parametrize("derivative", [grad, diff])
def test_steps_of_a_constant_slope(derivative):
    field = lambda t, y, a: np.stack([a])  # noqa: E731
    assert all(judged(derivative, field, 0.5))
