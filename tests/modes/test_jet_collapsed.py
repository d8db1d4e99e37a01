"""Second order along many directions, summed: against the trace of the Hessian."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from test_every_rule import ALL, example

from diffops import hessian, laplacian, taylor
from diffops.modes import jet_collapsed
from diffops.modes.jet_collapsed import Collapsed, bend_of


def traced(f, *args):
    """Return Σᵢ ∂²f/∂xᵢ² over the entries of all arguments, from Hessian matrices."""
    blocks = hessian(f, tuple(range(len(args))))(*args)
    return sum(
        np.trace(np.reshape(blocks[i][i], (np.size(x), np.size(x))))
        for i, x in enumerate(args)
    )


@pytest.mark.parametrize("name", ALL)
def test_every_primitive(name):
    f, args = example(name)
    value = f(*args)
    weights = np.sin(1 + np.arange(np.size(value))).reshape(np.shape(value))

    def weighted(*xs):
        return np.sum(weights * f(*xs))

    found = laplacian(weighted, tuple(range(len(args))))(*args)
    wanted = traced(weighted, *args)
    assert abs(found - wanted) <= 1e-9 * (1 + abs(wanted))


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def chain(x):
    """A loop over numbers: all four operations, in every order of their operands."""
    total = 0.5
    for i in range(len(x) - 1):
        a, b = x[i], x[i + 1]
        y = 2 * a - b * 0.5 + a / 3 + 1 / b - (1 - a) + (b - 2) * 0.7
        total = total + a * b / (b + 2.5) - np.sin(a) * y + np.exp(-y / 4) * a**3
    return total


def written(x):
    y = np.zeros_like(x)
    y[0] = x[1] * x[2]
    y[1:] = x[1:] * x[:-1]
    y[::2] *= x[::2]
    return np.sum(y * y) + y[1]


def branching(x):
    y = x[0]
    for k in range(3):
        y = y * x[1] + k if y > 0.3 else y - x[2] * x[2]
    return y * y


PROGRAMS = [rosenbrock, chain, written, branching, lambda x: np.linalg.norm(x) ** 3]


@pytest.mark.parametrize("f", PROGRAMS)
def test_programs(f):
    x = np.array([0.5, 1.2, -0.7, 0.9])
    assert laplacian(f)(x) == pytest.approx(traced(f, x), rel=1e-12)
    single = laplacian(f)(x.astype(np.float32))
    assert single.dtype == np.float32
    assert single == pytest.approx(traced(f, x), rel=2e-5)


def test_one_direction_without_a_batch():
    x, v = np.array([0.5, 1.2, -0.7, 0.9]), np.array([1.0, -1.0, 0.5, 2.0])
    for f in PROGRAMS:
        level = Collapsed()
        y = f(level.along(x, v))
        level.end()
        value, first, second = taylor(f, x, 2, v)
        assert y.primal == pytest.approx(value, rel=1e-15)
        assert y.carry[1] == pytest.approx(first, rel=1e-12)
        assert y.carry.bend == pytest.approx(second, rel=1e-12)
    assert bend_of(2.0, level) is None


def test_what_is_linear_has_no_bend():
    level = Collapsed()
    x = level.along(np.ones(3), np.ones(3))
    y = np.cumsum(np.stack([x, 2 * x])[:, ::-1], axis=1) @ np.ones(3) - x[0]
    assert bend_of(y, level) is None
    assert bend_of(y * y, level) is not None


def test_each_operation_runs_once_for_all_directions(monkeypatch):
    """However many there are; f itself is run on what does not know of them."""
    counts = []

    def counted(x):
        runs = []
        settled = Collapsed.settled

        def counting(self, *args):
            runs.append(None)
            return settled(self, *args)

        monkeypatch.setattr(jet_collapsed.Collapsed, "settled", counting)
        laplacian(lambda x: np.sum(np.tanh(np.sin(x) * x)))(x)
        monkeypatch.setattr(jet_collapsed.Collapsed, "settled", settled)
        return len(runs)

    counts = [counted(np.ones(n)) for n in (2, 50, 250)]
    assert counts == [4, 4, 4]


def test_nothing_is_kept_of_arrays_that_were_used():
    alive = []

    def f(x):
        for _ in range(10):
            x = np.sin(x) * x + np.log1p(x * x) / (2 + np.tanh(x))
            alive.append(weakref.ref(x.primal))
            alive.append(weakref.ref(x.carry.bend))
            assert sum(ref() is not None for ref in alive) <= 2
        return np.sum(x)

    gc.disable()
    try:
        laplacian(f)(np.ones(20))
    finally:
        gc.enable()
