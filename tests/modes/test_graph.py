"""Reverse mode on arrays: elementwise arithmetic, small and large."""

from __future__ import annotations

import numpy as np
import pytest
from elementwise import assert_accurate, on_arrays
from scenarios import assert_equal

from diffops import fgrad, grad, jvp, vjp


def weights(x):
    """Return cotangents that differ from entry to entry."""
    return np.linspace(-1.0, 2.0, x.size).reshape(x.shape).astype(x.dtype)


@on_arrays
def test_arrays_of_every_kind(f, slope, x):
    before = x.copy()
    y, pullback = vjp(f, x)
    u = weights(x)
    (found,) = pullback(u)
    assert found.dtype == x.dtype
    assert_accurate(found, u * slope(x), x)
    assert_accurate(y, f(x), x)
    assert y.dtype == f(x).dtype
    # A trace that is swept once may be swept in the memory of what it recorded.
    if x.dtype.kind != "c":
        value, once = fgrad(lambda x: np.sum(f(x) * u))(x)
        assert_accurate(once, u * slope(x), x)
        assert once.dtype == x.dtype
        assert np.result_type(value) == x.dtype
    np.testing.assert_array_equal(x, before)


@on_arrays
def test_second_derivative_of_arrays_of_every_kind(f, slope, x):
    u = weights(x)
    _, pullback = vjp(lambda x: vjp(f, x)[1](u)[0], x)
    _, again = vjp(slope, x)
    (found,) = pullback(u)
    assert_accurate(found, again(u * u)[0], x, ulps=300)
    assert found.dtype == x.dtype


def mixed(x, y):
    """Use both arrays with constants of all sorts, from both sides."""
    z = 2 * x - y / 4 + 1.5
    z = z * y + x * np.float64(0.5) - 3 / (x * x + 1)
    return z * z - (1 - y) * x


def gradient_of_mixed(x, y):
    p = 2 * x - y / 4 + 1.5
    z = p * y + x * 0.5 - 3 / (x * x + 1)
    z_x = 2 * y + 0.5 + 6 * x / (x * x + 1) ** 2
    z_y = p - y / 4
    return 2 * z * z_x - (1 - y), 2 * z * z_y + x


@pytest.mark.parametrize("size", [0, 1, 10, 2047, 2048, 2049, 20_000])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_two_arrays_below_and_above_the_large_size(size, dtype):
    x = np.linspace(-1.0, 1.0, size, dtype=dtype)
    y = np.linspace(0.5, 2.0, size, dtype=dtype)
    u = weights(x)
    wanted = [u * d for d in gradient_of_mixed(x, y)]
    kept = x.copy(), y.copy(), u.copy()
    found = grad(lambda x, y: np.sum(mixed(x, y) * u), argnums=(0, 1))(x, y)
    for one, other in zip(found, wanted, strict=True):
        assert_accurate(one, other, x, ulps=200)
    y_, pullback = vjp(mixed, x, y)
    for _ in range(2):
        for one, other in zip(pullback(u), wanted, strict=True):
            assert_accurate(one, other, x, ulps=200)
    assert_accurate(y_, mixed(x, y), x, ulps=200)
    for one, other in zip((x, y, u), kept, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("size", [10, 5000])
def test_constants_may_change_after_use(size):
    """The derivative is that at the entries that f saw."""
    c = np.linspace(1.0, 2.0, size)
    seen = c.copy()

    def f(x, spoil):
        y = x * c + c / x - c * x / c + np.maximum(c, x) + np.where(c > 1.5, x, c * x)
        if spoil:
            c[:] = np.nan
        return np.sum(y * y[::-1])

    x = np.linspace(0.5, 3.0, size)
    wanted = grad(f)(x, False)
    np.testing.assert_array_equal(grad(f)(x, True), wanted)
    c[:] = seen
    y = x * c + c / x - x + np.maximum(c, x) + np.where(c > 1.5, x, c * x)
    slope = c - c / x**2 - 1 + (x > c) + np.where(c > 1.5, 1, c)
    np.testing.assert_allclose(wanted, 2 * slope * y[::-1], rtol=1e-12)


@pytest.mark.parametrize("size", [10, 5000])
def test_the_array_itself_may_change_after_the_trace(size):
    x = np.linspace(0.5, 3.0, size)
    wanted = np.cos(x) + 2 * x
    y, pullback = vjp(lambda x: np.sin(x) + x * x, x)
    x[:] = -7.0
    y[:] = 0.0
    # The cosines of large arrays are those of kernels.
    np.testing.assert_array_max_ulp(pullback(np.ones(size))[0], wanted, 2)


@pytest.mark.parametrize("size", [3, 5000])
def test_results_have_their_own_memory(size):
    """Gradients and values can be written into without a trace of it elsewhere."""
    x = np.linspace(0.5, 3.0, size)
    for f in (
        lambda x, y: np.sum(x + y),
        lambda x, y: np.sum(x) + np.sum(y),
        lambda x, y: np.sum(np.exp(x) * y),
        lambda x, y: x @ y,
        lambda x, y: np.sum(np.reshape(x, (1, -1)) + y[::-1]),
    ):
        first, second = grad(f, argnums=(0, 1))(x, x)
        assert first.flags.writeable and second.flags.writeable
        assert not np.shares_memory(first, second)
        assert not np.shares_memory(first, x)
        kept = second.copy()
        first[:] = np.nan
        np.testing.assert_array_equal(second, kept)
        second[:] = np.nan
        again = grad(f, argnums=(0, 1))(x, x)
        np.testing.assert_array_equal(again[1], kept)
    for f in (lambda x: x, np.exp, lambda x: x[::-1], lambda x: x + 0.0, np.ravel):
        u = np.ones(size)
        y, pullback = vjp(f, x)
        (g,) = pullback(u)
        for array in (y, g):
            assert array.flags.writeable
            assert not np.shares_memory(array, x)
            assert not np.shares_memory(array, u)
        g[:] = y[:] = np.nan
        np.testing.assert_array_equal(u, np.ones(size))
        assert_equal(pullback(u)[0], vjp(f, x)[1](u)[0])


@pytest.mark.parametrize("size", [3, 5000])
def test_values_kept_by_the_user_survive_the_sweep(size):
    """What left f as aux or through a closure is not overwritten by the sweep."""
    x = np.linspace(0.5, 3.0, size)
    kept = []

    def f(x):
        y = np.exp(x)
        z = y * y
        kept.append(z)
        return np.sum(z * x), {"y": y, "z": z, "x": x}

    gradient, aux = grad(f, has_aux=True)(x)
    y = np.exp(x)
    assert_equal(gradient, y * y * (1 + 2 * x))
    np.testing.assert_array_equal(aux["x"], x)
    np.testing.assert_array_equal(aux["y"], y)
    np.testing.assert_array_equal(aux["z"], y * y)
    np.testing.assert_array_equal(kept[0] + 0.0, y * y)


def test_broadcasting_goes_back_to_the_shape_of_the_argument():
    row, column = np.array([[1.0, 2.0, 3.0]]), np.array([[0.5], [-1.0]])
    number = 0.25

    def f(row, column, number):
        return np.sum((row * column + number) * row - column / 2 + number * row)

    found = grad(f, argnums=(0, 1, 2))(row, column, number)
    s, q = row.sum(), (row**2).sum()
    wanted = (
        2 * row * column.sum() + 4 * number,
        np.full((2, 1), q - 1.5),
        4 * s,
    )
    assert_equal(found, wanted)
    assert type(found[2]) is float


def test_dtypes_mix_as_in_numpy():
    single = np.array([1.0, 2.0], np.float32)
    double = np.array([0.5, -1.0])
    cases = [
        (lambda x: x * 2.5, single, np.float32, 2.5),
        (lambda x: 1 / x + 3, single, np.float32, [-1, -0.25]),
        (lambda x: x * np.float64(2.5), single, np.float64, 2.5),
        (lambda x: x * double, single, np.float64, double),
        (lambda x: single * x, double, np.float64, single),
        (lambda x: x**2.0 + x * np.float32(2), single, np.float32, [4, 6]),
        (lambda x: x * np.arange(2), double, np.float64, [0, 1]),
        (lambda x: x * np.array([1, 2], np.int8), single, np.float32, [1, 2]),
        (lambda x: x * (x > 1), single, np.float32, [0, 1]),
    ]
    for f, x, dtype, slope in cases:
        y, pullback = vjp(f, x)
        assert y.dtype == f(x).dtype == dtype
        np.testing.assert_array_equal(y, f(x))
        (g,) = pullback(np.ones_like(y))
        assert g.dtype == x.dtype
        np.testing.assert_array_equal(g, np.broadcast_to(slope, 2))
        y, change = jvp(f, (x,), (np.ones_like(x),))
        assert y.dtype == change.dtype == dtype
        np.testing.assert_array_equal(change, np.broadcast_to(slope, 2))
