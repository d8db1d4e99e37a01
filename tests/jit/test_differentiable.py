"""Derivatives of jitted functions run replayed pushforwards and pullbacks."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import fgrad, grad, jacobian, jit, jvp, vjp

X = np.array([0.7, -1.2, 2.1])


def test_f_is_not_called_again():
    calls = []

    @jit
    def f(x):
        calls.append(None)
        return np.sum(np.sin(x) * x)

    for _ in range(3):
        grad(f)(X)
    count = len(calls)
    for k in range(5):
        x = X * (k + 1)
        np.testing.assert_allclose(grad(f)(x), np.cos(x) * x + np.sin(x))
    assert len(calls) == count


def test_several_results_and_arguments():
    @jit
    def f(a, d):
        return {"p": a * d["x"], "q": (np.sum(d["x"]), a)}

    def run(t):
        out = f(t, {"x": X * t})
        return np.sum(out["p"]) + out["q"][0] * out["q"][1]

    for _ in range(4):
        assert grad(run)(2.0) == pytest.approx(2 * 2.0 * 2 * X.sum())
    _, pullback = vjp(f, 2.0, {"x": X})
    to_a, to_d = pullback({"p": np.ones(3), "q": (1.0, 0.0)})
    assert to_a == pytest.approx(X.sum())
    np.testing.assert_allclose(to_d["x"], 3.0)


def test_some_arguments_vary_and_some_do_not():
    f = jit(lambda x, w, n: np.sum(w * x**n))
    w = np.array([1.0, 2.0, 3.0])
    for _ in range(3):
        np.testing.assert_allclose(grad(f)(X, w, 3), 3 * w * X**2)
        np.testing.assert_allclose(grad(f, 1)(X, w, 3), X**3)
        value, (gx, gw) = fgrad(f, (0, 1))(X, w, 2)
        assert value == pytest.approx(np.sum(w * X**2))
        np.testing.assert_allclose(gx, 2 * w * X)
        np.testing.assert_allclose(gw, X**2)


def test_results_that_cannot_vary():
    f = jit(lambda x: (x * 2, np.argmax(x)))
    for _ in range(3):
        (value, place), change = jvp(f, (X,), (X,))
        np.testing.assert_array_equal(value, 2 * X)
        np.testing.assert_array_equal(change[0], 2 * X)
        assert place == 2


def test_branches():
    @jit
    def f(x):
        return x**2 if x > 0 else -x

    for _ in range(3):
        for x, slope in ((2.0, 4.0), (-2.0, -1.0), (3.0, 6.0)):
            assert grad(f)(x) == slope


def test_later_writes_of_the_user_do_not_reach_the_backward_pass():
    f = jit(lambda x, w: x * w)
    for _ in range(3):
        w = np.ones(3)

        def g(x, w=w):
            y = f(x, w)
            w[:] = 100.0
            return np.sum(y)

        np.testing.assert_array_equal(grad(g)(X), np.ones(3))


def test_jacobians_and_complex_functions():
    f = jit(lambda x: np.exp(1j * x))
    for _ in range(3):
        np.testing.assert_allclose(
            jacobian(f)(X + 0j), np.diag(1j * np.exp(1j * X)), atol=1e-15
        )
