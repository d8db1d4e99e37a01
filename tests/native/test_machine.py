"""Machine code computes what its IR says."""

from __future__ import annotations

import ctypes
import math
import platform

import pytest
from assembled import function

from diffops.native import machine
from diffops.native.machine import AssemblyError, assemble

SQUARE = """
define double @square(double %x) nounwind {
  %y = fmul double %x, %x
  ret double %y
}
"""


# What it computes


@pytest.mark.parametrize("optimise", range(4))
@pytest.mark.parametrize("codegen", range(4))
def test_every_level_computes_the_same(optimise, codegen):
    source = """
        declare double @sin(double)
        define double @f(double %x) nounwind {
          %s = call double @sin(double %x)
          %a = fmul double %s, %x
          %b = fadd double %a, 0x3FB999999999999A
          ret double %b
        }
    """
    f = function(assemble(source, optimise=optimise, codegen=codegen), "f")
    for x in (0.0, -1.5, 3.25, 1e10):
        assert f(x) == math.sin(x) * x + 0.1


has_libmvec = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or platform.machine() != "x86_64",
    reason="libmvec is glibc's, for x86-64",
)


@has_libmvec
def test_libmvec_is_there():
    source = """
        declare <2 x double> @_ZGVbN2v_exp(<2 x double>)
        define void @f(ptr %x) {
          %v = load <2 x double>, ptr %x, align 8
          %y = call <2 x double> @_ZGVbN2v_exp(<2 x double> %v)
          store <2 x double> %y, ptr %x, align 8
          ret void
        }
    """
    values = (ctypes.c_double * 2)(0.5, -2.0)
    function(assemble(source), "f", None, ctypes.c_void_p)(ctypes.addressof(values))
    assert list(values) == pytest.approx([math.exp(0.5), math.exp(-2.0)], rel=1e-15)


def loop(body, declarations="", attribute=""):
    """Return the IR of a loop over n numbers, which replaces each ``%v`` by ``%y``."""
    return f"""
        {declarations}
        define void @f(ptr noalias %x, i64 %n) nounwind {{
        entry:
          br label %loop
        loop:
          %i = phi i64 [0, %entry], [%next, %loop]
          %p = getelementptr double, ptr %x, i64 %i
          %v = load double, ptr %p, align 8
          %y = {body}
          store double %y, ptr %p, align 8
          %next = add nuw i64 %i, 1
          %more = icmp ult i64 %next, %n
          br i1 %more, label %loop, label %done
        done:
          ret void
        }}
        {attribute}
    """


def over(code, values):
    """Return what a loop makes of numbers."""
    numbers = (ctypes.c_double * len(values))(*values)
    f = function(code, "f", None, ctypes.c_void_p, ctypes.c_int64)
    f(ctypes.addressof(numbers), len(numbers))
    return list(numbers)


@pytest.mark.parametrize("n", [1, 7, 64, 1001])
def test_a_loop_of_any_length(n):
    code = assemble(loop("fmul double %v, %v"))
    assert over(code, range(n)) == [float(i * i) for i in range(n)]


@has_libmvec
def test_loops_call_libmvec_where_the_ir_names_it():
    declarations = """
        declare double @sin(double) #0
        declare <2 x double> @_ZGVbN2v_sin(<2 x double>)
        @llvm.compiler.used = appending global [1 x ptr] [ptr @_ZGVbN2v_sin],
            section "llvm.metadata"
    """
    attribute = """attributes #0 = { nounwind willreturn readnone
        "vector-function-abi-variant"="_ZGV_LLVM_N2v_sin(_ZGVbN2v_sin)" }"""
    source = loop("call double @sin(double %v) #0", declarations, attribute)
    assert b"_ZGVbN2v_sin" in machine._compile(source, 2, 2)
    assert b"_ZGVbN2v_sin" not in machine._compile(source, 1, 2)
    values = [0.1 * i for i in range(101)]
    wanted = [math.sin(x) for x in values]
    assert over(assemble(source), values) == pytest.approx(wanted, rel=1e-15, abs=1e-16)


def test_constants_and_global_variables():
    source = """
        @table = private constant [3 x double] [double 2.0, double 3.0, double 5.0]
        @count = global i64 7
        define double @f(i64 %i) nounwind {
          %n = load i64, ptr @count
          %m = add i64 %n, 1
          store i64 %m, ptr @count
          %p = getelementptr [3 x double], ptr @table, i64 0, i64 %i
          %y = load double, ptr %p
          ret double %y
        }
    """
    code = assemble(source)
    f = function(code, "f", ctypes.c_double, ctypes.c_int64)
    assert [f(i) for i in range(3)] == [2.0, 3.0, 5.0]
    assert ctypes.c_int64.from_address(code.address("count")).value == 10
    with pytest.raises(KeyError):
        code.address("table")


def test_names_of_the_ir_that_are_private_or_missing_have_no_address():
    code = assemble(SQUARE + "define private void @own() { \n ret void }")
    for name in ("own", "nothing"):
        with pytest.raises(KeyError):
            code.address(name)


def test_an_empty_module_is_no_error():
    assemble("")


# Symbols

CALLS = """
    @constant = external global i64
    declare i64 @outside(i64)
    define i64 @f(i64 %x) {
      %c = load i64, ptr @constant
      %s = add i64 %x, %c
      %y = call i64 @outside(i64 %s)
      ret i64 %y
    }
"""
INTEGER = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)


def symbols(constant, outside):
    return {
        "constant": ctypes.addressof(constant),
        "outside": ctypes.cast(outside, ctypes.c_void_p).value,
    }


def test_one_name_may_mean_another_thing_in_each_program():
    constants = [ctypes.c_int64(100), ctypes.c_int64(200)]
    outsides = [INTEGER(lambda x: 2 * x), INTEGER(lambda x: 3 * x)]
    codes = [
        assemble(CALLS, symbols=symbols(*each))
        for each in zip(constants, outsides, strict=True)
    ]
    fs = [function(code, "f", ctypes.c_int64, ctypes.c_int64) for code in codes]
    assert [f(1) for f in fs] == [202, 603]
    constants[0].value = 0
    assert [f(1) for f in fs] == [2, 603]


def test_a_symbol_goes_before_what_the_process_has():
    source = """
        declare double @sin(double)
        define double @f(double %x) {
          %y = call double @sin(double %x)
          ret double %y
        }
    """
    replaced = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(lambda x: -x)
    address = ctypes.cast(replaced, ctypes.c_void_p).value
    assert function(assemble(source, symbols={"sin": address}), "f")(0.5) == -0.5
    assert function(assemble(source), "f")(0.5) == math.sin(0.5)


def test_symbols_that_nobody_needs_are_no_error():
    code = assemble(SQUARE, symbols={"somewhere": 4096})
    assert function(code, "square")(3.0) == 9.0


# Errors


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("define double @f(", "parsing error"),
        (SQUARE + SQUARE, "redefinition"),
        (
            "define double @f(double %x) {\n %a = fadd double %b, %x\n"
            " %b = fadd double %a, %x\n ret double %b }",
            "dominate",
        ),
        (
            "declare void @diffops_nowhere()\n@diffops_nothing = external global i64\n"
            "declare double @llvm.sqrt.f64(double)\n"
            "define i64 @f() {\n call void @diffops_nowhere()\n"
            " %x = load i64, ptr @diffops_nothing\n ret i64 %x }",
            "not found: diffops_nowhere, diffops_nothing$",
        ),
    ],
    ids=["text", "twice", "order", "symbols"],
)
def test_what_llvm_refuses_raises(source, words, capfd):
    with pytest.raises(AssemblyError, match=words):
        assemble(source)
    assert capfd.readouterr() == ("", "")
    assert function(assemble(SQUARE), "square")(3.0) == 9.0


def test_a_symbol_that_the_ir_defines_raises():
    with pytest.raises(AssemblyError, match="square"):
        assemble(SQUARE, symbols={"square": 4096})
