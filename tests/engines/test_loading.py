"""The engine of a value: loaded when an array of its library is met, and not before."""

import subprocess
import sys

import numpy as np
import pytest

from diffops.engines.loading import copy, engine_of, is_lazy, perhaps_any
from diffops.modes.dual import Forward

PLAIN = [1.0, 2, np.float32(1), np.ones(2), [1.0], "text", None, slice(3)]


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_values_of_numpy_and_python_have_no_engine(value):
    assert engine_of(value) is None
    assert not is_lazy(value)


def test_conditions_on_numpy_arrays_are_known():
    assert perhaps_any(np.array([0, 1]))
    assert not perhaps_any(np.zeros(2))


def test_copies_keep_the_order_of_memory():
    array = np.asfortranarray(np.ones((2, 3)))
    assert copy(array).flags.f_contiguous
    assert copy(array, "C").flags.c_contiguous
    assert not np.shares_memory(copy(array), array)


def test_blocks_have_the_engine_of_dask():
    da = pytest.importorskip("dask.array", reason="Dask is not installed")
    blocks = da.ones(4, chunks=2)
    assert engine_of(blocks).__name__ == "diffops.engines.dask"
    assert engine_of(blocks) is engine_of(blocks.sum())
    assert is_lazy(Forward().dual(blocks, blocks))
    assert perhaps_any(blocks > 2)  # it may: nobody has computed it
    assert copy(blocks) is not blocks


def test_who_has_no_blocks_loads_no_engine():
    code = (
        "import sys, numpy as np; from diffops import grad, hessian, jit;"
        "f = lambda x: np.sum(np.sin(x[1:]) * x[:-1]);"
        "grad(f)(np.ones(4)); hessian(f)(np.ones(4)); jit(grad(f))(np.ones(4));"
        "print({'dask', 'diffops.engines.dask'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "set()"
