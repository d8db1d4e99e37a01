"""Registers write LLVM IR that computes what Python would."""

import ctypes
import math
from fractions import Fraction

import pytest

from diffops.kernels.registers import Body, Register, literal, polynomial
from diffops.native.machine import assemble


def compiled(function):
    """Return a function of one double, compiled from what it does to a register."""
    body = Body()
    result = function(Register(body, "%x"))
    lines = [
        "declare double @llvm.fabs.f64(double)",
        "declare double @llvm.fma.f64(double, double, double)",
        "declare double @llvm.copysign.f64(double, double)",
        "define double @f(double %x) {",
        *body.lines,
        f"  ret double {result.name}",
        "}",
    ]
    code = assemble("\n".join(lines))
    call = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(code.address("f"))
    call.code = code
    return call


@pytest.mark.parametrize("value", [0.1, -0.0, 1e300, 5e-324, math.inf])
def test_literals_are_exact(value):
    found = compiled(lambda x: x * 0.0 + value)(1.0)
    assert (found, literal(-0.0)) == (value, "0x8000000000000000")


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (x + 1.5) * x - 2.0,
        lambda x: -x / 3.0,
        lambda x: abs(x - 1.0),
    ],
)
@pytest.mark.parametrize("x", [0.3, -2.7])
def test_arithmetic(function, x):
    assert compiled(function)(x) == function(x)


def test_other_operations():
    exact = Fraction(0.1) ** 2 - Fraction(0.01)
    assert compiled(lambda x: x.times_plus(x, -0.01))(0.1) == float(exact)
    assert compiled(lambda x: (x * 0.0 + 2.0).with_sign_of(x))(-3.0) == -2.0
    choice = compiled(lambda x: x.less_than(1.0).chosen(x, 7.0))
    assert (choice(0.5), choice(2.0), choice(math.nan)) == (0.5, 7.0, 7.0)
    assert compiled(lambda x: x.bits().whole("add", 1).number())(1.0) == 1 + 2.0**-52


def test_singles():
    body = Body("float")
    x = Register(body, "%x")
    y = (x * 0.1).times_plus(x, 2.0).bits().whole("xor", 1).number()
    y.greater_than(1.0).chosen(y, abs(x))
    text = "\n".join(body.lines)
    assert "double" not in text
    assert "i64" not in text
    assert "call float @llvm.fma.f32(float" in text
    assert f"fmul float %x, {literal(0.1, 'float')}" in text


def test_polynomials_take_rising_powers():
    assert compiled(lambda x: polynomial(x, (1.0, 2.0, 3.0)))(2.0) == 17.0
