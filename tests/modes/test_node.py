"""Reverse mode on numbers: the tape, and the entries of vectors as numbers on it."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from elementwise import assert_accurate, on_numbers
from scenarios import assert_equal

from diffops import fgrad, grad, hessian, stop_gradient, vjp


@on_numbers
def test_numbers_of_every_kind(f, slope, x):
    y, pullback = vjp(f, x)
    (found,) = pullback(1.0)
    assert type(found) is type(x)
    assert_accurate(found, slope(x), x)
    assert_accurate(y, f(x), x)
    assert np.result_type(y) == np.result_type(f(x))


@on_numbers
def test_second_derivative_of_numbers_of_every_kind(f, slope, x):
    """The slope in closed form, differentiated, is the derivative of the derivative."""
    _, pullback = vjp(lambda x: vjp(f, x)[1](1.0)[0], x)
    _, again = vjp(slope, x)
    assert_accurate(pullback(1.0)[0], again(1.0)[0], x, ulps=300)


def test_kinds_mix_as_in_numpy():
    """A Python float yields to the dtype of what it meets, a float64 does not."""
    single = np.array([1.0, 2.0], np.float32)
    for x, wanted in ((0.5, np.float32), (np.float64(0.5), np.float64)):
        for f in (
            lambda x: x * single,
            lambda x: single - x * x,
            lambda x: (2 * x + 1) / single,
            lambda x: single * (x**2) - (-x),
            lambda x: np.float32(2) * x,
        ):
            y, pullback = vjp(f, x)
            assert y.dtype == np.result_type(f(x)) == wanted
            assert type(pullback(np.ones_like(y))[0]) is type(x)


@pytest.mark.parametrize("kind", [np.float32, np.float16, np.longdouble, np.complex64])
def test_dtype_of_numbers_lasts_through_a_program(kind):
    def f(x):
        y = x
        for k in range(1, 6):
            y = y * x + 0.5 / k - y / (k + 1)
        return y * np.sin(y)

    y, pullback = vjp(f, kind(0.3))
    assert y.dtype == kind
    assert pullback(1.0)[0].dtype == kind


# Entries of vectors


def neighbours(x):
    """Return Σ xᵢ xᵢ₊₁ + xᵢ³ by a loop over the entries, with the ends joined."""
    return sum(x[i - 1] * x[i] + x[i] ** 3 for i in range(len(x)))


def negative_indices(x):
    return sum(x[-i - 1] * x[-i] + x[-i] ** 3 for i in range(len(x)))


def repeated(x):
    total = 0.0
    for i in range(len(x)):
        a, b = x[i], x[i]
        total = total + a * b * x[i] + x[i - 1] * a
    return total


def iterated(x):
    entries = list(x)
    return sum(a * b + b**3 for a, b in zip([entries[-1], *entries], x, strict=False))


def numpy_indices(x):
    return sum(x[i - 1] * x[i] + x[i] ** 3 for i in np.arange(len(x)))


def through_tolist(x):
    return neighbours(x.tolist())


LOOPS = [
    neighbours,
    negative_indices,
    repeated,
    iterated,
    numpy_indices,
    through_tolist,
]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("size", [2, 5, 40, 200])
def test_loops_over_entries(loop, size):
    x = np.linspace(-1.0, 1.5, size)
    before, after = np.roll(x, 1), np.roll(x, -1)
    value, gradient = fgrad(loop)(x)
    # From Python 3.12 on `sum` of plain floats rounds once, at the end.
    assert value == pytest.approx(loop(x), rel=1e-14)
    assert_equal(gradient, before + after + 3 * x**2)


@pytest.mark.parametrize("loop", LOOPS)
def test_loops_over_entries_at_second_order(loop):
    x = np.linspace(-1.0, 1.5, 5)
    ring = np.roll(np.eye(5), 1, axis=0) + np.roll(np.eye(5), -1, axis=0)
    assert_equal(hessian(loop)(x), ring + np.diag(6 * x))
    assert_equal(hessian(loop, mode="forward")(x), ring + np.diag(6 * x))


@pytest.mark.parametrize("dtype", [np.float32, np.longdouble, np.complex128])
def test_loops_over_entries_of_other_dtypes(dtype):
    x = np.linspace(-1.0, 1.5, 6).astype(dtype)
    y, pullback = vjp(neighbours, x)
    (found,) = pullback(1.0)
    assert y.dtype == found.dtype == dtype
    assert_accurate(found, np.roll(x, 1) + np.roll(x, -1) + 3 * x**2, x)


def test_an_index_beyond_the_end_raises_as_in_numpy():
    def f(x, i):
        for _ in range(20):
            x[0]
        return x[i]

    for i in (3, -4):
        with pytest.raises(IndexError):
            grad(f)(np.ones(3), i)


def written_between(x):
    """Read all entries, write one, read them again."""
    y = x * 1.0
    first = sum(y[i] for i in range(len(y)))
    y[1] = y[0] * first
    return first * sum(y[i] ** 2 for i in range(len(y)))


def test_entries_are_read_afresh_after_a_write():
    x = np.array([0.5, -1.0, 2.0])
    s = x.sum()
    # s (x₀² + x₀² s² + x₂²)
    q = x[0] ** 2 * (1 + s**2) + x[2] ** 2
    wanted = (
        q + s * 2 * x[0] ** 2 * s + s * np.array([2 * x[0] * (1 + s**2), 0, 2 * x[2]])
    )
    assert_equal(fgrad(written_between)(x), (s * q, wanted))


def test_shifted_arrays_share_their_place_but_not_their_entries():
    def f(x):
        y, z = x + 1.0, x - 2.0
        total = 0.0
        for i in range(len(x)):
            total = total + x[i] * y[i] * z[i]
        return total + (x + 1.0)[0] + x[0]

    x = np.linspace(-1.0, 2.0, 30)
    wanted = 3 * x**2 - 2 * x - 2
    wanted[0] += 2
    value, gradient = fgrad(f)(x)
    assert_equal(value, np.sum(x * (x + 1) * (x - 2)) + 2 * x[0] + 1)
    assert_equal(gradient, wanted)


def test_entries_of_views_rows_and_unused_entries():
    def f(m):
        row, column, end = m[1], m[:, 0], m.ravel()[-3:]
        return sum(row[j] * column[j] * end[-1 - j] for j in range(2)) * m[0, 1]

    m = np.arange(1.0, 7.0).reshape(3, 2)
    (_, b), (c, d), (e, g) = m
    a = m[0, 0]
    # b (c a g + d c e)
    wanted = [[b * c * g, c * a * g + d * c * e], [b * (a * g + d * e), b * c * e]]
    wanted.append([b * d * c, b * c * a])
    assert_equal(grad(f)(m), np.array(wanted))


def test_entries_and_whole_array_together():
    x = np.linspace(0.1, 1.0, 20)

    def f(x):
        y = np.sin(x)
        return sum(y[i] * x[i] for i in range(20)) + np.sum(y * y) + y[3]

    wanted = np.cos(x) * x + np.sin(x) + 2 * np.sin(x) * np.cos(x)
    wanted[3] += np.cos(x[3])
    assert_equal(grad(f)(x), wanted)


def test_threads_unpack_the_same_vector():
    x = np.linspace(0.1, 1.0, 64)

    def f(x):
        y = x * 1.0

        def work(k):
            return sum(y[(k + i) % 64] * (y + 1.0)[i] for i in range(64))

        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(work, range(8)))

    wanted = np.zeros(64)
    for k in range(8):
        wanted += np.roll(x + 1, k) + np.roll(x, -k)
    interval = sys.getswitchinterval()
    try:
        sys.setswitchinterval(1e-6)
        for _ in range(5):
            assert_equal(grad(f)(x), wanted)
    finally:
        sys.setswitchinterval(interval)


def test_loop_of_reads_is_linear():
    """The tape of a loop over n entries grows with n, not n²."""

    def rows(n):
        seen = []

        def f(x):
            total = 0.0
            for i in range(n):
                total = total + x[i] * x[i - 1]
            seen.append(len(x.level.rows))
            return total

        grad(f)(np.ones(n))
        return seen[0]

    assert rows(2000) < 11 * rows(200)


def test_entry_of_an_ended_differentiation_is_plain():
    kept = []
    grad(lambda x: (kept.append(x), sum(x[i] for i in range(3)))[1])(np.arange(3.0))
    assert kept[0][2] == 2.0
    assert type(stop_gradient(kept[0][2])) is np.float64
