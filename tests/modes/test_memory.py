"""What both modes keep, and for how long."""

from __future__ import annotations

import gc
import sys
import tracemalloc
import weakref
from contextlib import contextmanager

import numpy as np
import pytest

from diffops import (
    diff,
    ffdiffn,
    ffjacobianTv,
    grad,
    hessian,
    hessianv,
    jacobian,
    jvp,
    laplacian,
    linearize,
    vjp,
)


@contextmanager
def no_collector():
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def peak(run):
    """Return the most bytes that were allocated at once beyond those at the start."""
    run()
    with no_collector():
        tracemalloc.start()
        try:
            start = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            run()
            return tracemalloc.get_traced_memory()[1] - start
        finally:
            tracemalloc.stop()


X = np.array([0.1, 0.2, 0.3, 0.4])
MATRIX = np.arange(16.0).reshape(4, 4) / 16 + np.eye(4)


def writes(x):
    y = np.zeros_like(x)
    view = y[1:]
    y[0] = x[1]
    view[1] = x[0] * x[2]
    y *= 2
    return np.sum(y * y) + view @ view


def closure_of_functions(u):
    return lambda f: lambda x: f(x + u)


PROGRAMS = {
    "numbers": lambda: grad(lambda x: x * np.sin(x) + x**3)(0.3),
    "forward": lambda: diff(lambda x: x * np.sin(x) + x**3)(0.3),
    "arrays": lambda: grad(lambda x: np.sum(np.sin(MATRIX @ x) * x))(X),
    "entries": lambda: grad(lambda x: sum(x[i] * x[-i] for i in range(4)))(X),
    "writes": lambda: grad(writes)(X),
    "writes forward": lambda: jvp(writes, (X,), (X,)),
    "hessian": lambda: hessian(writes)(X),
    "hessianv": lambda: hessianv(writes)(X, X),
    "laplacian": lambda: laplacian(writes)(X),
    "pullback": lambda: vjp(lambda x: MATRIX @ x, X)[1](X),
    "kept pullback": lambda: ffjacobianTv(lambda x: x * x)(X)[1](X),
    "linearize": lambda: linearize(lambda x: MATRIX @ x * x, X)[1](X),
    "jacobian": lambda: jacobian(lambda x: MATRIX @ x * x, mode="forward")(X),
    "containers": lambda: grad(lambda p: p["a"] @ p["b"][0])({"a": X, "b": [X]}),
    "functions": lambda: diff(closure_of_functions)(0.0)(np.sin)(1.0),
    "orders": lambda: ffdiffn(4, np.tanh)(0.3),
    "object arrays": lambda: grad(lambda x: np.array([x[0], x[1] * x[2]]).sum())(X),
    "aux": lambda: grad(lambda x: (x @ x, {"y": x * 2}), has_aux=True)(X),
    "linalg": lambda: grad(lambda x: np.linalg.det(MATRIX * x))(X),
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_nothing_is_left_behind(program):
    """No reference cycle, no object, no memory after hundreds of derivatives."""
    for _ in range(20):
        program()
    with no_collector():
        program()
        assert gc.collect() == 0
        objects = len(gc.get_objects())
        for _ in range(30):
            program()
        assert gc.collect() == 0
        assert len(gc.get_objects()) <= objects
    assert growth(program, 200) < 0.5


def growth(run, times):
    """Return how many blocks of memory each run leaves behind, on average."""
    with no_collector():
        for _ in range(times):
            run()
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(times):
            run()
        gc.collect()
        return (sys.getallocatedblocks() - before) / times


def test_a_thousand_gradients():
    def f(x):
        return np.sum(np.sin(x) * x) + sum(x[i] * x[i - 1] for i in range(4))

    assert growth(lambda: grad(f)(X), 1000) < 0.1


def test_exceptions_leave_nothing_behind():
    def fails(x):
        y = np.sin(x) * x
        raise ZeroDivisionError(str(y.shape))

    def run():
        with pytest.raises(ZeroDivisionError):
            grad(fails)(X)

    refs = []

    def watched(x):
        y = np.exp(x)
        refs.append(weakref.ref(y))
        return fails(y)

    run()
    with pytest.raises(ZeroDivisionError):
        grad(watched)(X)
    gc.collect()
    assert refs[0]() is None


# Long loops


def sine(x, n):
    for _ in range(n):
        x = np.sin(x)
    return x


def product_and_sum(x, n):
    y = x
    for _ in range(n // 2):
        y = y * x + x
    return y


def entries_of_a_vector(x, n):
    y = x[0]
    for i in range(n // 2):
        y = y * x[i % 10] + 0.1
    return y


@pytest.mark.slow
@pytest.mark.parametrize(
    ("f", "x"),
    [(sine, 0.3), (product_and_sum, 0.3), (entries_of_a_vector, np.full(10, 0.1))],
)
def test_bytes_per_operation_on_numbers(f, x):
    """Trace and sweep together stay below 150 bytes per recorded operation."""
    n = 100_000
    assert peak(lambda: grad(f)(x, n)) < 150 * n


def test_forward_mode_keeps_nothing_of_a_loop():
    assert peak(lambda: diff(sine)(0.3, 20_000)) < 20_000


# Arrays

SIZE = 20_000
BYTES = SIZE * 8


def alive(step, forward=False):
    """Return how many results of 12 steps were alive at most at once."""
    refs, most = [], 0

    def f(x):
        nonlocal most
        for _ in range(12):
            x = step(x)
            refs.append(weakref.ref(x.primal))
            most = max(most, sum(ref() is not None for ref in refs))
        return np.sum(x)

    x = np.linspace(0.1, 1.0, SIZE)
    with no_collector():
        if forward:
            jvp(f, (x,), (x,))
        else:
            grad(f)(x)
        assert [ref for ref in refs if ref() is not None] == []
    return most


@pytest.mark.parametrize(
    ("step", "kept"),
    [
        (lambda x: 2 * x + 1, 2),
        (lambda x: np.cumsum(x) / 3, 2),
        (lambda x: x[::-1] - 0.5, 3),
        (lambda x: np.sin(x), 2),  # keeps the cosine, not the result
        (lambda x: np.concatenate([x[5:], x[:5]]), 2),
        (lambda x: x * x, 12),  # keeps its argument
    ],
)
def test_arrays_that_no_derivative_needs_are_freed_while_tracing(step, kept):
    assert alive(step) <= kept
    assert alive(step, forward=True) <= 3


@pytest.mark.parametrize("operator", [grad, lambda f: lambda x: vjp(f, x)[1](1.0)])
def test_the_sweep_frees_what_it_has_used(operator):
    """The peak is the trace and a few arrays, not as much again for cotangents."""

    def linear(x):
        for _ in range(40):
            x = np.cumsum(x) / 3
        return np.sum(x)

    def nonlinear(x):
        for _ in range(40):
            x = np.sin(x)
        return np.sum(x)

    x = np.linspace(0.1, 1.0, SIZE)
    assert peak(lambda: operator(linear)(x)) < 8 * BYTES
    assert peak(lambda: operator(nonlinear)(x)) < (40 + 8) * BYTES


def test_a_sum_of_slices_adds_into_one_array():
    """Cotangents of n slices need the memory of one array, not of n."""

    def f(x):
        return sum(np.sum(x[k : k + 10] ** 2) for k in range(0, SIZE, SIZE // 40))

    x = np.linspace(0.1, 1.0, SIZE)
    assert peak(lambda: grad(f)(x)) < 6 * BYTES


def test_a_pullback_keeps_the_trace_alive_and_no_longer():
    refs = []

    def f(x):
        y = np.exp(x)
        refs.append(weakref.ref(y.primal))
        return np.sum(y)

    with no_collector():
        _, pullback = vjp(f, np.ones(SIZE))
        assert refs[0]() is not None
        pullback(1.0)
        assert refs[0]() is not None
        del pullback
        assert refs[0]() is None
