"""Threads share the loops of kernels on large arrays: they do not change a bit."""

import numpy as np
import pytest

from diffops import grad, kernels
from diffops.kernels import shared_loops
from diffops.kernels.compilation import compiled
from diffops.kernels.shared_loops import STRETCH
from diffops.kernels.symbols import expressions
from diffops.native import pool

STRETCHES = 21
N = (STRETCHES - 1) * STRETCH + 77
X, Y = np.random.default_rng(0).uniform(0.1, 3.0, (2, N))
X[::1000] *= 1e9  # angles that are left to libm
NUMBERS = [1, 2, 3, 7]

FUNCTIONS = {
    "sine": (lambda x: np.sin(x), [lambda y, x: np.cos(x)], 1),
    "hyperbolic tangent": (lambda x: np.tanh(x), [lambda y, x: 1 - y * y], 1),
    "quotient": (lambda a, b: a / b, [lambda y, a, b: 1 / b], 2),
    "product": (lambda a, b, c: a + b * c, [], 3),
}


def ufuncs_of(name, real="double"):
    """Return the ufunc of a function for each number of threads."""
    function, partials, count = FUNCTIONS[name]
    args, outputs = expressions(function, partials, count, real)
    return count, [compiled("f", args, outputs, real, n) for n in NUMBERS]


def layouts(x):
    """Return equal numbers that lie in memory in other ways."""
    wide = np.repeat(x, 2)[::2]
    return [x, wide, x[::-1].copy()[::-1], x[: 20 * STRETCH].reshape(-1, 20).T]


@pytest.fixture
def soon(monkeypatch):
    """Let threads share cheap functions of arrays that are not so large."""
    monkeypatch.setattr(shared_loops, "_WORTH_SHARING", 1_000_000)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("real", ["double", "float"])
def test_bits_do_not_depend_on_the_number_of_threads(name, real):
    count, ufuncs = ufuncs_of(name, real)
    dtype = np.float64 if real == "double" else np.float32
    for x, y in zip(layouts(X.astype(dtype)), layouts(Y.astype(dtype)), strict=True):
        for args in [(x, y, x), (x, 0.7, y), (x, 0.7, 0.3), (x, y, 0.7)]:
            args = args[:count]
            before = sum(pool.blocks_taken())
            wanted, *found = [ufunc(*args) for ufunc in ufuncs]
            if x.ndim == 1:
                assert sum(pool.blocks_taken()) == before + 3 * STRETCHES
            for other in found:
                np.testing.assert_array_equal(other, wanted)


@pytest.mark.usefixtures("soon")
def test_a_result_may_take_the_place_of_an_operand():
    _, ufuncs = ufuncs_of("product")
    for ufunc in ufuncs:
        total = X.copy()
        ufunc(total, Y, 0.3, out=total)
        np.testing.assert_array_equal(total, X + Y * 0.3)
        overlapping = X.copy()
        ufunc(overlapping[:-1], Y[1:], 1.0, out=overlapping[1:])
        np.testing.assert_array_equal(overlapping[1:], X[:-1] + Y[1:])


def test_several_threads_take_part():
    """A thread that is not there in time finds nothing left: it is given chances."""
    _, (_, ufunc, *_) = ufuncs_of("sine")
    before = sum(pool.blocks_taken()[1:])
    for _ in range(2000):
        ufunc(X)
        if sum(pool.blocks_taken()[1:]) > before:
            return
    raise AssertionError("one thread did it all")


def test_small_arrays_are_one_threads():
    _, (_, ufunc, *_) = ufuncs_of("sine")
    before = pool.blocks_taken()
    ufunc(X[: 2 * STRETCH - 1])
    assert pool.blocks_taken() == before


def test_gradients():
    def f(x):
        return np.sum(np.sin(x) * Y + np.tanh(x) / Y + x**5 * np.hypot(x, Y))

    x = X.copy()
    x[::1000] = 1.0
    with kernels.use(threads=1):
        wanted = grad(f)(x)
    for n in NUMBERS[1:]:
        before = sum(pool.blocks_taken())
        with kernels.use(threads=n):
            np.testing.assert_array_equal(grad(f)(x), wanted)
        assert sum(pool.blocks_taken()) >= before + 4 * STRETCHES


@pytest.mark.usefixtures("soon")
def test_nothing_warns():
    """A thread's flags are its own, and a kernel clears the caller's."""
    _, ufuncs = ufuncs_of("quotient")
    x = np.zeros(N)
    with np.errstate(all="raise"):
        for ufunc in ufuncs:
            assert np.isnan(ufunc(x, x)[0]).all()
            np.add(X, Y)
