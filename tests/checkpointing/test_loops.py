"""Checkpointed loops: the derivatives of plain ones, in less memory."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest

from diffops import (
    NoDerivativeError,
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


def kept(n, memory, record=None):
    def f(x, a, b):
        x = checkpointed_loop(step, x, n, a, b, memory=memory, record=record)
        return np.sum(x**2)

    return f


CASES = list(itertools.product([0, 1, 2, 3, 10, 37], [1, 2, 3, 7, None]))


@pytest.mark.parametrize("record", [None, 1, 2, 5, 100])
@pytest.mark.parametrize(("n", "memory"), CASES)
def test_gradients_of_loops(n, memory, record):
    found = grad(kept(n, memory, record), (0, 1, 2))(X, A, B)
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


def test_programs_keep_as_little():
    """A recording computes nothing twice, so what is to be run again is set apart."""
    size, n = 2000, 100
    start = np.linspace(0.0, 1.0, size)

    def whole(w):
        x = start
        for _ in range(n):
            x = np.sin(x * w) + x
        return np.sum(x)

    def sparing(w):
        return np.sum(checkpointed_loop(lambda x, w: np.sin(x * w) + x, start, n, w))

    peaks = []
    for f in (whole, sparing):
        program = jit(grad(f))
        for _ in range(3):
            slope = program(0.1)
        tracemalloc.start()
        program(0.1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert slope == pytest.approx(grad(whole)(0.1), rel=1e-12)
    assert peaks[1] < 0.35 * peaks[0]


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


@pytest.mark.parametrize(
    ("options", "share", "runs"),
    [({}, 0.1, 2), ({"memory": 45, "record": 1}, 0.1, 3), ({"memory": 10}, 0.04, 5)],
    ids=str,
)
def test_memory_and_steps(options, share, runs):
    """By default 90 % less memory for one more run of each step."""
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
        return np.sum(checkpointed_loop(counted, start, n, w, **options))

    peaks, counts, slopes = [], [], []
    for f in (whole, sparing):
        steps.clear()
        tracemalloc.start()
        slopes.append(grad(f)(0.1))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        counts.append(len(steps))
    assert slopes[1] == pytest.approx(slopes[0], rel=1e-12)
    assert peaks[1] < share * peaks[0]
    assert counts[0] == n
    assert counts[1] <= runs * n


def test_steps_may_write_into_their_state_and_not_into_x0():
    def writing(x, a):
        x *= a
        x += np.sin(x)
        return x

    def pure(x, a):
        y = x * a
        return y + np.sin(y)

    def f(step, memory):
        def run(x, a):
            return np.sum(checkpointed_loop(step, x, 20, a, memory=memory) ** 2)

        return grad(run, (0, 1))

    for memory in (1, 3, None):
        start = X.copy()
        found, wanted = (f(s, memory)(start, 0.7) for s in (writing, pure))
        for a, b in zip(found, wanted, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12)
        np.testing.assert_array_equal(start, X)
        open_ended = grad(
            lambda a, m: np.sum(
                checkpointed_loop(
                    writing, X, None, a, until=lambda x: x[0] > 3.05, memory=m
                )
            )
        )
        by_hand = grad(lambda a: np.sum(pure(pure(pure(X, a), a), a)))
        assert open_ended(1.1, memory) == pytest.approx(by_hand(1.1), rel=1e-12)


def test_counters_indices_and_flags_pass_through():
    data = np.array([1.0, 2.0, 3.0, 4.0])

    def take(state, a, data, name, square):
        assert name == "data"
        x, i = state
        return (x + a * data[i] ** (2 if square else 1), i + 1)

    def f(a, memory):
        loop = (take, (0.0, 0), 4, a, data, "data", True)
        return checkpointed_loop(*loop, memory=memory)[0]

    for memory in (1, 2, None):
        assert grad(f)(2.0, memory) == 30.0
        assert diff(f)(2.0, memory) == 30.0
    assert vmap(grad(f), (0, None))(np.ones(2), 2).tolist() == [30.0, 30.0]
    jitted = jit(grad(f))
    assert [jitted(a, 2) for a in (1.0, 1.0, 2.0)] == [30.0] * 3


def test_constant_arguments_get_no_cotangents():
    """They would cost as much as the data is large."""
    products = []

    def step(x, a, data):
        products.append(isinstance(data, np.ndarray))
        return x + a * (data @ x)

    grad(lambda a: np.sum(checkpointed_loop(step, X, 5, a, A)))(0.1)
    assert products and all(products)


def test_states_may_change_their_shape_and_dtype():
    def double(x, a):
        return np.concatenate([x, a * x])

    f = lambda a: np.sum(checkpointed_loop(double, np.ones(1), 3, a, memory=1))  # noqa: E731
    assert grad(f)(2.0) == 27.0
    g = lambda a: checkpointed_loop(lambda x, a: x * a, np.float32(1), 3, a)  # noqa: E731
    assert grad(g)(2.0) == 12.0


def test_loops_in_loops_and_derivatives_in_steps():
    def inner(x, a):
        return checkpointed_loop(lambda r, a: r * a, x, 2, a)

    f = lambda a: checkpointed_loop(inner, 1.0, 3, a)  # noqa: E731
    assert grad(f)(2.0) == 6 * 2.0**5
    assert hessian(f)(2.0) == 30 * 2.0**4
    descend = lambda x, a: x - 0.1 * grad(lambda r: a * r**2)(x)  # noqa: E731
    g = lambda a: checkpointed_loop(descend, 1.0, 3, a)  # noqa: E731
    assert grad(g)(2.0) == pytest.approx(-0.6 * 0.6**2)


def test_steps_that_go_otherwise_when_taken_again():
    random = np.random.default_rng(0)
    with pytest.raises(NoDerivativeError, match="seed what is random"):
        grad(
            lambda a: checkpointed_loop(lambda x, a: x * a * random.normal(), 1.0, 9, a)
        )(1.0)

    def seeded(state, a):
        x, t = state
        return x * a * np.random.default_rng(t).normal(), t + 1

    f = lambda a: checkpointed_loop(seeded, (1.0, 0), 9, a)[0]  # noqa: E731
    assert grad(f)(1.5) == pytest.approx(9 * f(1.0) * 1.5**8)


def test_exceptions_leave_nothing_behind():
    def failing(x, a):
        if strict and x > 2:
            raise RuntimeError("too large")
        return x * a

    f = grad(lambda a: checkpointed_loop(failing, 1.0, 5, a))
    strict = True
    with pytest.raises(RuntimeError, match="too large"):
        f(1.5)
    strict = False
    assert f(1.5) == pytest.approx(5 * 1.5**4)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: checkpointed_loop(step, X, -1), ValueError, "-1 steps"),
        (lambda: checkpointed_loop(step, X, 2.5), TypeError, "integer"),
        (lambda: checkpointed_loop(step, X, 3, memory=0), ValueError, "at least one"),
        (lambda: checkpointed_loop(step, X, 3, record=0), ValueError, "one step"),
        (lambda: checkpointed_loop(step, X, None), ValueError, "or until="),
        (lambda: checkpointed_loop(step, X, 3, until=bool), ValueError, "or until="),
        (
            lambda: checkpointed_loop(lambda x: (x, x), X, 3),
            TypeError,
            "a state like x0",
        ),
        (
            lambda: grad(lambda a: checkpointed_loop(lambda x: a * x, a, 3))(1.0),
            NoDerivativeError,
            "pass it as one",
        ),
    ],
)
def test_misuse_of_loops(call, error, message):
    with pytest.raises(error, match=message):
        call()
