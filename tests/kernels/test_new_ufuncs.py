"""New ufuncs are NumPy's in every respect."""

import numpy as np
import pytest

from diffops.kernels.compilation import compiled
from diffops.kernels.symbols import expressions


@pytest.fixture(scope="module")
def ufunc():
    args, outputs = expressions(lambda x: x * x, [lambda y, x: 2 * x], 1)
    return compiled("square_with_slope", args, outputs)


def test_a_ufunc_has_its_name_and_types(ufunc):
    assert isinstance(ufunc, np.ufunc)
    assert (ufunc.__name__, ufunc.nin, ufunc.nout) == ("square_with_slope", 1, 2)
    assert ufunc.types == ["d->dd"]
    args, outputs = expressions(lambda x: x * x, [], 1, "float")
    assert compiled("square", args, outputs, "float").types == ["f->f"]


def test_it_casts_broadcasts_and_keeps_layouts(ufunc):
    y, d = ufunc(np.arange(6).reshape(2, 3).T)
    assert y.flags.f_contiguous and d.flags.f_contiguous
    np.testing.assert_array_equal(y, np.arange(6).reshape(2, 3).T ** 2)
    assert ufunc(3.0) == (9.0, 6.0)
    with pytest.raises(TypeError):
        ufunc(1j)
