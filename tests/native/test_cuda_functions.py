"""Trees of warps and blocks, with NaN as in NumPy; the emulator that runs them."""

import ctypes

import cuda_on_cpu
import numpy as np
import pytest
from cuda_on_cpu import needs_compiler, on_cpu

from diffops.native.cuda_functions import REDUCTIONS, prelude

SIZES = [1, 2, 31, 32, 33, 64, 100, 255, 256, 257, 1000, 4096, 5000, 100_003]


@needs_compiler
@pytest.mark.parametrize("size", SIZES)
def test_sums_and_extremes(size):
    f = lambda x: (np.sum(x * x), np.max(x * 1), np.min(x * 1))  # noqa: E731
    x = np.random.default_rng(size).standard_normal(size)
    found = on_cpu(f, np.ones(size))(x)
    np.testing.assert_allclose(found, f(x), rtol=1e-13)
    assert found[1:] == list(f(x)[1:])


@needs_compiler
@pytest.mark.parametrize("place", [0, 31, 32, 999])
def test_nan_passes_through_extremes(place):
    x = np.zeros(1000)
    x[place] = np.nan
    f = lambda x: (np.max(x * 1), np.min(x * 1), np.sum(x * 1))  # noqa: E731
    assert np.isnan(on_cpu(f, np.ones(1000))(x)).all()


@needs_compiler
def test_extremes_of_infinities():
    f = lambda x: (np.max(x * 1), np.min(x * 1))  # noqa: E731
    kernels = on_cpu(f, np.ones(100))
    assert kernels(np.full(100, np.inf)) == [np.inf, np.inf]
    assert kernels(np.full(100, -np.inf)) == [-np.inf, -np.inf]


@needs_compiler
def test_the_emulator_finds_threads_that_do_not_come_to_a_barrier():
    code = prelude(["add"]) + (
        'extern "C" __global__ void kernel0(double* p0)\n{\n'
        "    if (threadIdx.x < 40) p0[0] = diffops_block_add(1);\n}\n"
    )
    module = cuda_on_cpu.RawModule(code)
    place = np.zeros(1)
    pointers = (ctypes.c_void_p * 1)(place.ctypes.data)
    assert module.library.launch_kernel0(1, 64, pointers) == 1
    whole = code.replace("if (threadIdx.x < 40) p0[0] = ", "const double y = ")
    whole = whole.replace("add(1);\n}", "add(1);\n    if (!threadIdx.x) p0[0] = y;\n}")
    assert cuda_on_cpu.RawModule(whole).library.launch_kernel0(1, 64, pointers) == 0
    assert place[0] == 64.0


def test_only_the_trees_that_are_needed_are_printed():
    text = prelude(["maximum"])
    assert "diffops_block_maximum" in text
    assert "diffops_block_add" not in text
    assert set(REDUCTIONS) == {"add", "multiply", "maximum", "minimum"}
