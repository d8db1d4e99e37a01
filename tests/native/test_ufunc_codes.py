"""NumPy's functions and the codes that LLVM has for them."""

import ctypes
import ctypes.util

import numpy as np
import pytest

from diffops.native.ufunc_codes import LIBM, SAME


@pytest.mark.parametrize("ufunc", SAME, ids=lambda f: f.__name__)
def test_codes_take_as_many_operands_as_their_ufuncs(ufunc):
    assert SAME[ufunc].arity == ufunc.nin


@pytest.mark.parametrize("ufunc", LIBM, ids=lambda f: f.__name__)
def test_libm_computes_what_numpy_does(ufunc):
    function = getattr(ctypes.CDLL(ctypes.util.find_library("m")), LIBM[ufunc])
    function.restype = ctypes.c_double
    function.argtypes = [ctypes.c_double] * ufunc.nin
    x = 1.25 if ufunc is np.arccosh else 0.625
    operands = [x, 1.5][: ufunc.nin]
    np.testing.assert_allclose(function(*operands), ufunc(*operands), rtol=1e-15)
