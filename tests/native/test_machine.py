"""Machine code: it computes what its IR says, and comes and goes without a trace."""

from __future__ import annotations

import ctypes
import gc
import math
import os
import platform
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from diffops.native import machine
from diffops.native.machine import AssemblyError, assemble

ROOT = Path(__file__).parents[2]

SQUARE = """
define double @square(double %x) nounwind {
  %y = fmul double %x, %x
  ret double %y
}
"""


def function(code, name, result=ctypes.c_double, *arguments):
    """Return a function of the code, which holds the code."""
    kinds = arguments or (ctypes.c_double,)
    called = ctypes.CFUNCTYPE(result, *kinds)(code.address(name))
    called.code = code
    return called


def in_new_process(program, **environment):
    """Run a program that prints nothing on stderr; return what it prints."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (run.returncode, run.stderr) == (0, ""), run.stderr
    return run.stdout


def program(text):
    """Return a program that has assembled SQUARE as ``code``."""
    start = f"""
        import ctypes, gc, os, sys, threading
        from diffops.native import machine
        from diffops.native.machine import assemble

        SQUARE = {SQUARE!r}
        code = assemble(SQUARE)
        square = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(
            code.address("square")
        )
    """
    return textwrap.dedent(start) + textwrap.dedent(text)


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


@pytest.mark.parametrize(
    "name", ["sin", "cos", "tan", "exp", "log", "log1p", "expm1", "tanh", "erf"]
)
def test_libm_is_there(name):
    source = f"""
        declare double @{name}(double)
        define double @f(double %x) {{
          %y = call double @{name}(double %x)
          ret double %y
        }}
    """
    assert function(assemble(source), "f")(0.75) == getattr(math, name)(0.75)


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or platform.machine() != "x86_64",
    reason="libmvec is glibc's, for x86-64",
)
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


def test_a_loop_of_any_length():
    source = """
        define void @f(ptr noalias %x, i64 %n) nounwind {
        entry:
          br label %loop
        loop:
          %i = phi i64 [0, %entry], [%next, %loop]
          %p = getelementptr double, ptr %x, i64 %i
          %v = load double, ptr %p, align 8
          %y = fmul double %v, %v
          store double %y, ptr %p, align 8
          %next = add nuw i64 %i, 1
          %more = icmp ult i64 %next, %n
          br i1 %more, label %loop, label %done
        done:
          ret void
        }
    """
    for n in (1, 7, 64, 1001):
        values = (ctypes.c_double * n)(*range(n))
        code = assemble(source)
        f = function(code, "f", None, ctypes.c_void_p, ctypes.c_int64)
        f(ctypes.addressof(values), n)
        assert list(values) == [float(i * i) for i in range(n)]


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


def test_python_without_llvm_raises_and_says_so():
    printed = in_new_process(
        "import sys; sys.modules['llvmlite'] = None\n"
        "from diffops.native.machine import AssemblyError, assemble\n"
        "try: assemble('')\n"
        "except AssemblyError as error: print(error)"
    )
    assert "llvmlite" in printed


def test_llvm_is_not_loaded_before_it_is_needed():
    printed = in_new_process(
        "import sys, diffops.native.machine, diffops.native.cache\n"
        "print([name for name in ('llvmlite', 'numba', 'platformdirs')"
        " if name in sys.modules])\n"
        "diffops.native.machine.assemble('')\n"
        "print([name for name in ('llvmlite', 'numba') if name in sys.modules])"
    )
    assert printed.split("\n")[:2] == ["[]", "['llvmlite']"]


# Memory


def mappings():
    with open("/proc/self/maps", encoding="utf-8") as file:
        return sum(1 for _ in file)


def resident():
    with open("/proc/self/statm", encoding="utf-8") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


has_proc = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="memory is read from /proc"
)


@has_proc
def test_a_thousand_programs_leave_nothing_behind():
    compiled = machine._compile(SQUARE, 0, 0)

    def many():
        for _ in range(1000):
            assert function(machine._link(compiled, {}), "square")(3.0) == 9.0
        gc.collect()

    many()  # what is allocated once
    before = mappings(), resident()
    many()
    assert mappings() - before[0] <= 8
    assert resident() - before[1] < 1_000_000


@has_proc
def test_a_thousand_compilations_leave_nothing_behind():
    def many():
        for i in range(500):
            assemble(SQUARE.replace("@square", f"@square{i}"), optimise=1, codegen=0)
        gc.collect()

    many()
    before = resident()
    many()
    assert resident() - before < 2_000_000


def test_code_outlives_the_engine_that_is_left():
    compiled = machine._compile(SQUARE, 0, 0)
    codes = [machine._link(compiled, {}) for _ in range(3 * machine._LIBRARIES)]
    assert len({code.address("square") for code in codes}) == len(codes)
    kept = codes[:: machine._LIBRARIES // 2]
    del codes
    gc.collect()
    assert [function(code, "square")(3.0) for code in kept] == [9.0] * len(kept)


def test_code_that_is_dropped_while_llvm_is_busy_goes_afterwards():
    code = assemble(SQUARE)
    busy, done = threading.Event(), threading.Event()

    def holds():
        with machine._Held():
            busy.set()
            done.wait(30)

    thread = threading.Thread(target=holds)
    thread.start()
    assert busy.wait(30)
    del code  # waits for nobody
    gc.collect()
    assert machine._dropped
    done.set()
    thread.join(30)
    assert not machine._dropped


# Threads, forks, the end


def test_threads_assemble_at_once():
    found = {}

    def work(i):
        for j in range(8):
            k = float(8 * i + j)
            source = SQUARE.replace("%x, %x", f"%x, {k!r}")
            found[k] = function(assemble(source), "square")(2.0)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {float(k): 2.0 * k for k in range(64)}


has_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")


@has_fork
def test_a_fork_runs_and_assembles():
    printed = in_new_process(
        program(
            """
            child = os.fork()
            other = assemble(SQUARE.replace("fmul", "fadd"))
            add = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(
                other.address("square")
            )
            assert (square(3.0), add(3.0)) == (9.0, 6.0)
            del other, add, code
            gc.collect()
            if child:
                print(os.waitpid(child, 0)[1])
            """
        )
    )
    assert printed == "0\n"


@has_fork
def test_a_fork_while_another_thread_assembles():
    printed = in_new_process(
        program(
            """
            stop = False

            def work():
                i = 0
                while not stop:
                    i += 1
                    assemble(SQUARE.replace("%x, %x", f"%x, {float(i)}"))

            thread = threading.Thread(target=work)
            thread.start()
            for _ in range(20):
                child = os.fork()
                if not child:
                    assemble(SQUARE.replace("fmul", "fadd"))
                    os._exit(0 if square(3.0) == 9.0 else 1)
                assert os.waitpid(child, 0)[1] == 0
            stop = True
            thread.join()
            print("done")
            """
        )
    )
    assert printed == "done\n"


@pytest.mark.parametrize(
    "ending",
    [
        "",
        "sys.code = code",
        "import atexit; atexit.register(lambda: print(square(3.0)))",
        "cycle = [code]; cycle.append(cycle)",
        """
        class Late:
            def __init__(self, code, call): self.code, self.call = code, call
            def __del__(self): print(self.call(3.0))
        late = Late(code, square)
        """,
        "threading.Thread(target=lambda: [assemble(SQUARE) for _ in range(50)]).start()",
    ],
    ids=["global", "module", "atexit", "cycle", "finalizer", "thread"],
)
def test_the_interpreter_ends_quietly(ending):
    assert in_new_process(program(textwrap.dedent(ending))) in ("", "9.0\n")


@pytest.mark.slow
def test_numba_in_the_same_process():
    printed = in_new_process(
        program(
            """
            import numba
            f = numba.njit(lambda x: x * x)
            print(f(3.0) == square(3.0) == 9.0)
            other = assemble(SQUARE.replace("fmul", "fadd"))
            """
        )
    )
    assert printed == "True\n"
