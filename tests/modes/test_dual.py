"""Forward mode on numbers."""

from __future__ import annotations

import numpy as np
import pytest
from elementwise import assert_accurate, on_numbers
from scenarios import assert_equal

from diffops import diff, jvp


@on_numbers
def test_numbers_of_every_kind(f, slope, x):
    y, change = jvp(f, (x,), (1.0,))
    assert_accurate(change, slope(x), x)
    assert_accurate(y, f(x), x)
    assert np.result_type(y) == np.result_type(f(x))
    assert_accurate(jvp(f, (x,), (-2.0,))[1], -2 * slope(x), x)


@on_numbers
def test_second_derivative_of_numbers_of_every_kind(f, slope, x):
    """The slope in closed form, differentiated, is the derivative of the derivative."""
    _, change = jvp(lambda x: jvp(f, (x,), (1.0,))[1], (x,), (1.0,))
    _, wanted = jvp(slope, (x,), (1.0,))
    assert_accurate(change, wanted, x, ulps=300)


@pytest.mark.parametrize("kind", [np.float32, np.float16, np.longdouble, np.complex64])
def test_dtype_of_numbers_lasts_through_a_program(kind):
    def f(x):
        y = x
        for k in range(1, 6):
            y = y * x + 0.5 / k - y / (k + 1)
        return y * np.sin(y)

    y, change = jvp(f, (kind(0.3),), (1.0,))
    assert y.dtype == kind
    assert change.dtype == kind


def test_numbers_along_directions():
    """Numbers of several kinds side by side, each with its own tangent."""

    def f(x, y, z):
        return x * y + np.sin(z) * x - y / z, x**2, 3.0

    x, y, z = 0.5, np.float64(-2.0), np.float32(0.25)
    value, change = jvp(f, (x, y, z), (1.0, 2.0, -1.0))
    assert value == f(x, y, z)
    wanted = y + np.sin(z) + 2 * (x - 1 / z) - (np.cos(z) * x + y / z**2)
    assert_equal(change, (wanted, 2 * x, 0.0), rtol=1e-6)


def test_numbers_meet_arrays():
    a = np.array([1.0, -2.0, 3.0])
    x = 0.5
    assert_equal(diff(lambda x: a * x**2 - x / a)(x), 2 * a * x - 1 / a)
    assert_equal(diff(lambda x: np.exp(x * a))(np.float64(x)), a * np.exp(x * a))
    single = a.astype(np.float32)
    y, change = jvp(lambda x: single * x, (x,), (1.0,))
    assert y.dtype == change.dtype == np.float32
    y, change = jvp(lambda x: single * x, (np.float64(x),), (1.0,))
    assert y.dtype == change.dtype == np.float64


def test_tangents_of_numbers_are_numbers():
    y, change = jvp(lambda x: x * 2, (3.0,), (1,))
    assert (type(y), type(change)) == (float, float)
    y, change = jvp(lambda x: x * 2, (np.float32(3),), (np.float64(1),))
    assert (type(y), type(change)) == (np.float32, np.float32)
