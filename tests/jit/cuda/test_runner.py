"""Plans run through an array module: what it is asked for, and what it returns."""

import types

import cuda_on_cpu
import numpy as np
import pytest
from cuda_on_cpu import needs_compiler, on_cpu, plan_of

from diffops.jit.cuda.runner import Runner
from diffops.jit.replay import MISMATCH

pytestmark = needs_compiler


def clipped(x):
    return x / np.sqrt(np.sum(x * x)) if x @ x > 1 else x * 2


def test_guards():
    kernels = on_cpu(clipped, np.ones(50))
    x = np.random.default_rng(0).standard_normal(50)
    np.testing.assert_allclose(kernels(x)[0], clipped(x), rtol=1e-14)
    assert kernels(x / 100) is MISMATCH
    np.testing.assert_allclose(kernels(x)[0], clipped(x), rtol=1e-14)
    other = on_cpu(clipped, np.ones(50) / 100)
    assert other(x) is MISMATCH
    np.testing.assert_array_equal(other(x / 100)[0], x / 50)


def test_several_guards_of_which_any_may_fail():
    def f(x):
        y = x * 2 if x[0] > 0 else x
        return y + 1 if np.max(y) < 5 else y

    kernels = on_cpu(f, np.ones(50))
    x = np.full(50, 0.5)
    np.testing.assert_array_equal(kernels(x)[0], f(x))
    assert kernels(-x) is MISMATCH
    assert kernels(10 * x) is MISMATCH


def test_other_shapes_are_refused():
    kernels = on_cpu(lambda x: x * 2, np.ones((5, 4)))
    with pytest.raises(TypeError, match=r"shape \(5, 4\) as argument 0, not \(4, 5\)"):
        kernels(np.ones((4, 5)))


def test_other_layouts_and_dtypes_are_converted():
    kernels = on_cpu(lambda x: x * 2, np.ones((5, 4)))
    x = np.arange(20).reshape(4, 5).T
    np.testing.assert_array_equal(kernels(x)[0], x * 2.0)


def test_calls_do_not_disturb_each_other():
    kernels = on_cpu(lambda x: np.exp(x) / np.sum(np.exp(x)), np.ones(50))
    (first,) = kernels(np.zeros(50))
    kernels(np.arange(50.0))
    np.testing.assert_allclose(first, 1 / 50)


def test_nothing_is_read_by_the_host_but_guards():
    """Of the module only what is listed is used, and no entry is asked for."""
    asked = []

    def empty(shape, dtype):
        return cuda_on_cpu.empty(shape, dtype).view(Watched)

    class Watched(np.ndarray):
        def __bool__(self):
            asked.append("bool")
            return super().__bool__()

        def __float__(self):
            asked.append("float")
            return super().__float__()

        def __getitem__(self, key):
            if isinstance(key, int):
                asked.append("entry")
            return super().__getitem__(key)

    names = ("RawModule", "asarray", "ascontiguousarray", "dot", "matmul", "lib")
    module = types.SimpleNamespace(
        empty=empty, **{name: getattr(cuda_on_cpu, name) for name in names}
    )
    f = lambda x: x / np.sqrt(np.sum(x * x) + 1) + x @ x  # noqa: E731
    Runner(plan_of(f, np.ones(50)), module)(np.ones(50))
    assert asked == []
    Runner(plan_of(clipped, np.ones(50)), module)(np.ones(50))
    assert asked == ["entry"]
