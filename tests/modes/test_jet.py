"""Taylor mode on programs: loops, branches, updates in place, and refusals."""

from __future__ import annotations

import gc
import math
import weakref

import numpy as np
import pytest
from scipy import special

from diffops import NoDerivativeError, diff, jvp, stop_gradient, taylor


def nested(f, n):
    for _ in range(n):
        f = diff(f)
    return f


def assert_coefficients(f, x, n, rtol=1e-12, atol=1e-13):
    """Compare with nested forward mode."""
    found = taylor(f, x, n)
    for k in range(1, n + 1):
        wanted = np.asarray(nested(f, k)(x)) / math.factorial(k)
        np.testing.assert_allclose(found[k], wanted, rtol=rtol, atol=atol)


def loop(x):
    y = x
    for k in range(20):
        y = y * 0.5 + x / (1 + y * y) if y < 1 else y - 0.25 * np.sin(y + k)
    return y


def in_place(x):
    y = np.zeros_like(np.stack([x] * 4))
    y[0] = x
    for k in range(1, 4):
        y[k] = y[k - 1] * x + k
    view = y[1:3]
    view *= x
    view[0] += 1.0
    y[::2] -= view
    return y


def through_out(x):
    y = np.stack([x, 2 * x])
    z = np.zeros_like(y)
    np.multiply(y, y, out=z)
    np.add(z, y, out=y)
    return y


def through_objects(x):
    y = np.array([x, x * x, 2.0 * x])
    return np.sin(y) + np.asarray(np.stack([x, x, x])) * 2


def views(x):
    y = np.stack([x, x * x, x + 1, 2 * x]).reshape(2, 2)
    flat, turned = y.ravel(), y.T
    flat[1] = x**3
    turned[1, 1] *= x
    return y[1] * flat[:2] + turned[0]


@pytest.mark.parametrize("f", [loop, in_place, through_out, through_objects, views])
@pytest.mark.parametrize("x", [0.7, np.float64(0.7)], ids=["float", "float64"])
def test_programs(f, x):
    assert_coefficients(f, x, 4)
    np.testing.assert_array_equal(taylor(f, x, 4)[0], f(x))


def test_writing_does_not_reach_what_was_read_before():
    def f(x):
        y = x * x
        before = y[0] * 1.0
        copied, shared = y.copy(), y
        y[0] = 7.0
        return before, copied, shared

    x = np.array([2.0, 3.0])
    before, copied, shared = zip(*taylor(f, x, 2), strict=True)
    np.testing.assert_array_equal(before, [4, 4, 1])
    np.testing.assert_array_equal(copied, [[4, 9], [4, 6], [1, 1]])
    np.testing.assert_array_equal(shared, [[7, 9], [0, 6], [0, 1]])


@pytest.mark.parametrize("size", [3, 5000])
def test_nothing_is_kept_of_arrays_that_were_used(size):
    alive = []

    def f(x):
        for step in (
            lambda x: np.sin(x) * x + 0.5,
            lambda x: np.exp(-x) / (1 + x * x),
            lambda x: np.logaddexp(0, x),
            lambda x: np.sqrt(np.log1p(x * x) + 1),
            lambda x: np.hypot(x, 1) ** 1.5 - x**3 / 9,
            lambda x: special.erf(x) + np.cumprod(x)[-1] + np.linalg.norm(x) * 1e-3,
        ):
            x = np.tanh(step(x))
            alive.append(weakref.ref(x.primal))
            alive.append(weakref.ref(x.carry[3]))
            assert sum(ref() is not None for ref in alive) <= 2
        return x

    gc.disable()
    try:
        taylor(f, np.linspace(0.1, 0.9, size), 4)
    finally:
        gc.enable()


def test_refusals_name_the_line_and_are_remembered():
    with pytest.raises(NoDerivativeError, match=r"float\(x\).*test_jet"):
        taylor(lambda x: float(x) * x, 1.0, 3)

    def swallowing(x):
        try:
            return math.sin(x)
        except TypeError:
            return x

    with pytest.raises(NoDerivativeError, match="math"):
        taylor(swallowing, 1.0, 3)
    with pytest.raises(NoDerivativeError, match="argument"):
        taylor(lambda x: special.jv(x, 1.0), 1.0, 3)


def test_a_constant_of_a_series_has_none():
    found = taylor(lambda x: x * stop_gradient(x * x), 2.0, 3)
    np.testing.assert_array_equal(found, [8.0, 4.0, 0.0, 0.0])


def test_values_that_escaped_are_constants():
    kept = []
    taylor(lambda x: (kept.append(x), x)[1], 2.0, 3)
    taylor(lambda x: (kept.append(x), x)[1], np.ones(2), 3)
    number, array = kept
    np.testing.assert_array_equal(taylor(lambda x: x * number, 3.0, 2), [6, 2, 0])
    assert jvp(lambda x: x * number, (3.0,), (1.0,)) == (6.0, 2.0)
    found = taylor(lambda x: x * array, 3.0, 2)
    np.testing.assert_array_equal(found, [[3, 3], [1, 1], [0, 0]])
    assert float(number) == 2.0
