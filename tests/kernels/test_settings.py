"""The setting holds in its block, for its thread, and its process."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from diffops import kernels
from diffops.kernels.settings import are_native

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
