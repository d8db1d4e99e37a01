"""Windows that slide over an array; `test_shaping` has their derivatives."""

import numpy as np

from diffops import grad, vjp

windows = np.lib.stride_tricks.sliding_window_view


def test_every_entry_is_counted_once_for_each_window_that_shows_it():
    x = np.arange(5.0)
    np.testing.assert_array_equal(
        grad(lambda x: np.sum(windows(x, 3)))(x), [1, 2, 3, 2, 1]
    )


def test_an_axis_may_be_windowed_twice():
    x = np.arange(12.0).reshape(3, 4)
    y, pullback = vjp(lambda x: windows(x, (2, 2), axis=(1, 1)), x)
    assert y.shape == (3, 2, 2, 2)
    (counts,) = pullback(np.ones(y.shape))
    np.testing.assert_array_equal(counts, [[1, 3, 3, 1]] * 3)


def test_windows_follow_what_is_written_into_the_array():
    def f(x):
        y = x * 1.0
        shown = windows(y, 2)
        y[1] = x[0] ** 2
        return np.sum(shown)

    np.testing.assert_array_equal(grad(f)(np.array([3.0, 1.0, 2.0])), [13, 0, 1])
