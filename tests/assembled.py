"""Programs for the tests of machine code, here and in new processes."""

import ctypes
import os
import subprocess
import sys
import textwrap
from pathlib import Path

from diffops.native.machine import assemble

ROOT = Path(__file__).parent.parent


def times(k):
    """Return the IR of a function that multiplies by k."""
    return f"""
        define double @times(double %x) nounwind {{
          %y = fmul double %x, {float(k)}
          ret double %y
        }}
    """


def run(k, **levels):
    """Return k times 2, by machine code."""
    return function(assemble(times(k), **levels), "times")(2.0)


def function(code, name, result=ctypes.c_double, *arguments):
    """Return a function of the code, which holds the code."""
    kinds = arguments or (ctypes.c_double,)
    called = ctypes.CFUNCTYPE(result, *kinds)(code.address(name))
    called.code = code
    return called


def in_new_process(*arguments, status=0, errors=""):
    """Run Python; return what it prints."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == status, run.stderr
    assert run.stderr.startswith(errors) if errors else run.stderr == ""
    return run.stdout


def runs(program):
    """Run a program in a new process; return what it prints."""
    return in_new_process("-c", textwrap.dedent(program))


def started(program):
    """Start a program in a new process."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
