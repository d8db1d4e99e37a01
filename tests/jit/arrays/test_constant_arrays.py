"""Constants of plans: numbers where all entries are equal, else windows, once."""

import numpy as np
import pytest

from diffops.jit.arrays.constant_arrays import ConstantArrays
from diffops.jit.arrays.nodes import NotOfArrays, Plan


def test_equal_entries_are_a_number():
    arrays = ConstantArrays(Plan())
    assert arrays.constant(np.full((3, 2), 2)) == 2.0
    assert arrays.constant(np.float32(0.1)) == float(np.float32(0.1))
    assert not arrays.plan.constants


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_windows_count_entries(dtype):
    arrays = ConstantArrays(Plan())
    array = np.arange(12, dtype=dtype).reshape(3, 4)
    view = arrays.constant(array[:, ::2])
    assert view.strides == (4, 2)
    assert view.buffer.real == ("float" if dtype is np.float32 else "double")
    assert arrays.constant(array[:, ::2].copy("K")[:]).shape == (3, 2)
    assert arrays.constant(array) is arrays.constant(array.copy())


@pytest.mark.parametrize("value", [np.zeros(0), np.ones(2, complex), np.longdouble(1)])
def test_what_is_no_constant(value):
    with pytest.raises(NotOfArrays):
        ConstantArrays(Plan()).constant(value)
