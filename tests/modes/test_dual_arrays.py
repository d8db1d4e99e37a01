"""Forward mode on arrays: elementwise arithmetic."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from elementwise import assert_accurate, on_arrays
from scenarios import assert_equal

from diffops import jvp, stop_gradient


def direction(x):
    """Return tangents that differ from entry to entry."""
    return np.linspace(-1.0, 2.0, x.size).reshape(x.shape).astype(x.dtype)


@on_arrays
def test_arrays_of_every_kind(f, slope, x):
    v, before = direction(x), x.copy()
    y, change = jvp(f, (x,), (v,))
    assert change.dtype == x.dtype
    assert_accurate(change, v * slope(x), x)
    assert_accurate(y, f(x), x)
    assert y.dtype == f(x).dtype
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(v, direction(x))


@on_arrays
def test_second_derivative_of_arrays_of_every_kind(f, slope, x):
    v = direction(x)
    _, change = jvp(lambda x: jvp(f, (x,), (v,))[1], (x,), (v,))
    _, wanted = jvp(slope, (x,), (v * v,))
    assert_accurate(change, wanted, x, ulps=300)
    assert change.dtype == x.dtype


def test_operands_of_which_only_one_carries_an_older_level():
    """One factor of the inner product is tracked twice, the other once."""
    x, e = np.array([0.5, 0.7]), np.array([1.0, 2.0])

    def outer(x):
        def inner(y):
            return (y + x) * (y * 1) - (y * 1) / (y + x) + (y * 1) * (y + x)

        return jvp(inner, (2 * e,), (e,))[1]

    y = 2 * e
    s = x + y
    # d/dx d/dy of 2 (y² + x y) − y / (y + x), along e both times
    wanted = (2 + (s - 2 * y) / s**3) * e * e
    assert_equal(jvp(outer, (x,), (e,))[1], wanted)


@pytest.mark.parametrize("size", [3, 5000])
def test_results_have_their_own_memory(size):
    x, v = np.linspace(0.5, 3.0, size), np.ones(size)
    for f in (lambda x: x, np.exp, lambda x: x[::-1], lambda x: x + 1.0, np.ravel):
        y, change = jvp(f, (x,), (v,))
        for array in (y, change):
            assert not np.shares_memory(array, x)
            assert not np.shares_memory(array, v)
            array[:] = np.nan
        assert_equal(jvp(f, (x,), (v,))[0], f(x))


def test_nothing_is_kept_of_arrays_that_were_used():
    alive = []

    def f(x):
        for _ in range(10):
            x = np.sin(x) * x + 0.5
            alive.append(weakref.ref(stop_gradient_view(x)))
            assert sum(ref() is not None for ref in alive) <= 2
        return x

    gc.disable()
    try:
        jvp(f, (np.ones(1000),), (np.ones(1000),))
    finally:
        gc.enable()


def stop_gradient_view(x):
    """Return the very array that a tracked one stands for."""
    assert np.array_equal(x.primal, stop_gradient(x))
    return x.primal
