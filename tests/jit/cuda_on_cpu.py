"""An array module with CuPy's interface that runs CUDA source on the processor."""

import contextlib
import ctypes
import functools
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pytest

from diffops import jit
from diffops.jit.cuda.launches import cuda_plan
from diffops.jit.cuda.runner import Runner

HEADER = Path(__file__).with_suffix(".h")
KERNEL = re.compile(r'extern "C" __global__ void (\w+)\((.*?)\)\n\{(.*?)\n\}', re.S)

needs_compiler = pytest.mark.skipif(
    shutil.which("g++") is None,
    reason="g++ is not on the PATH: it compiles the kernels for the processor",
)
needs_nvcc = pytest.mark.skipif(
    shutil.which("nvcc") is None,
    reason="nvcc is not on the PATH: whether it takes the kernels is not known",
)


def check_by_nvcc(source, folder, architecture):
    """Compile CUDA for an architecture, with warnings as errors; return the file."""
    (folder / "kernels.cu").write_text(source, encoding="utf-8")
    options = [f"-arch={architecture}", "-std=c++17", "-Werror=all-warnings"]
    run = subprocess.run(
        ["nvcc", "-cubin", *options, "-o", "kernels.cubin", "kernels.cu"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return folder / "kernels.cubin"


class RawModule:
    """CUDA source as a library for the processor."""

    def __init__(self, code, options=()):
        self.library = ctypes.CDLL(compiled(code))

    def get_function(self, name):
        launch = self.library[f"launch_{name}"]

        def call(grid, block, arguments):
            assert block[0] <= 1024
            held = [np.asarray(argument) for argument in arguments]
            pointers = [array.ctypes.data for array in held]
            assert (
                launch(*grid, *block, (ctypes.c_void_p * len(pointers))(*pointers)) == 0
            )

        return call


@contextlib.contextmanager
def backwards(kernels):
    """Let the threads and blocks of a program take their turns in reverse."""
    order = ctypes.c_int.in_dll(ctypes.CDLL(compiled(kernels.plan.source)), "backwards")
    order.value = 1
    yield
    order.value = 0


lib = np.lib
dot, matmul = np.dot, np.matmul
asarray, ascontiguousarray = np.asarray, np.ascontiguousarray


def empty(shape, dtype):
    """Return memory that nobody should read before it is written."""
    return np.full(shape, np.nan, dtype)


@functools.cache
def compiled(code):
    """Return the path of the library."""
    folder = Path(tempfile.mkdtemp(prefix="kernels"))
    parts = [f'#include "{HEADER}"', code]
    for name, parameters, body in KERNEL.findall(code):
        kinds = [part.rpartition(" ")[0] for part in parameters.split(", ")]
        given = ", ".join(
            f"({kind})a[{i}]" if "*" in kind else f"*({kind}*)a[{i}]"
            for i, kind in enumerate(kinds)
        )
        waits = "true" if "diffops_block_" in body else "false"
        parts.append(
            f"static void body_{name}(void **a) {{ {name}({given}); }}\n"
            f'extern "C" int launch_{name}(unsigned g, unsigned b, void **a)\n'
            f"{{ return launch(body_{name}, g, b, a, {waits}); }}"
        )
    (folder / "kernels.cpp").write_text("\n".join(parts), encoding="utf-8")
    flags = ["-std=c++17", "-O1", "-ffp-contract=off", "-shared", "-fPIC", "-w"]
    subprocess.run(
        ["g++", *flags, "-o", "kernels.so", "kernels.cpp"], cwd=folder, check=True
    )
    return folder / "kernels.so"


def plan_of(f, *args):
    """Return the CUDA of f, recorded at these arguments."""
    return cuda_plan(jit(f).program(*args))


def on_cpu(f, *args):
    """Return f as kernels that the processor runs, recorded at these arguments.

    It returns all numbers and arrays of the result in a list.
    """
    import cuda_on_cpu

    return Runner(plan_of(f, *args), cuda_on_cpu)
