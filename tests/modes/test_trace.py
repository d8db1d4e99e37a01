"""Reverse mode: long traces, several sweeps of one, and sweeps that consume it."""

from __future__ import annotations

import numpy as np
import pytest
from scenarios import assert_equal

from diffops import diff, ffjacobianTv, fjacobianTv, grad, hessianv, vjp

STEPS = 100_000


def decay(x, steps=STEPS):
    """Return x / (1 + 2 n x) by n steps of x / (1 + 2 x)."""
    for _ in range(steps):
        x = x / (1 + 2 * x)
    return x


def growth(x, steps=STEPS):
    """Return x Σ aᵏ, k ≤ n, by Horner's scheme."""
    y = x
    for _ in range(steps):
        y = y * 0.9999 + x
    return y


@pytest.mark.parametrize("D", [diff, grad])
def test_loops_of_many_steps_do_not_recurse(D):
    x = 0.3
    found = D(decay)(x)
    np.testing.assert_allclose(found, 1 / (1 + 2 * STEPS * x) ** 2, rtol=1e-8)
    a = 0.9999
    wanted = (1 - a ** (STEPS + 1)) / (1 - a)
    np.testing.assert_allclose(D(growth)(x), wanted, rtol=1e-10)


def test_second_order_through_many_steps():
    n, x = 5000, 0.3
    wanted = -4 * n / (1 + 2 * n * x) ** 3
    for found in (
        grad(grad(decay))(x, n),
        diff(grad(decay))(x, n),
        grad(diff(decay))(x, n),
        hessianv(decay)(x, 1.0, n),
    ):
        np.testing.assert_allclose(found, wanted, rtol=1e-9)


def test_array_loops_of_many_steps_do_not_recurse():
    x, n = np.array([0.1, 0.2, 0.3]), 20_000

    def f(x):
        y = x
        for _ in range(n):
            y = y / (1 + 2 * y)
        return np.sum(y)

    np.testing.assert_allclose(grad(f)(x), 1 / (1 + 2 * n * x) ** 2, rtol=1e-9)
    deep = grad(lambda x: np.sum(sum([x] * n, start=x)))(x)
    np.testing.assert_array_equal(deep, [n + 1.0] * 3)


# Programs of many kinds of steps, whose sweeps could go wrong in their own ways.


def elementwise(x):
    return np.sin(x) * x / (2 + np.cos(x) * x)


def shared(x):
    y = x * x
    return y * y + y - y / (1 + y)


def shifted(x):
    y = x + 1.0
    z = y + 2.0
    return (z - 3.0) * y + x


def views(x):
    y = x * 2.0
    return y[::-1] * y + np.concatenate([y[1:], y[:1]]) * x


def written(x):
    y = x * 1.0
    y[0] = y[1] * y[2]
    y[1:] *= x[:-1]
    return y * x


def reduced(x):
    return x * np.sum(x * x) + np.cumsum(x) - np.max(x) * np.mean(x) + np.prod(x + 0.1)


def multiplied(x):
    m = np.outer(x, np.sin(x))
    return m @ x + np.einsum("ij,i->j", m, x) + x @ m.T


def entries(x):
    y = x * 1.0
    total = 0.0
    for i in range(len(x)):
        total = total + y[i] * y[-1 - i]
    return total * y


def several_outputs(x):
    half = np.split(x * x, 2)[0] if len(x) % 2 == 0 else x[: len(x) // 2] * 1.0
    a, b = np.meshgrid(half, half)
    return np.ravel(a * b * a)


PROGRAMS = [
    elementwise,
    shared,
    shifted,
    views,
    written,
    reduced,
    multiplied,
    entries,
    several_outputs,
]
programs = pytest.mark.parametrize("f", PROGRAMS)


def differences(f, x):
    """Return the Jacobian of plain f by differences of sixth order."""
    columns = []
    for unit in np.eye(len(x)):
        h = 2e-3 * unit
        fan = [(f(x + k * h) - f(x - k * h)) / (2 * k * 2e-3) for k in (1, 2, 3)]
        columns.append((15 * fan[0] - 6 * fan[1] + fan[2]) / 10)
    return np.stack(columns, axis=-1)


@programs
@pytest.mark.parametrize("size", [4, 7])
def test_several_sweeps_agree(f, size):
    """Pullbacks are called any number of times, in any order, and stay linear."""
    x = np.linspace(0.3, 1.2, size)
    wanted = differences(f, x)
    y, pullback = vjp(f, x)
    random = np.random.default_rng(0)
    cotangents = [*np.eye(len(y)), *random.normal(size=(2, len(y)))]
    for u in cotangents + cotangents[::-1]:
        assert_equal(pullback(u)[0], u @ wanted, rtol=1e-9)
    np.testing.assert_array_equal(y, f(x))


@programs
@pytest.mark.parametrize("size", [4, 40, 2400])
def test_sweeps_that_consume_agree_with_sweeps_that_do_not(f, size):
    if f is multiplied and size > 100:
        size = 60
    x = np.linspace(0.3, 1.2, size)
    before = x.copy()
    value, pullback = vjp(f, x)
    u = np.linspace(-1.0, 1.0, len(value))
    (wanted,) = pullback(u)
    for _ in range(2):
        once, found = fjacobianTv(f)(x, u)
        np.testing.assert_allclose(found, wanted, rtol=1e-11)
        np.testing.assert_array_equal(once, value)
        np.testing.assert_allclose(once, f(x), rtol=1e-14)  # by kernels, if large
    np.testing.assert_allclose(grad(lambda x: f(x) @ u)(x), wanted, rtol=1e-12)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(u, np.linspace(-1.0, 1.0, len(value)))
    np.testing.assert_array_equal(pullback(u)[0], wanted)


@programs
def test_cotangents_and_results_never_share_memory(f):
    x = np.linspace(0.3, 1.2, 6)
    y, pullback = ffjacobianTv(f)(x)
    u = np.ones_like(y)
    first, second = pullback(u), pullback(u)
    assert not np.shares_memory(first, second)
    assert not np.shares_memory(first, u)
    assert not np.shares_memory(first, x)
    first[:] = u[:] = y[:] = np.nan
    np.testing.assert_array_equal(pullback(np.ones_like(u)), second)


@programs
def test_second_order_sweeps(f):
    """Hessian products of u·f, forward over reverse and reverse over reverse."""
    x = np.linspace(0.3, 1.2, 6)
    u = np.linspace(-1.0, 1.0, len(f(x)))
    v = np.linspace(1.0, 2.0, 6)

    def slope(x):
        return u @ differences(f, x)

    h = 1e-3
    fan = [(slope(x + k * h * v) - slope(x - k * h * v)) / (2 * k * h) for k in (1, 2)]
    wanted = (4 * fan[0] - fan[1]) / 3
    found = hessianv(lambda x: f(x) @ u)(x, v)
    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6)
    twice = grad(lambda x: grad(lambda x: f(x) @ u)(x) @ v)(x)
    np.testing.assert_allclose(twice, found, rtol=1e-11, atol=1e-11)


def test_outputs_of_one_primitive_that_are_not_all_used():
    x = np.array([[2.0, 0.5], [0.5, 1.0]])
    sign_and_log = grad(lambda m: np.linalg.slogdet(m)[1])(x)
    np.testing.assert_allclose(sign_and_log, np.linalg.inv(x).T, rtol=1e-12)
    assert_equal(
        grad(lambda m: np.sum(np.linalg.slogdet(m)[0] * m))(x), np.ones((2, 2))
    )


def test_cotangents_that_are_absent():
    """Outputs that do not depend on x, and inputs that nothing depends on."""

    def f(x, y):
        return {"constant": np.ones(2), "number": 3.0, "x": x * 2}

    _, pullback = vjp(f, np.ones(3), np.float32(5))
    cotangent = {"constant": np.ones(2), "number": 1.0, "x": np.array([1.0, 2.0, 3.0])}
    for_x, for_y = pullback(cotangent)
    assert_equal(for_x, np.array([2.0, 4.0, 6.0]))
    assert for_y == 0 and type(for_y) is np.float32
