"""Checkpointed functions and loops: the derivatives of plain ones, in less memory."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest

from diffops import (
    NoDerivativeError,
    checkpoint,
    checkpointed_loop,
    diff,
    grad,
    hessian,
    hessianv,
    jit,
    jvp,
    vmap,
)

A = np.random.default_rng(0).normal(size=(3, 3)) / 2
B, X = np.full(3, 0.1), np.ones(3)


def step(x, a, b):
    return np.tanh(a @ x) + b


def plain(n):
    def f(x, a, b):
        for _ in range(n):
            x = step(x, a, b)
        return np.sum(x**2)

    return f


def kept(n, memory):
    loop = lambda *args: checkpointed_loop(step, args[0], n, *args[1:], memory=memory)  # noqa: E731
    return lambda x, a, b: np.sum(loop(x, a, b) ** 2)


CASES = list(itertools.product([0, 1, 2, 3, 10, 37], [1, 2, 3, 7, None]))


@pytest.mark.parametrize(("n", "memory"), CASES)
def test_gradients_of_loops(n, memory):
    found = grad(kept(n, memory), (0, 1, 2))(X, A, B)
    for a, b in zip(found, grad(plain(n), (0, 1, 2))(X, A, B), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-14)


def test_every_mode_and_order():
    f, g = kept(6, 2), plain(6)
    args = (X, A, B)
    np.testing.assert_allclose(hessian(f)(*args), hessian(g)(*args), atol=1e-12)
    np.testing.assert_allclose(jvp(f, args, args)[1], jvp(g, args, args)[1])
    found = hessianv(f, 1)(X, A, A, B)
    np.testing.assert_allclose(found, hessianv(g, 1)(X, A, A, B), atol=1e-12)
    third = lambda h: diff(lambda t: grad(grad(lambda s: h(s * X, A, B)))(t))(0.7)  # noqa: E731
    assert third(f) == pytest.approx(third(g), rel=1e-10)
    stack = np.stack([X, 2 * X])
    np.testing.assert_allclose(
        vmap(grad(f), (0, None, None))(stack, A, B),
        vmap(grad(g), (0, None, None))(stack, A, B),
    )
    jitted = jit(grad(f))
    for _ in range(3):
        np.testing.assert_allclose(jitted(*args), grad(g)(*args), rtol=1e-12)


def test_loops_of_unknown_length():
    def heron(a, memory):
        return checkpointed_loop(
            lambda x, a: x / 2 + a / (2 * x),
            3.0,
            None,
            a,
            until=lambda x: abs(x * x - 2) < 1e-14,
            memory=memory,
        )

    for memory in (1, 2, 5, None):
        assert heron(2.0, memory) == pytest.approx(2**0.5)
        assert grad(heron)(2.0, memory) == pytest.approx(0.5 / 2**0.5)

    def counted(x, a):
        return {"x": a * x["x"], "n": x["n"] + 1.0}

    def run(a, memory):
        start = {"x": 1.0, "n": 0.0}
        end = checkpointed_loop(
            counted, start, None, a, until=lambda x: x["n"] >= 100, memory=memory
        )
        return end["x"]

    for memory in (1, 4, 30):
        assert grad(run)(1.01, memory) == pytest.approx(100 * 1.01**99, rel=1e-12)


def test_memory_and_steps():
    """The figures of the documentation: 95 % less memory for a third more steps."""
    size, n = 2000, 1000
    steps = []

    def counted(x, w):
        steps.append(None)
        return np.sin(x * w) + x

    def whole(w):
        x = np.linspace(0.0, 1.0, size)
        for _ in range(n):
            x = counted(x, w)
        return np.sum(x)

    def sparing(w):
        start = np.linspace(0.0, 1.0, size)
        return np.sum(checkpointed_loop(counted, start, n, w, memory=45))

    peaks, counts = [], []
    for f in (whole, sparing):
        steps.clear()
        tracemalloc.start()
        slope = grad(f)(0.1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        counts.append(len(steps))
        assert slope == pytest.approx(grad(whole)(0.1), rel=1e-12)
    assert peaks[1] < 0.1 * peaks[0]
    assert counts == [n, counts[1]]
    assert counts[1] <= 3 * n  # once to get there, once more, and once to record


def test_checkpointed_functions():
    runs = []

    def f(x, d):
        runs.append(None)
        return {"y": np.sin(x) * d["w"], "z": np.sum(x)}

    def use(g, x, w):
        out = g(x, {"w": w})
        return np.sum(out["y"]) * out["z"]

    wanted = grad(lambda x, w: use(f, x, w), (0, 1))(X, B)
    runs.clear()
    found = grad(lambda x, w: use(checkpoint(f), x, w), (0, 1))(X, B)
    assert len(runs) == 2
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_allclose(a, b)
    assert grad(grad(checkpoint(lambda x: x**3)))(2.0) == 12.0
    assert checkpoint(f).__name__ == "f"
    np.testing.assert_array_equal(checkpoint(np.sin)(X), np.sin(X))


def test_what_is_recorded_is_forgotten():
    def deep(x):
        for _ in range(50):
            x = np.sin(x)
        return x

    large = np.ones(50_000)
    peaks = []
    for f in (deep, checkpoint(deep)):
        tracemalloc.start()
        grad(lambda x, f=f: np.sum(f(f(f(f(x))))))(large)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 0.4 * peaks[0]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: checkpointed_loop(step, X, -1), ValueError, "-1 steps"),
        (lambda: checkpointed_loop(step, X, 3, memory=0), ValueError, "at least one"),
        (lambda: checkpointed_loop(step, X, None), ValueError, "or until="),
        (lambda: checkpointed_loop(step, X, 3, until=bool), ValueError, "or until="),
        (
            lambda: checkpointed_loop(lambda x: (x, x), X, 3),
            TypeError,
            "a state like x0",
        ),
        (
            lambda: grad(lambda w: checkpoint(lambda x: x * w)(w))(1.0),
            NoDerivativeError,
            "pass it as one",
        ),
    ],
)
def test_misuse(call, error, message):
    with pytest.raises(error, match=message):
        call()
