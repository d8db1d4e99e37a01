"""The setting holds in its block, for its thread, and its process."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from diffops import kernels
from diffops.kernels.settings import are_native, threads
from diffops.native.thread_count import DEFAULT

ROOT = Path(__file__).parents[2]


def test_blocks_nest():
    assert are_native()
    with kernels.use("numpy"):
        assert not are_native()
        with kernels.use("native"):
            assert are_native()
        assert not are_native()
    assert are_native()


def test_an_exception_restores_the_setting():
    with pytest.raises(KeyError), kernels.use("numpy"):
        raise KeyError
    assert are_native()


def test_other_threads_have_their_own():
    found = []
    with kernels.use("numpy"):
        thread = threading.Thread(target=lambda: found.append(are_native()))
        thread.start()
        thread.join()
    assert found == [True]


def test_other_words_raise():
    with pytest.raises(ValueError, match="'native' or 'numpy', not 'cuda'"):
        kernels.use("cuda").__enter__()


def python(program, **environment):
    """Return what a program prints in another process."""
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "DIFFOPS_CACHE": "off", **environment},
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout.strip()


PROGRAM = """
import sys, numpy as np, diffops
diffops.grad(lambda x: np.sum(np.sin(x) * x))(np.ones({size}))
print("llvmlite" in sys.modules)
"""


def test_nothing_is_loaded_before_an_array_is_large():
    assert python(PROGRAM.format(size=900)) == "False"
    assert python(PROGRAM.format(size=1000)) == "True"


def test_the_environment_turns_kernels_off():
    assert python(PROGRAM.format(size=9999), DIFFOPS_KERNELS="numpy") == "False"


def test_without_llvmlite_numpy_serves():
    program = """
import sys
sys.modules["llvmlite"] = sys.modules["llvmlite.binding"] = None
import numpy as np, diffops
x = np.linspace(0, 1, 9999)
print((diffops.grad(lambda x: np.sum(np.sin(x)))(x) == np.cos(x)).all())
"""
    assert python(program) == "True"


def test_threads():
    assert threads() == DEFAULT
    with kernels.use(threads=3):
        assert are_native() and threads() == 3
        with kernels.use("numpy"):
            assert not are_native() and threads() == 3
        with kernels.use("numpy", threads=2):
            assert not are_native() and threads() == 2
        assert are_native() and threads() == 3
    assert threads() == DEFAULT


@pytest.mark.parametrize(
    ("number", "error"), [(0, ValueError), (257, ValueError), ("2", TypeError)]
)
def test_other_numbers_of_threads_raise(number, error):
    with pytest.raises(error, match="threads is a"):
        kernels.use(threads=number).__enter__()
    assert threads() == DEFAULT


SHARING = """
import numpy as np, diffops
from diffops.native.pool import blocks_taken
x = np.ones(100_000)
slope = diffops.grad(lambda x: np.sum(np.sin(x) * x))
slope(x)
eager = sum(blocks_taken())
from diffops.jit import path
path.PATIENCE = -1
jitted = diffops.jit(slope)
for _ in range(3):
    jitted(x)
print(eager > 0, sum(blocks_taken()) > eager)
"""


def test_the_environment_sets_the_number_of_threads():
    assert python(SHARING) == "False False"
    assert python(SHARING, DIFFOPS_NUM_THREADS="2") == "True True"


def test_a_wrong_number_in_the_environment_is_told_at_once():
    run = subprocess.run(
        [sys.executable, "-c", "import diffops"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "DIFFOPS_NUM_THREADS": "two"},
    )
    assert run.returncode == 1
    assert "DIFFOPS_NUM_THREADS is a number of threads from 1 to 256" in run.stderr
