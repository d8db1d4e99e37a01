"""Kernels: shapes, strides, reductions over any axes, long sums."""

import itertools
import re

import numpy as np
import pytest
from cuda_on_cpu import needs_compiler, on_cpu, plan_of

from diffops import grad, value_and_grad
from diffops.jit.cuda import layouts

SHAPES = [(7,), (1, 6), (6, 1), (3, 1, 4), (2, 3, 4), (1, 1), (2, 1, 3, 2), (1025,)]
SHAPES += [(700, 3), (3, 700), (40, 3, 50), (50, 2, 1, 33), (8200, 2)]


@needs_compiler
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_reductions_over_all_choices_of_axes(shape):
    random = np.random.default_rng(0)
    x, y = random.standard_normal((2, *shape))
    choices = [
        axes
        for count in range(1, len(shape) + 1)
        for axes in itertools.combinations(range(len(shape)), count)
    ]

    def f(x):
        return [
            part(np.sin(x) * 2, axis=axes, keepdims=keep)
            for axes in choices
            for part in (np.sum, np.max)
            for keep in (False, True)
        ]

    for a, b in zip(on_cpu(f, x)(y), f(y), strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)


@needs_compiler
def test_long_sums_stay_accurate():
    """In two passes; they have the same bits each time."""
    x = np.full(1_000_000, 0.1)
    kernels = on_cpu(lambda x: np.sum(x * 1.0), x)
    assert len(kernels.plan.steps) == 2
    (found,) = kernels(x)
    np.testing.assert_allclose(found, 100_000, rtol=1e-13)
    assert kernels(x)[0] == found


@needs_compiler
def test_more_rows_than_blocks(monkeypatch):
    monkeypatch.setattr(layouts, "_MOST_BLOCKS", 3)
    f = lambda x: (np.sum(x * x, axis=1), np.sum(x, axis=0), x * 2)  # noqa: E731
    x = np.random.default_rng(0).standard_normal((100, 40))
    kernels = on_cpu(f, x)
    assert max(step.grid for step in kernels.plan.steps) == 3
    for found, wanted in zip(kernels(x), f(x), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-14)


def test_value_and_gradient_are_one_kernel():
    f = value_and_grad(lambda x: np.sum(np.sin(x) * x))
    plan = plan_of(f, np.ones((40, 50)))
    (launch,) = plan.steps
    assert [view.buffer.pointer for view in launch.arguments] == ["%i0", "o0", "o1"]
    kernel = plan.source[plan.source.index('extern "C"') :]
    assert kernel.count("= sin(") == 1
    assert "r < 2000" in kernel


def test_a_chain_is_one_loop_in_strides_of_the_grid():
    text = plan_of(grad(lambda x: np.sum(np.sin(x))), np.ones((3, 4, 5))).source
    kernel = text[text.index('extern "C"') :]
    assert kernel.count("for (") == 1
    assert "for (; t < 60; t += step)" in kernel
    assert "const double* __restrict__ p0, double* p1" in kernel


def test_equal_nests_are_one_kernel():
    def steps(x):
        for _ in range(20):
            x = x - 0.1 * np.sin(x) / np.sum(x * x)
        return x

    plan = plan_of(steps, np.ones(30))
    assert len(plan.steps) >= 20
    assert len(plan.kernels) <= 5
    names = re.findall(r"__global__ void (\w+)\(", plan.source)
    assert sorted(names) == sorted(plan.kernels)


def test_repeated_places_are_added_up_atomically():
    places = np.array([0, 3, 3, 1, 0, 0])
    plan = plan_of(grad(lambda x: np.sum(np.sin(x[places]))), np.ones(4))
    assert "atomicAdd(p" in plan.source


@needs_compiler
def test_gradients_of_fancy_indices_add_up():
    places = np.array([0, 3, 3, 1, 0, 0])

    def f(x):
        return np.sum(np.sin(x[places]) * np.arange(6.0)) + np.sum(x[places] ** 2)

    x = np.array([0.3, -1.0, 2.0, 0.7])
    weights = np.bincount(places, np.arange(6.0), 4)
    counts = np.bincount(places, minlength=4)
    (found,) = on_cpu(grad(f), np.ones(4))(x)
    np.testing.assert_allclose(found, np.cos(x) * weights + 2 * x * counts, rtol=1e-14)


@needs_compiler
def test_of_entries_written_twice_the_last_one_stays():
    def f(x):
        y = np.zeros_like(x)
        y[np.array([2, 0, 2, 2, 1])] = np.arange(5.0) * x
        return y * 1.0

    x = np.random.default_rng(0).standard_normal(5)
    kernels = on_cpu(f, np.ones(5))
    assert "if (" in kernels.plan.source
    (masked,) = (a for a in kernels.plan.constants.values() if a.dtype.kind == "i")
    assert masked.tolist() == [-1, 0, -1, 2, 1]
    np.testing.assert_array_equal(kernels(x)[0], f(x))
