"""Learning rates by the number of the step."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from trainings import agrees

from diffops import grad, optimize


def falling(law):
    def recurrence(slope, w, n, *hypers):
        for t in range(n):
            w = w - law(t, *hypers) * slope(w)
        return w

    return recurrence


@pytest.mark.parametrize(
    ("rule", "law", "hypers"),
    [
        (optimize.Decay, lambda t, a, k: a / (1 + k * t), [0.4, 0.3]),
        (optimize.ExponentialDecay, lambda t, a, k: a * mpmath.exp(-k * t), [0.4, 0.3]),
    ],
)
def test_decaying_rates(rule, law, hypers):
    for t in range(4):
        assert float(rule(*hypers).at(t)) == pytest.approx(float(law(t, *hypers)))
    method = lambda *given: optimize.GradientDescent(rule(*given))  # noqa: E731
    agrees(method, falling(law), hypers)


def test_every_rate_of_a_schedule_is_a_hyperparameter():
    """w ← (1 − αₜ a) w: the derivative by αₜ leaves one factor out."""
    rates, a = np.array([0.1, 0.3, 0.2]), 2.0

    def end(rates):
        method = optimize.GradientDescent(optimize.Schedule(rates))
        return optimize.descend(lambda w: 0.5 * a * w * w, 1.0, method, 3)

    factors = 1 - rates * a
    assert end(rates) == pytest.approx(math.prod(factors))
    np.testing.assert_allclose(grad(end)(rates), -a * math.prod(factors) / factors)
    with pytest.raises(IndexError, match="3 rates, none for step 3"):
        optimize.Schedule(rates).at(3)


def test_a_function_of_the_step_is_a_rate():
    method = optimize.GradientDescent(lambda t: 0.1 * (t + 1))
    found = optimize.descend(lambda w: 0.5 * w * w, 1.0, method, 2)
    assert found == pytest.approx(0.9 * 0.8)
