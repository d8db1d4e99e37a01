"""NumPy's inner loops are found where NumPy keeps them."""

import ctypes

import numpy as np
import pytest

from diffops.native import ufunc_loops


def test_loops_compute_what_their_ufuncs_do():
    assert ufunc_loops.is_understood()
    for ufunc, args in ((np.exp, (0.3,)), (np.arctan2, (0.3, -2.0)), (np.tanh, (1.0,))):
        assert ufunc_loops._result(ufunc, *args) == ufunc(*args)


def test_ufuncs_without_a_loop_for_doubles_have_none():
    assert ufunc_loops.double_loop(np.gcd) is None
    assert ufunc_loops.double_loop(np.matmul) is None  # it has a signature
    assert ufunc_loops.double_loop(np.modf) is None  # and this two results
    assert ufunc_loops.double_loop(np.frompyfunc(abs, 1, 1)) is None


def test_tests_return_truth_values():
    assert ufunc_loops.double_loop(np.isnan).returns == "?"
    assert ufunc_loops.double_loop(np.exp).returns == "d"


def test_where_numpy_lies_otherwise_nothing_is_taken(monkeypatch):
    monkeypatch.setattr(ufunc_loops._Ufunc, "nin", property(lambda self: 7))
    ufunc_loops.is_understood.cache_clear()
    try:
        assert ufunc_loops.double_loop(np.exp) is None
    finally:
        ufunc_loops.is_understood.cache_clear()


@pytest.mark.parametrize("nin", [1, 2])
def test_sources_name_what_they_need(nin):
    loop = ufunc_loops.Loop(1, 2, "d")
    text = ufunc_loops.calling_source("f", nin, loop)
    assert "@f.loop" in text
    assert "@f.data" in text
    assert "@f.data" not in ufunc_loops.calling_source("f", nin, loop._replace(data=0))


def test_libm_is_found():
    address = ufunc_loops.address_in_libm("pow")
    power = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double, ctypes.c_double)(address)
    assert power(2.0, 10.0) == 1024.0
    assert ufunc_loops.address_in_libm("no_such_function") == 0
