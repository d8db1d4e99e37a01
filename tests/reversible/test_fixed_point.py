"""Training in fixed-point numbers goes back to where it began, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from diffops.reversible.fixed_point import (
    RANGE,
    Training,
    fraction,
    to_fixed,
    to_float,
)


def slope(w):
    return np.sin(3 * w) + 0.1 * np.roll(w, 1)


def test_a_thousand_steps_are_undone_bit_for_bit():
    rng = np.random.default_rng(0)
    rates, momenta = rng.uniform(0, 1, 1000), rng.uniform(0, 1, 1000)
    momenta[::100] = 0.0
    momenta[1::100] = 1 - 1e-12
    training = Training(rng.normal(size=11))
    history = []
    for rate, momentum in zip(rates, momenta, strict=True):
        history.append((training.w, training.v, training.lost.heads))
        training.step(rate, momentum, slope(training.weights))
    back = training.copy()
    for i in reversed(range(1000)):
        found = back.undo(rates[i], momenta[i], lambda: slope(back.weights))
        np.testing.assert_array_equal(found, slope(to_float(history[i][0])))
        state = back.w, back.v, back.lost.heads
        for now, then in zip(state, history[i], strict=True):
            np.testing.assert_array_equal(now, then)
    assert back.lost.words == []
    assert len(training.lost.words) > 50  # those of the training stay


def test_steps_are_those_of_floats():
    w, v = np.array([0.5, -1.0]), np.zeros(2)
    training = Training(w)
    for t in range(100):
        g = slope(w)
        v = 0.9 * v - (1 - 0.9) * g
        w = w + 0.05 * v
        training.step(0.05, 0.9, slope(training.weights))
        np.testing.assert_allclose(training.weights, w, atol=1e-15 * (t + 2))
        np.testing.assert_allclose(training.velocities, v, atol=1e-15 * (t + 2))


def test_numbers_are_rounded_to_the_nearest():
    x = np.array([0.1, -1 / 3, 2.0**-53, 1.0, 1023.0])
    np.testing.assert_allclose(to_float(to_fixed(x)), x, rtol=0, atol=2.0**-53)


@pytest.mark.parametrize("x", [RANGE, -RANGE, np.nan, np.inf, -1e300])
def test_what_is_too_large_raises(x):
    with pytest.raises(OverflowError, match="1024"):
        to_fixed(np.array([0.0, x]))


def test_steps_out_of_range_raise():
    training = Training(np.array([1000.0]))
    training.step(0.5, 0.5, np.array([-80.0]))
    assert training.weights == 1020.0
    with pytest.raises(OverflowError, match="learning rates"):
        training.step(0.5, 0.5, np.array([0.0]))


@pytest.mark.parametrize("momentum", [0.9, 0.5, 0.999, 1 / 3, np.pi / 4, 1e-3])
def test_fractions_are_near(momentum):
    n, d = fraction(momentum)
    assert 0 <= n <= d < 2**31
    assert abs(n / d - momentum) < 1e-16
    assert fraction(0.9) == (9, 10)


def test_fractions_next_to_simple_ones_are_within_the_bound():
    for momentum in (1e-11, 1 - 1e-11, 0.5 + 1e-10):
        n, d = fraction(momentum)
        assert abs(n / d - momentum) < 2.0**-31
