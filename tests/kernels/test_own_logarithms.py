"""Functions for systems without libmvec: identities. Their accuracy: tests of jit."""

import numpy as np
import pytest

from diffops.kernels import own_functions, own_logarithms
from diffops.kernels.registers import Body, Register
from diffops.native.machine import assemble

CALLING = """
declare double @llvm.fma.f64(double, double, double)
declare double @llvm.fabs.f64(double)
declare double @llvm.copysign.f64(double, double)
define void @run(ptr %p) {
%x = load double, ptr %p
%y = call double @f(double %x)
store double %y, ptr %p
ret void
}
"""


def compiled(name):
    """Return a function of one number, by its code."""
    import ctypes

    function, _ = own_logarithms.OTHERS[name]
    text = own_functions._definition("double", "f", function, "double")
    code = assemble(text + CALLING)
    run = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(code.address("run"))

    def call(x):
        place = ctypes.c_double(x)
        run(ctypes.addressof(place))
        return place.value

    call.code = code
    return call


def test_logarithms_of_powers_of_two():
    log = compiled("log")
    for k in (-1074, -1022, -1, 0, 1, 52, 1023):
        assert log(2.0**k) == pytest.approx(k * np.log(2.0), rel=2.5e-16, abs=0)
    assert log(0.0) == -np.inf
    assert np.isnan(log(-5e-324))


def test_small_arguments_are_kept():
    for name in ("log1p", "expm1", "tanh", "tan"):
        f = compiled(name)
        for x in (5e-324, -1e-310, 1e-200, -3e-17):
            assert f(x) == x, name
        assert np.signbit(f(-0.0))


def test_symmetries():
    for name in ("tanh", "tan"):
        f = compiled(name)
        for x in np.linspace(0.1, 30.0, 50):
            assert f(-x) == -f(x)
    tanh = compiled("tanh")
    assert tanh(22.0) == 1.0
    assert tanh(1e300) == 1.0


def test_a_body_of_vectors_is_written_in_vectors():
    body = Body(lanes=4)
    own_logarithms.tangent(Register(body, "%x"))
    assert all("<4 x" in line for line in body.lines)
