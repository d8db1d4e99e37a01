"""Functions of our own as functions of Python's numbers, for their tests."""

import ctypes

from diffops.kernels.registers import Body, Register
from diffops.native.machine import assemble

_CALLING = """
declare double @llvm.fma.f64(double, double, double)
declare double @llvm.fabs.f64(double)
declare double @llvm.sqrt.f64(double)
declare double @llvm.copysign.f64(double, double)
define void @run(ptr %p) {
%x = load double, ptr %p
%q = getelementptr double, ptr %p, i64 1
%x.2 = load double, ptr %q
"""


def of_numbers(function, arity=1):
    """Return a function of registers as one of numbers."""
    body = Body()
    names = ["%x", "%x.2"][:arity]
    result = function(*(Register(body, name) for name in names))
    text = "\n".join([*body.lines, f"store double {result.name}, ptr %p", "ret void }"])
    code = assemble(_CALLING + text)
    run = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(code.address("run"))

    def call(*args):
        places = (ctypes.c_double * 2)(*args)
        run(ctypes.addressof(places))
        return places[0]

    call.code = code
    return call
