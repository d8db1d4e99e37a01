"""Running sums, products and recurrences in native programs have the bits of NumPy."""

import importlib

import numpy as np
import pytest
from natively import array_plan, natively_of_arrays
from odd_orders import odd_orders

from diffops import grad, jit
from diffops.jit.arrays.nodes import Running
from diffops.jit.arrays.running import source
from diffops.jit.cuda.expressions import NotForCuda
from diffops.jit.cuda.launches import cuda_plan

RANDOM = np.random.default_rng(0)
SHAPES = [((7,), 0), ((5, 4), 0), ((5, 4), 1), ((1, 4), 0), ((2, 3, 1, 4), 1)]
SHAPES += [((3, 40, 70), 1), ((2, 3, 4), 2), ((4, 1, 1), 0), ((2, 6, 1), 1)]


def points(shape, dtype):
    return RANDOM.uniform(-1.5, 1.5, shape).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("shape", "axis"), SHAPES)
@pytest.mark.parametrize("function", [np.cumsum, np.cumprod])
def test_values_have_the_bits_of_numpy(function, shape, axis, dtype):
    x = points(shape, dtype)

    def f(x):
        turned = np.swapaxes(x, 0, -1)[::-1]
        return function(x, axis), function(turned * x.dtype.type(2), -1), function(x)

    native = natively_of_arrays(f, np.ones_like(x))
    for found, wanted in zip(native(x), f(x), strict=True):
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, wanted)


def test_zeros_keep_their_signs_and_nan_stays():
    x = np.array([[-0.0, np.inf, 1.0], [-0.0, -np.inf, np.nan], [0.0, 1.0, 2.0]])
    f = lambda x: (np.cumsum(x, 0), np.cumsum(x, 1), np.cumprod(x, 0))  # noqa: E731
    with np.errstate(invalid="ignore"):
        wanted = f(x)
    for a, b in zip(natively_of_arrays(f, np.ones((3, 3)))(x), wanted, strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(np.signbit(a), np.signbit(b))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("axis", [0, 1])
def test_gradients_are_sums_of_what_follows(axis, dtype):
    x, weights = points((6, 5), dtype), points((6, 5), dtype)
    bound = 1e-13 if dtype == np.float64 else 1e-5
    slope = grad(lambda x: np.sum(np.cumsum(x, axis) * weights))
    ones = np.ones(6 if axis == 0 else 5)
    upper = np.triu(np.ones((ones.size, ones.size)))
    wanted = upper @ weights if axis == 0 else weights @ upper.T
    found = natively_of_arrays(slope, np.ones_like(x))(x)
    np.testing.assert_allclose(found, wanted, rtol=bound, atol=bound)
    slope = grad(lambda x: np.sum(np.cumprod(x, axis) * weights))
    products = np.cumprod(x.astype(float), axis) * weights
    following = np.flip(np.cumsum(np.flip(products, axis), axis), axis) / x
    found = natively_of_arrays(slope, np.ones_like(x))(x)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, following, rtol=20 * bound, atol=20 * bound)
    np.testing.assert_array_equal(found, slope(x))  # the recurrence in NumPy's bits


def test_zeros_among_the_factors():
    x = np.array([2.0, 0.0, 3.0, 0.0, 5.0])
    slope = grad(lambda x: np.sum(np.cumprod(x)))
    found = natively_of_arrays(slope, np.ones(5))(x)
    np.testing.assert_array_equal(found, [1.0, 8.0, 0.0, 0.0, 0.0])


def test_the_gradient_is_one_native_program(monkeypatch):
    monkeypatch.setattr(importlib.import_module("diffops.jit.path"), "PATIENCE", -1)
    f = grad(lambda x: np.sum(np.sin(np.cumsum(x * x, 0)) * np.cumprod(np.cos(x), 1)))
    jitted, x = jit(f), points((300, 40), float)
    for _ in range(3):
        np.testing.assert_allclose(jitted(x), f(x), rtol=1e-11, atol=1e-11)
    ((path,),) = [way.paths for way in jitted._ways.values()]
    assert path.native
    assert not any(step.name == "region" for step in path.program.operations)
    kinds = [n.kind for n in array_plan(f, x).nodes if isinstance(n, Running)]
    assert sorted(kinds) == ["cumprod", "cumsum", "cumsum", "recurrence"]


def test_long_programs_and_other_orders_of_memory():
    def f(x):
        for _ in range(120):  # so many calls stand in a table
            x = np.tanh(np.cumsum(x, 0)) - np.cumsum(np.cos(x), 1) / 9
        return x

    x = points((4, 3), float)
    with odd_orders():
        found = natively_of_arrays(f, np.ones_like(x))(x)
    np.testing.assert_allclose(found, f(x), rtol=1e-9, atol=1e-9)


def test_the_last_entry_of_a_line_stays_in_a_register():
    def text(axis):
        plan = array_plan(lambda x: np.cumsum(x, axis), np.ones((6, 5)))
        (node,) = [node for node in plan.nodes if isinstance(node, Running)]
        return source(node)

    assert text(1).count("phi double") == 1
    assert text(1).count("load double") == 2  # the first entry, and the next ones
    assert text(0).count("phi double") == 0  # slices are added to slices
    assert text(0).count("load double") == 3


def test_kernels_do_not_run_along_an_axis():
    program = jit(lambda x: np.cumsum(np.sin(x))).program(np.ones(9))
    with pytest.raises(NotForCuda, match="cumsum is not for kernels"):
        cuda_plan(program)
