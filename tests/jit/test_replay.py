"""Replays: memory is used again inside a call, and long programs are gone through."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from diffops import grad, jit
from diffops.jit import replay
from diffops.jit.replay import MISMATCH, replay_of

X = np.linspace(0.1, 1.0, 5)


def chain(x):
    y = x
    for _ in range(20):
        y = np.sin(y) * 1.1 + x
    return y


def programs():
    def writes(x):
        y = np.zeros_like(x)
        for i in range(4):
            y[i] = x[i] * 2
            y[1:] += y[:-1]
        return y

    def windows(x):
        y = x * 2
        z = y[1:]
        w = y + 1
        return z * w[1:], y.reshape(-1, 1) + w

    def picks(x):
        return x[np.argsort(-x)][: int(np.round(x[-1])) + 1]

    return {
        "chain": chain,
        "gradient": grad(lambda x: np.sum(chain(x) ** 2)),
        "writes": writes,
        "windows": windows,
        "picks": picks,
        "tuple": lambda x: np.linalg.slogdet(np.outer(x, x) + np.eye(5)),
    }


@pytest.mark.parametrize("name", programs())
@pytest.mark.parametrize("longest", [0, 3000])
def test_both_forms_of_replay(name, longest, monkeypatch):
    monkeypatch.setattr(replay, "_LONG", longest)
    f = programs()[name]
    run = replay_of(jit(f).program(X))
    for x in (X, X / 2 + 0.5):
        wanted = f(x)
        wanted = list(wanted) if isinstance(wanted, tuple) else [wanted]
        found = run(x)
        assert found is not MISMATCH
        for a, b in zip(found, wanted, strict=True):
            np.testing.assert_array_equal(a, b)
    assert X[0] == 0.1


@pytest.mark.parametrize("longest", [0, 3000])
def test_a_guard_that_does_not_hold(longest, monkeypatch):
    monkeypatch.setattr(replay, "_LONG", longest)
    run = replay_of(jit(lambda a: a if a > 0 else -a).program(1.0))
    assert run(2.0) == [2.0]
    assert run(-2.0) is MISMATCH
    run = replay_of(jit(lambda a: X[int(a)] * a).program(1.5))
    assert run(1.7) == [X[1] * 1.7]
    assert run(2.7) is MISMATCH


def test_memory_is_used_again():
    large = np.ones(100_000)
    jitted = jit(chain)
    for _ in range(3):
        jitted(large)
    tracemalloc.start()
    jitted(large)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3.5 * large.nbytes


def test_dead_arrays_are_overwritten_but_not_what_windows_show():
    program = jit(lambda x: (x * 2)[1:] + np.sin(x * 3)[1:]).program(X)
    fresh = replay.in_fresh_memory(program)
    names = {step.name: step.outputs[0] for step in program.operations}
    assert names["multiply"] in fresh
    assert names["getitem"] not in fresh
    assert names["add"] in fresh
