"""Which values are arrays of a GPU, and what is said where they do not go together."""

import sys
import types

import numpy as np
import pytest
import strict_arrays

from diffops import errors, grad, gradv, jvp
from diffops.engines import cupy
from diffops.engines.arrays import is_array, keep

X = strict_arrays.asarray(np.arange(3.0))


class Elsewhere(strict_arrays.StrictArray):
    """An array on another GPU."""

    __module__ = "strict_arrays"
    device = types.SimpleNamespace(id=1)

    def __new__(cls, array):
        new = object.__new__(cls)
        new._held = array._held
        return new

    def __init__(self, array):
        pass


def test_which_values_are_on_a_gpu():
    assert cupy.module_of(X) is strict_arrays
    assert cupy.is_on_device(X) and is_array(X)
    assert cupy.device_of(X) == 0
    for value in (np.ones(2), 1.0, np.float64(1), None, strict_arrays, [X]):
        assert cupy.module_of(value) is None
        assert not cupy.is_on_device(value)
    assert is_array(np.ones(2)) and not is_array(1.0)


def test_what_is_kept_is_copied_where_it_lies():
    x = strict_arrays.asarray(np.arange(3.0))
    with strict_arrays.counting() as counts:
        held = keep(x)
        x[0] = 7.0
    assert counts.transfers == 0
    assert held.get().tolist() == [0, 1, 2]


def total(a, b):
    return np.sum(a["x"]) + np.sum(b)


def test_containers_that_mix_devices():
    """Before f is called; numbers go with all arrays."""
    both = (X, np.arange(3.0))
    with pytest.raises(TypeError, match=r"what varies of total holds arrays of NumPy"):
        grad(total, argnums=(0, 1))({"x": both[0]}, both[1])
    with pytest.raises(TypeError, match=r"cupy.asarray\(a\) copies a to the GPU"):
        grad(lambda x: x["a"] * np.sum(x["b"]))({"a": np.ones(()), "b": X})
    g = grad(lambda x: x["a"] * np.sum(x["b"]))({"a": 2.0, "b": X})
    assert g["b"].get().tolist() == [2, 2, 2]


def test_several_gpus():
    with pytest.raises(ValueError, match=r"several GPUs \(0 and 1\); copy them to one"):
        grad(total, argnums=(0, 1))({"x": X}, Elsewhere(X))
    cupy.check_together([X, X, 1.0], "x")


def test_directions_lie_where_the_point_does():
    with pytest.raises(TypeError, match="gradv, with its vector, holds arrays of Num"):
        gradv(np.sum)(X, np.ones(3))
    with pytest.raises(TypeError, match="jvp, with its vector, holds arrays of NumPy"):
        jvp(np.sin, (np.ones(3),), (X,))


def test_arrays_of_numpy_inside_f(monkeypatch):
    """CuPy refuses them; the message names the line, and says what to write."""
    monkeypatch.setattr(errors, "_LIBRARIES", ("numpy", "strict_arrays"))
    a = np.arange(3.0)
    line = rf"\({__file__}:\d+\) met an array of NumPy and one of strict_arrays"
    with pytest.raises(TypeError, match=line):
        grad(lambda x: np.sum(a * x))(X)
    with pytest.raises(TypeError, match=r"write cupy.asarray\(a\)"):
        jvp(lambda x: x * np.sum(a * X), (X,), (X,))


def test_the_current_gpu():
    """CuPy's kernels run on that alone; elsewhere copies would go astray."""
    there = Elsewhere(X)
    with pytest.raises(ValueError, match=r"argument 0 of sum lies on GPU 1, but GPU 0"):
        grad(np.sum)(there)
    with strict_arrays.cuda.Device(1):
        cupy.check_current(there, "x")
        with pytest.raises(ValueError, match=r"with cupy.cuda.Device\(0\)"):
            grad(np.sum)(X)


def test_advice():
    text = "Array device must be same as the current device: array device = 1"
    with pytest.raises(ValueError, match=r"= 1: work inside of: with x\.device"):
        cupy.explain(ValueError(text))
    cupy.explain(ValueError("x"))


def with_devices(count):
    runtime = types.SimpleNamespace(getDeviceCount=count)
    return types.SimpleNamespace(cuda=types.SimpleNamespace(runtime=runtime))


def refuse():
    raise RuntimeError("cudaErrorInsufficientDriver")


def test_what_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(ImportError, match=r"pip install 'diffops\[cupy\]' brings"):
        cupy.imported()
    monkeypatch.setitem(sys.modules, "cupy", with_devices(refuse))
    with pytest.raises(RuntimeError, match=r"its driver, .* \(cudaErrorInsufficient"):
        cupy.imported()
    monkeypatch.setitem(sys.modules, "cupy", with_devices(lambda: 0))
    with pytest.raises(RuntimeError, match="CuPy is installed, but finds no GPU"):
        cupy.imported()
    found = with_devices(lambda: 1)
    monkeypatch.setitem(sys.modules, "cupy", found)
    assert cupy.imported() is found


@pytest.mark.parametrize(
    "path",
    [
        *("RawModule", "asarray", "ascontiguousarray", "empty", "dot", "matmul"),
        *("lib.stride_tricks.as_strided", "cuda.Device", "cuda.runtime.getDeviceCount"),
        *("ndarray.device", "ndarray.data", "ndarray.flags", "ndarray.view", "add.at"),
    ],
)
def test_what_is_used_of_cupy_is_there(path):
    """CuPy itself can be imported without a GPU."""
    found = pytest.importorskip("cupy", reason="CuPy is not installed")
    for name in path.split("."):
        found = getattr(found, name)


def test_cupys_arrays_are_known_by_their_type():
    library = pytest.importorskip("cupy", reason="CuPy is not installed")
    assert cupy.modules[library.ndarray] is library
    assert cupy.modules[library.ufunc] is None
