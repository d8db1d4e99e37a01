"""Jitted functions of a GPU's arrays: on the double of CuPy, with kernels that run.

What CuPy would be asked for is counted: transfers, memory, launches.
"""

import importlib

import cuda_programs
import numpy as np
import optree
import pytest
import strict_arrays
from cuda_on_cpu import needs_compiler
from cuda_programs import PROGRAMS
from random_arrays import ArrayProgram
from strict_arrays import asarray, asnumpy, counting
from strict_arrays.device import allocated, launched

from diffops import grad, jit
from diffops.jit.cuda.device_code import DeviceCode
from diffops.jit.surroundings import sees_tracked

pytestmark = needs_compiler

X = np.random.default_rng(0).standard_normal((6, 5))


def on_device(tree):
    return optree.tree_map(lambda x: asarray(x) if np.ndim(x) else x, tree)


def to_host(tree):
    return [asnumpy(leaf) for leaf in optree.tree_leaves(tree)]


def the_path(jitted):
    """Return the way through a function that was recorded."""
    (ways,) = jitted._ways.values()
    assert not ways.plain
    (path,) = ways.paths
    return path


def called(f, *args, times=4):
    """Return a function of device arrays, jitted and called until it is compiled."""
    jitted = jit(f)
    for _ in range(times):
        jitted(*args)
    return jitted


@pytest.fixture
def data_on_device(monkeypatch):
    for name in ("DATA", "LABELS"):
        monkeypatch.setattr(cuda_programs, name, asarray(getattr(cuda_programs, name)))


@pytest.mark.parametrize(
    "name", ["elementwise", "logistic", "perceptron", "mixture", "descent"]
)
def test_programs(name, request):
    """All calls give what NumPy gives; once compiled, nothing goes to the host."""
    f, args = PROGRAMS[name]
    points = [[scale * arg for arg in args] for scale in (1.0, 0.7)]
    wanted = [to_host(f(*point)) for point in points]
    request.getfixturevalue("data_on_device")
    jitted = jit(f)
    for i in range(6):
        at = on_device(points[i % 2])
        allocated.clear(), launched.clear()
        with counting() as counts:
            found = jitted(*at)
        for a, b in zip(to_host(found), wanted[i % 2], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)
    assert isinstance(the_path(jitted).replay, DeviceCode)
    assert (counts.transfers, counts.uploads) == (0, 0)
    plan = the_path(jitted).replay.runner.plan
    assert launched == [step.name for step in plan.steps if hasattr(step, "name")]
    outputs = [8 * int(np.prod(shape)) for shape in plan.outputs]
    assert allocated == [*outputs, 8 * plan.work_size]


def test_single_precision():
    """Programs of float32 stay what they are; numbers of Python's go along."""
    f = lambda x, t: (np.sum(np.sin(x) * t), x @ x.T, x * t)  # noqa: E731
    x = X.astype(np.float32)
    jitted = called(f, asarray(x), 0.5)
    assert isinstance(the_path(jitted).replay, DeviceCode)
    with counting() as counts:
        found = jitted(asarray(x), 0.25)
    assert (counts.transfers, counts.uploads) == (0, 2)
    for a, b in zip(to_host(found), f(x, 0.25), strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_results_are_fresh_and_on_the_device():
    f = called(lambda x: (x * 2, x, x.T, x * 2), asarray(X))
    x = asarray(X)
    first, second = f(x), f(x)
    assert all(strict_arrays.ndarray is type(part) for part in first)
    parts = [asnumpy_without_copy(part) for part in (x, *first, *second)]
    for i, a in enumerate(parts):
        assert not any(np.shares_memory(a, b) for b in parts[:i])
    np.testing.assert_array_equal(first[2].get(), X.T)


def asnumpy_without_copy(array):
    return array._held


def test_numbers_are_computed_by_the_host():
    """What f makes of floats alone stays a float, and guards on them read no array."""

    def f(x, t):
        rate = t * t if t > 0 else -t
        return rate * x, rate + 1, 3.0, np.sum(x) / rate

    jitted = called(f, asarray(X), 0.5)
    with counting() as counts:
        found = jitted(asarray(X), 0.25)
        assert counts.transfers == 0
        assert counts.uploads == 2  # x, and all numbers that kernels need at once
    assert [type(part) for part in found[1:3]] == [float, float]
    for a, b in zip(to_host(found), to_host(f(X, 0.25)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14)
    with counting() as counts:
        other = jitted(asarray(X), -2.0)  # another way: recorded, checked
    np.testing.assert_allclose(other[0].get(), 2 * X)


def test_guards_on_arrays():
    """They are read by the host once, together, as f asks it."""

    def f(x):
        y = x * 2 if np.sum(x) > 0 else -x
        return y + 1 if np.max(y) < 50 else y

    jitted = called(f, asarray(abs(X)))
    with counting() as counts:
        found = jitted(asarray(abs(X)))
    assert counts.transfers == 1
    np.testing.assert_array_equal(found.get(), f(abs(X)))
    for x in (-abs(X), 100 * abs(X), X):
        np.testing.assert_array_equal(jitted(asarray(x)).get(), f(x))


def test_matrices_of_closures_are_copied_once():
    """With their transposes, and as they are when f is recorded."""
    a = asarray(X)
    jitted = called(grad(lambda w: np.sum(np.tanh(a @ w) ** 2)), asarray(X[0]))
    constants = the_path(jitted).replay.runner.constants
    assert [array.size for array in constants.values()] == [X.size]
    before = jitted(asarray(X[0])).get()
    a[:] = 0
    np.testing.assert_array_equal(jitted(asarray(X[0])).get(), before)


def test_what_no_kernel_does_is_replayed():
    """By CuPy's functions, one after the other."""
    f = lambda x: np.cumsum(np.sin(x) * x, axis=1) * 2  # noqa: E731
    jitted = called(f, asarray(X))
    path = the_path(jitted)
    assert not isinstance(path.replay, DeviceCode)
    launched.clear()
    with counting() as counts:
        found = jitted(asarray(X))
    assert (launched, counts.transfers) == ([], 0)
    np.testing.assert_allclose(found.get(), f(X), rtol=1e-14)


def test_arrays_of_the_host_beside_those_of_a_device():
    """What f computes of them stays there: no kernel takes them."""
    f = lambda x, h: (x * 2, np.sin(h))  # noqa: E731
    jitted = called(f, asarray(X), X)
    assert not isinstance(the_path(jitted).replay, DeviceCode)
    _, sines = jitted(asarray(X), X)
    assert type(sines) is np.ndarray


def test_exact_programs_are_replayed():
    jitted = jit(np.sin, exact=True)
    for _ in range(5):
        y = jitted(asarray(X))
    assert not isinstance(the_path(jitted).replay, DeviceCode)
    np.testing.assert_array_equal(y.get(), np.sin(X))


def test_indices_on_the_device_are_not_read():
    """So that they are for CuPy; indices of NumPy's or in lists are for kernels."""
    places = np.array([4, 0, 0, 2])
    f = lambda x: x[places] * 2  # noqa: E731
    assert isinstance(the_path(called(f, asarray(X))).replay, DeviceCode)
    there = asarray(places)
    jitted = called(lambda x: x[there] * 2, asarray(X))
    assert not isinstance(the_path(jitted).replay, DeviceCode)
    with counting() as counts:
        found = jitted(asarray(X))
    assert counts.transfers == 0
    np.testing.assert_array_equal(found.get(), f(X))


def test_each_device_has_programs_of_its_own():
    jitted = called(lambda x: x * 2, asarray(X))
    with strict_arrays.cuda.Device(1), pytest.raises(ValueError, match="lies on GPU 0"):
        the_path(jitted).replay(asarray(X))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.filterwarnings("ignore")
def test_random_programs(seed):
    """All modes and layouts: as in eager mode on the host; the host reads nothing."""
    program = ArrayProgram(seed, "fd" if seed % 4 == 3 else "dd")
    eager, jitted = program.taken(), jit(program.taken())
    points = [program.point(), program.point()]
    with np.errstate(all="ignore"):
        for i in range(5):
            point = points[i // 4]
            with counting() as counts:
                found = jitted(*on_device(point))
            wanted = optree.tree_leaves(eager(*point))
            for a, b in zip(to_host(found), wanted, strict=True):
                assert a.dtype == np.result_type(b)
                digits = 1e-5 if "f" in program.kinds else 1e-9
                np.testing.assert_allclose(a, b, digits, digits / 10, err_msg=program)
    assert counts.transfers == 0


def test_draws_are_noticed():
    random = np.random.default_rng(0)
    jitted = jit(lambda x: x * random.standard_normal())
    jitted(asarray(X))
    with pytest.warns(RuntimeWarning, match="draws random numbers"):
        jitted(asarray(X))


def test_derivatives_of_jitted_functions():
    f = jit(lambda x: np.sum(np.sin(x) * x))
    for _ in range(4):
        g = grad(f)(asarray(X))
    np.testing.assert_allclose(g.get(), np.cos(X) * X + np.sin(X), rtol=1e-14)


def test_long_programs_return_fresh_arrays_too(monkeypatch):
    """Those that are gone through as a list."""
    monkeypatch.setattr(importlib.import_module("diffops.jit.replay"), "_LONG", 0)
    x = asarray(X)
    jitted = called(lambda x: (x, np.cumsum(x)), x, times=3)
    y, _ = jitted(x)
    x[:] = 0
    np.testing.assert_array_equal(y.get(), X)


def test_arrays_on_a_device_hold_nothing_tracked():
    """So closures over them are differentiated through the jitted function."""
    a = asarray(X)
    f = jit(lambda x: np.sum(a * x))
    assert not sees_tracked(f.f)
    np.testing.assert_array_equal(grad(f)(asarray(X)).get(), X)
