"""The extrapolation cancels the series of the error, and stops at the rounding."""

import numpy as np
import pytest

from diffops.numerical._extrapolation import FIRST, Estimate, extrapolate


def test_even_powers_are_cancelled():
    """A polynomial in h² of degree five is known after six steps."""
    calls = []

    def difference(h):
        calls.append(h)
        series = 2 + sum(h ** (2 * k) for k in range(1, 6))
        return Estimate(np.array([series]), np.array([1e-15]))

    value, error = extrapolate(difference)
    assert abs(value[0] - 2) <= error[0] < 1e-13
    assert calls[0] == FIRST and 6 <= len(calls) <= 9
    np.testing.assert_allclose(np.divide(calls[:-1], calls[1:]), 2)


def test_entries_choose_their_own_steps():
    """One has noise that grows as h falls, the other converges late."""
    noise = np.array([1e-6, 1e-16])

    def difference(h):
        rough = 1 + 1e-6 * np.sin(1e9 * h) / h
        late = np.sin(200 * h) / (200 * h)
        return Estimate(np.array([rough, late]), noise / h)

    value, error = extrapolate(difference)
    assert np.all(np.abs(value - 1) <= error)
    assert error[0] < 3e-4 and error[1] < 1e-9


def test_steps_without_a_value_do_not_count():
    def difference(h):
        y = np.nan if h > 0.1 else 3.0 + h**2
        return Estimate(np.array([y]), np.array([1e-16]))

    value, error = extrapolate(difference)
    assert abs(value[0] - 3) <= error[0] < 1e-14


def test_where_no_step_has_a_value():
    value, error = extrapolate(lambda h: Estimate(np.full(2, np.nan), np.zeros(2)))
    assert np.all(np.isnan(value)) and np.all(np.isinf(error))


def test_what_does_not_converge_says_so():
    """|h| is no series in h²."""
    value, error = extrapolate(lambda h: Estimate(np.array([1 / h]), np.array([0.0])))
    assert error[0] > 0.5 * abs(value[0])
    assert not np.isnan(value[0])


@pytest.mark.parametrize("size", [0, 3])
def test_shapes(size):
    found = extrapolate(lambda h: Estimate(np.ones(size), np.zeros(size)))
    assert found.value.shape == found.error.shape == (size,)
