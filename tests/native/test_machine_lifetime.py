"""Machine code comes and goes without a trace, beside threads and forks."""

from __future__ import annotations

import gc
import os
import textwrap
import threading
from pathlib import Path

import pytest
from assembled import function, runs

from diffops.native import machine
from diffops.native.machine import assemble

SQUARE = """
define double @square(double %x) nounwind {
  %y = fmul double %x, %x
  ret double %y
}
"""


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
def test_many_compilations_leave_nothing_behind():
    def many():
        for i in range(200):
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
    printed = runs(
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
    printed = runs(
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
        """
        def work():
            for i in range(50):
                assemble(SQUARE.replace("%x, %x", f"%x, {float(i)}"))
        threading.Thread(target=work).start()
        """,
        """
        def work():
            while True:
                assemble(SQUARE)
        threading.Thread(target=work, daemon=True).start()
        """,
    ],
    ids=["global", "module", "atexit", "cycle", "finalizer", "thread", "daemon"],
)
def test_the_interpreter_ends_quietly(ending):
    assert runs(program(textwrap.dedent(ending))) in ("", "9.0\n")


@pytest.mark.slow
def test_numba_in_the_same_process():
    printed = runs(
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
