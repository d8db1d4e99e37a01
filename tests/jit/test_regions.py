"""What surrounds a factorisation or a sort is native; the whole is as before."""

import importlib
import subprocess
import sys

import numpy as np
import pytest
import strict_arrays
from cuda_on_cpu import needs_compiler

from diffops import grad, jit
from diffops.jit.cuda.device_code import DeviceCode
from diffops.jit.cuda.on_device import OnDevice
from diffops.jit.regions import OnHost, with_regions

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((12, 3))
Y = RANDOM.standard_normal(12)


def likelihood(p):
    """A Gaussian process: kernel, Cholesky factor, solve."""
    scaled = X * np.exp(p[:3])
    squares = np.sum((scaled[:, None] - scaled) ** 2, axis=2)
    kernel = np.exp(p[3] - 0.5 * squares) + np.exp(2 * p[4]) * np.eye(12)
    lower = np.linalg.cholesky(kernel)
    half = np.linalg.solve(lower, Y)
    return 0.5 * half @ half + np.sum(np.log(np.diagonal(lower)))


def trimmed(x):
    z = np.sort(np.exp(-x) * np.sin(x) + x**2)
    inner = z[2:-2]
    return np.sum(np.tanh(inner) * inner / (1 + inner**2))


def branching(x):
    z = np.sort(np.sin(x) * 2 + x)
    total = np.sum(z * z * np.exp(-z))
    return total * 2 if total > 1 else z[0] + np.sum(np.cos(z) / (1 + z**2))


def masked(x):
    positive = np.exp(x) * x > np.mean(x)
    kept = np.sort(x)[positive]  # the mask leaves the region it is computed in
    return np.sum(np.sin(kept) * kept * np.exp(-kept))


P = np.array([0.1, -0.2, 0.3, 0.5, -1.0])
PROGRAMS = {
    "process": (likelihood, [P, P * 0.9, P[::-1].copy()]),
    "trimmed": (trimmed, [X[:, 0].copy(), X[:, 1].copy()]),
    "branching": (branching, [X[:, 0].copy(), X[:, 0] * 0.01, X[:, 1] + 2]),
    "masked": (masked, [X[:, 0].copy(), X[:, 1].copy()]),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_gradients_are_those_of_eager_mode(name, monkeypatch):
    monkeypatch.setattr(importlib.import_module("diffops.jit.path"), "PATIENCE", -1)
    f, points = PROGRAMS[name]
    jitted = jit(grad(f))
    for x in points * 4:
        np.testing.assert_allclose(jitted(x), grad(f)(x), rtol=1e-11, atol=1e-12)
    assert not any(ways.plain for ways in jitted._ways.values())


def test_few_operations_are_left():
    program = jit(grad(likelihood)).program(P)
    replaced = with_regions(program, OnHost())
    names = [step.name for step in replaced.operations]
    assert names.count("region") >= 2
    assert len(names) < len(program.operations) / 2
    assert "cholesky" in names


def test_where_nothing_is_native_nothing_changes():
    assert (
        with_regions(jit(lambda x: np.sort(np.sort(x) * 2)).program(Y), OnHost())
        is None
    )


def test_arrays_of_other_layouts_are_taken():
    f = lambda x: np.sort(x, axis=0).T * 2 + np.sin(x.T) * np.exp(x.T)  # noqa: E731
    program = with_regions(jit(f).program(X), OnHost())
    from diffops.jit.replay import replay_of

    for x in (X, np.asfortranarray(X), np.repeat(X, 2, axis=1)[:, ::2]):
        np.testing.assert_allclose(replay_of(program)(x)[0], f(x), rtol=1e-14)


def test_what_is_empty_is_left_to_numpy():
    """A loop runs at least once; the gradient of a product joins empty parts."""

    def f(x):
        rows = np.prod(np.sort(x, 1), 1)
        return np.sum(np.sin(np.maximum(x, rows)) * rows)

    x = np.array([[0.3], [-0.7], [1.1], [2.0]])
    wanted = grad(f)(x)
    jitted = jit(grad(f))
    for _ in range(600):
        found = jitted(x)
    np.testing.assert_allclose(found, wanted, rtol=1e-13)


@needs_compiler
@pytest.mark.parametrize("f", [trimmed, branching])
def test_regions_on_a_device(f):
    """By kernels, between what CuPy does; guards and numbers as ever."""
    jitted = jit(f)
    x = strict_arrays.asarray(Y)
    for _ in range(3):
        jitted(x)
    strict_arrays.device.launched.clear()
    for point in (Y, 0.5 * Y, -Y):
        found = jitted(strict_arrays.asarray(point))
        np.testing.assert_allclose(found.get(), f(point), rtol=1e-12)
    assert len(strict_arrays.device.launched) >= 6
    (path, *_) = next(iter(jitted._ways.values())).paths
    assert not isinstance(path.replay, DeviceCode)


def test_programs_of_a_device_that_have_no_regions():
    f = lambda x: np.cumsum(np.cumsum(x) * 2)  # noqa: E731
    program = jit(f).program(strict_arrays.asarray(Y))
    assert with_regions(program, OnDevice(strict_arrays)) is None


def test_regions_of_numpy_load_nothing_of_cuda():
    script = (
        "import sys, importlib; importlib.import_module('diffops.jit.regions'); "
        "print([name for name in sys.modules if 'diffops.jit.cuda' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
