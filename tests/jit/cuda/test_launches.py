"""Whole programs: as eager code on the processor, and as nvcc takes them."""

import contextlib
import itertools
import random
import re

import cuda_programs
import numpy as np
import optree
import pytest
from against_eager import outcome
from arrays.test_moving import FUNCTIONS, X, Y
from cuda_on_cpu import (
    backwards,
    check_by_nvcc,
    needs_compiler,
    needs_nvcc,
    on_cpu,
    plan_of,
)
from cuda_programs import PROGRAMS
from cuda_tables import DEFINED, GUARDS, UFUNCS, codes_plan
from nvrtc import compile_source, needs_nvrtc
from random_programs import RandomProgram

from diffops import grad, value_and_grad
from diffops.jit.cuda.device_plan import Multiply
from diffops.jit.cuda.runner import OPTIONS
from diffops.jit.replay import MISMATCH


@needs_compiler
@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name):
    f, args = PROGRAMS[name]
    kernels = on_cpu(f, *args)
    for scale in (1.0, 0.7):
        at = [scale * arg for arg in args]
        wanted = optree.tree_leaves(f(*at))
        for a, b in zip(kernels(*at), wanted, strict=True):
            assert np.shape(a) == np.shape(b)
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)


@needs_compiler
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_order_of_threads_does_not_matter(name):
    """No thread reads what another one writes in the same launch: the bits agree."""
    f, args = PROGRAMS[name]
    kernels = on_cpu(f, *args)
    assert "atomicAdd(p" not in kernels.plan.source
    found = kernels(*args)
    with backwards(kernels):
        again = kernels(*args)
    for a, b in zip(found, again, strict=True):
        np.testing.assert_array_equal(a, b)


@needs_compiler
def test_backwards_is_another_order():
    """Which shows where entries are added up one after the other, atomically."""
    weights = np.array([1e18, -1e18, 1.0])
    kernels = on_cpu(grad(lambda x: np.sum(x[[0, 0, 0]] ** 2 * weights)), np.ones(1))
    assert "atomicAdd(p" in kernels.plan.source
    assert kernels(np.ones(1))[0] == 2
    with backwards(kernels):
        assert kernels(np.ones(1))[0] == 0


@needs_compiler
@pytest.mark.parametrize("name", ["elementwise", "perceptron", "mixture", "descent"])
def test_single_precision(name, monkeypatch):
    f, args = PROGRAMS[name]
    wanted = optree.tree_leaves(f(*args))
    for data in ("DATA", "LABELS"):
        singles = getattr(cuda_programs, data).astype(np.float32)
        monkeypatch.setattr(cuda_programs, data, singles)
    singles = [arg.astype(np.float32) for arg in args]
    kernels = on_cpu(f, *singles)
    in_doubles = re.findall(r"const double v\d+ = (.*)", kernels.plan.source)
    assert all(text.startswith("(double)") for text in in_doubles)  # for sums alone
    for a, b in zip(kernels(*singles), wanted, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4 * np.abs(b).max())


@needs_compiler
def test_both_precisions_in_one_program():
    def f(x, y):
        z = np.tanh(x @ np.ones((4, 3), np.float32)) * 2
        return z, y * np.sum(z), np.astype(y, np.float32) + z[0, 0], np.max(z > 0.5)

    random = np.random.default_rng(0)
    x, y = random.standard_normal((6, 4)).astype(np.float32), random.random(33)
    g = lambda x, y: f(x, y)[:3]  # noqa: E731
    kernels = on_cpu(g, x, y)
    for a, b in zip(kernels(x, y), g(x, y), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-6)


def every_move(x):
    return [f(x) for f in FUNCTIONS.values()]


@needs_compiler
def test_moves_joins_writes_and_reductions():
    """All of those that the processor's native code is tested with, in one program."""
    found = on_cpu(every_move, X)(Y)
    for a, b in zip(found, optree.tree_leaves(every_move(Y)), strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-14)


def test_products_are_left_to_the_library():
    plan = plan_of(*_program("perceptron"))
    products = [step for step in plan.steps if isinstance(step, Multiply)]
    assert len(products) == 5


@needs_compiler
def test_products_of_stacks():
    def f(x):
        return np.sum(np.tanh(x @ np.swapaxes(x, 1, 2)) @ x[:1])

    x = np.random.default_rng(0).standard_normal((4, 3, 5))
    for a, b in zip(on_cpu(value_and_grad(f), x)(x), value_and_grad(f)(x), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)


def test_a_matrix_and_its_transpose_are_one_constant():
    plan = plan_of(*_program("logsumexp"))
    assert [array.size for array in plan.constants.values()] == [3600]


def pairwise(arrays):
    """Return the sum of a power of two of arrays, which is a shallow tree."""
    while len(arrays) > 1:
        arrays = [a + b for a, b in zip(arrays[::2], arrays[1::2], strict=True)]
    return arrays[0]


@needs_compiler
def test_no_kernel_takes_more_addresses_than_there_is_room_for():
    """A step of an optimiser on very many arrays is several kernels."""
    f = lambda arrays: [(a * 2, np.sum(a)) for a in arrays]  # noqa: E731
    arrays = [np.full(3, float(i)) for i in range(600)]
    kernels = on_cpu(f, arrays)
    assert max(len(step.arguments) for step in kernels.plan.steps) <= 500
    assert 4 <= len(kernels.plan.steps) <= 20
    for a, b in zip(kernels(*arrays), optree.tree_leaves(f(arrays)), strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(NotImplementedError, match="no kernel takes 513 arrays"):
        plan_of(pairwise, arrays[:512])
    total = on_cpu(lambda arrays: sum(arrays), arrays)  # one after the other
    np.testing.assert_array_equal(total(*arrays)[0], sum(arrays))


def test_numbers_stay_on_the_device():
    """Each thread computes short ones by itself; others have a kernel, and memory."""
    short = plan_of(lambda x: x / np.sqrt(np.sum(x * x) + 1), np.ones(500))
    assert [step.grid for step in short.steps] == [1, 2]
    assert short.flag is None
    assert "sqrt(" in short.source.partition("void kernel1(")[2]

    def long(x):
        s = np.sum(x)
        for _ in range(10):
            s = np.sin(s)
        return x * s

    assert len(plan_of(long, np.ones(500)).steps) == 3


@needs_compiler
def test_long_numbers():
    def f(x):
        s = np.sum(x)
        for _ in range(25):
            s = np.sin(s + x[0]) + 1
        return x * s, s

    x = np.random.default_rng(0).random(50)
    found, wanted = on_cpu(value_and_grad(lambda x: f(x)[1]), x)(x), f(x)[1]
    np.testing.assert_allclose(found[0], wanted, rtol=1e-14)
    for a, b in zip(on_cpu(f, x)(x), f(x), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14)


@needs_compiler
def test_results_that_are_arguments_constants_or_the_same():
    c = np.arange(6.0).reshape(2, 3)
    f = lambda x, t: (x, x.T, t, 2.0 * t, t * 0 + 1, c + 0 * x, x * 2, x * 2)  # noqa: E731
    x = np.random.default_rng(0).standard_normal((2, 3))
    found = on_cpu(f, x, 0.5)(x, 0.7)
    for a, b in zip(found, f(x, 0.7), strict=True):
        np.testing.assert_array_equal(a, b)
    shared = [(a, b) for i, a in enumerate(found) for b in [x, *found[:i]]]
    assert not any(np.shares_memory(a, b) for a, b in shared)


def _random_kernels():
    """Yield random programs that kernels compute, with those kernels."""
    for seed in range(1, 200):
        program = RandomProgram(random.Random(seed).choice)
        eager, _ = program.both()
        with contextlib.suppress(Exception):  # what f raises, and what is refused
            yield program, eager, on_cpu(eager, *program.points[0])


@needs_compiler
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_programs():
    compared = 0
    for program, eager, kernels in itertools.islice(_random_kernels(), 15):
        for point in (program.points[i] for i in (0, 3, 5)):
            found, wanted = kernels(*optree.tree_leaves(point)), outcome(eager, point)
            if found is MISMATCH or isinstance(wanted, type):  # or it raises
                continue
            for a, b in zip(found, optree.tree_leaves(wanted), strict=True):
                np.testing.assert_allclose(a, b, 1e-9, 1e-12, err_msg=repr(program))
                compared += 1
    assert compared > 30


def _program(name):
    f, args = PROGRAMS[name]
    return f, *args


def _in_singles(name):
    f, args = PROGRAMS[name]
    return plan_of(f, *(arg.astype(np.float32) for arg in args))


def _all_sources():
    """Return all of the programs above, and every code, each in a namespace."""
    codes = [code for code, _ in [*DEFINED.values(), *UFUNCS.values()]]
    codes += [code for code, _ in GUARDS.values()]
    plans = [plan_of(*_program(name)) for name in PROGRAMS]
    plans += [_in_singles("mixture"), plan_of(every_move, X)]
    plans += [codes_plan(codes, 100), codes_plan(codes, 100, real="float")]
    text = "\n".join(
        f"namespace plan{i} {{\n{plan.source}\n}}" for i, plan in enumerate(plans)
    )
    return text.replace('extern "C" __global__', "__global__")


@needs_nvcc
@pytest.mark.parametrize("architecture", ["sm_80", "sm_90"])
def test_nvcc_takes_the_kernels(architecture, tmp_path):
    """Without a warning."""
    made = check_by_nvcc(_all_sources(), tmp_path, architecture)
    assert made.stat().st_size > 10_000


@needs_nvrtc
def test_the_compiler_of_cupy_takes_the_kernels():
    options = ["--gpu-architecture=compute_80", *OPTIONS]
    assert ".entry kernel0" in compile_source(plan_of(every_move, X).source, options)
    assert "erfcinv" in _all_sources()
    assert ".entry" in compile_source(_all_sources(), options)
