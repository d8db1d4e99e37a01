"""A program as kernels in the place of its replay; see also test_on_device."""

import numpy as np
import pytest
import strict_arrays
from cuda_on_cpu import needs_compiler
from strict_arrays import asarray

from diffops import jit
from diffops.jit.cuda.device_code import DeviceCode
from diffops.jit.cuda.expressions import NotForCuda
from diffops.jit.replay import MISMATCH

X = np.arange(6.0)


def code_of(f, *args):
    return DeviceCode(jit(f).program(*args), strict_arrays)


@needs_compiler
def test_results_in_order():
    code = code_of(lambda x, t: (t * t, x * t, 2.0, x, t), asarray(X), 0.5)
    square, scaled, two, same, t = code(asarray(X), 0.25)
    assert (square, two, t) == (0.0625, 2.0, 0.25)
    np.testing.assert_array_equal(scaled.get(), X / 4)
    np.testing.assert_array_equal(same.get(), X)


@needs_compiler
def test_mismatches():
    """Of the host's guards before anything is launched, of those on arrays after."""
    code = code_of(lambda x, t: x * 2 if t > 0 and x[1] > 0 else x, asarray(X), 0.5)
    strict_arrays.device.launched.clear()
    assert code(asarray(X), -1.0) is MISMATCH
    assert strict_arrays.device.launched == []
    assert code(asarray(-X), 1.0) is MISMATCH
    np.testing.assert_array_equal(code(asarray(X), 1.0)[0].get(), 2 * X)


def test_what_no_kernel_does():
    with pytest.raises(NotForCuda, match="cumsum is not for kernels"):
        code_of(lambda x: np.cumsum(x), asarray(X))
    places = asarray(np.array([0, 0]))
    with pytest.raises(NotForCuda, match="getitem is not for kernels"):
        code_of(lambda x: x[places], asarray(X))


@needs_compiler
def test_arrays_elsewhere():
    code = code_of(lambda x: x * 2, asarray(X))
    with strict_arrays.cuda.Device(1), pytest.raises(ValueError, match="lies on GPU 0"):
        code(asarray(X))
