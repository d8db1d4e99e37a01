"""Early stopping."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import grad, optimize

DESCENT = optimize.GradientDescent(0.25)


def test_the_best_weights_are_returned():
    """w halves at every step: 1, 1/2, 1/4, …; the validation wants 0.3."""
    steps = []

    def validation(w):
        steps.append(float(w))
        return (w - 0.3) ** 2

    stop = optimize.EarlyStopping(3, validation=validation)
    found = optimize.descend(lambda w: w**2, 1.0, DESCENT, 100, stop=stop)
    assert found == 0.25
    assert steps == [0.5**k for k in range(1, 6)]  # three more than the best


def test_a_loss_that_stands_still_ends_it():
    way = optimize.Way()
    stop = optimize.EarlyStopping(2, change=1e-3)
    found = optimize.descend(lambda w: w**2, 1.0, DESCENT, 100, stop=stop, way=way)
    # 4⁻ᵏ improves by more than 10⁻³ up to k = 5; the gradient and the value cost one.
    assert found == 0.5**5
    assert way.calls == 2 * 7


@pytest.mark.parametrize("way", ["unrolled", "checkpointed"])
def test_it_is_differentiated_along_the_steps_taken(way):
    def end(rate):
        stop = optimize.EarlyStopping(1, validation=lambda w: (w - 0.3) ** 2)
        method = optimize.GradientDescent(rate)
        return optimize.descend(lambda w: w**2, 1.0, method, 50, stop=stop, way=way)

    assert end(0.25) == 0.25
    assert grad(end)(0.25) == pytest.approx(2 * 0.5 * -2)


def test_patience_that_does_not_run_out():
    stop = optimize.EarlyStopping(100)
    found = optimize.descend(lambda w: np.sum(w**2), np.ones(2), DESCENT, 3, stop=stop)
    np.testing.assert_array_equal(found, [0.125, 0.125])
