"""``np.asarray(x)`` of a tracked array: NumPy's users take it for the same array."""

import numpy as np
import pytest
from gradients import POINT, check, modes

from diffops import diff, grad

WEIGHTS = np.array([1.0, 10.0, 100.0, 1000.0])


def written_through_the_window(x):
    y = x * 1.0
    window = np.asarray(y)
    window[1] = x[0] ** 2
    window[2] = 7.0
    return y @ WEIGHTS


def written_behind_the_window(x):
    y = x * 1.0
    window = np.asarray(y)
    y[1] = x[0] ** 2
    y *= x
    return window @ WEIGHTS


def two_windows(x):
    y = x * 1.0
    window, other = np.asarray(y), np.asanyarray(y)
    window[0] = x[1] ** 2
    return other @ WEIGHTS


def filled_in_a_loop(x):
    y = np.zeros_like(x)
    window = np.asarray(y)
    for i, entry in enumerate(x):
        window[i] = entry**2
    return np.sum(y) * y[0]


def overwritten_by_constants(x):
    y = x * 1.0
    np.asarray(y)[:] = 3.0
    return y @ x


def every_use_comes_after(x):
    y = x * 1.0
    window = np.asarray(y)
    window[0] = x[1] ** 2
    sums = 2.0 * y + (y + y) - (x - y) + y * x + (-y) ** 2
    window[0] = x[2] ** 2
    return sums @ WEIGHTS + np.sin(y) @ x + y.max() + len(y) * y[0] + y.copy() @ y


def views_made_before_and_after(x):
    y = x * 1.0
    before = y[1:3]
    window = np.asarray(y)
    after = y[2:]
    window[2] = x[0] ** 2
    after[1] = x[1] * x[3]
    return before @ x[:2] + after @ x[2:] + window @ WEIGHTS


def window_on_a_view(x):
    y = x * 1.0
    window = np.asarray(y.reshape(2, 2))
    window[0, 1] = x[3] ** 2
    window.T[0, 1] = x[1]
    return y @ WEIGHTS


def sorted_in_place(x):
    y = x * [1, -1, 1, -1]
    np.asarray(y).sort()
    return y @ WEIGHTS


def computed_in_place(x):
    y = x * 1.0
    window = np.asarray(y)
    window += x
    window *= 2.0
    return y @ WEIGHTS + window @ x


def temporary(x):
    y = np.asarray(np.sin(x))
    y[POINT > 1] = 1.0
    y -= y.mean()
    return y @ WEIGHTS


def argument(x):
    window = np.asarray(x)
    window[0] = window[1] ** 2
    return x @ WEIGHTS


PROGRAMS = [
    written_through_the_window,
    written_behind_the_window,
    two_windows,
    filled_in_a_loop,
    overwritten_by_constants,
    every_use_comes_after,
    views_made_before_and_after,
    window_on_a_view,
    sorted_in_place,
    computed_in_place,
    temporary,
    argument,
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs(program):
    check(program)


@pytest.mark.parametrize("inner", [diff, grad])
@modes
def test_nested(gradient, inner):
    def program(x):
        y = np.zeros_like(x)
        window = np.asarray(y)

        def f(t):
            window[0] = t**2 * x[1]
            return y[0] * t

        slope = inner(f)(x[0])  # 3 x₀² x₁
        window[1] = x[2] ** 2
        return slope + np.sum(y)

    a, b, c, _ = POINT
    wanted = [6 * a * b + 2 * a * b, 4 * a * a, 2 * c, 0.0]
    np.testing.assert_allclose(gradient(program)(POINT), wanted)


@modes
def test_shapes_and_emptiness(gradient):
    def program(x):
        empty = np.asarray(x[:0])
        assert empty.dtype == float
        assert empty.shape == (0,)
        assert np.asarray(x.reshape(2, 1, 2)).shape == (2, 1, 2)
        copied = np.array(x)
        copied[0] = 0.0
        return x @ x

    np.testing.assert_allclose(gradient(program)(POINT), 2 * POINT)
