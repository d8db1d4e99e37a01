"""Compiles `arrays_by_hand.c`, and gives its gradients the data of the programs.

It needs gcc and the headers of Python; NumPy brings its own.
"""

from __future__ import annotations

import importlib.util
import math
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import array_programs
import numpy as np
from array_programs import BATCH, LAYERS, UNITS, ArrayProgram

Run = Callable[[Any], Any]

NAME = "arrays_by_hand_in_c"
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fPIC", "-shared")


def is_there() -> bool:
    """Tell whether there is a compiler, and what it needs."""
    headers = Path(sysconfig.get_paths()["include"]) / "Python.h"
    return shutil.which("gcc") is not None and headers.exists()


@cache
def _module() -> Any:
    from diffops.jit.arrays.blas import address

    folder = tempfile.mkdtemp()
    target = f"{folder}/{NAME}{sysconfig.get_config_var('EXT_SUFFIX')}"
    source = Path(__file__).with_name("arrays_by_hand.c")
    includes = [f"-I{sysconfig.get_paths()['include']}", f"-I{np.get_include()}"]
    command = ["gcc", *FLAGS, *includes, "-o", target, str(source), "-lmvec", "-lm"]
    subprocess.run(command, check=True)
    spec = importlib.util.spec_from_file_location(NAME, target)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    shutil.rmtree(folder)
    module.load(address("dgemm"), address("dgemv"))
    return module


def build(program: ArrayProgram) -> Run:
    """Return the gradient of a program."""
    name = program.function.__name__
    if program.function is not getattr(array_programs, name, None):
        raise NotImplementedError
    arrays = [np.ascontiguousarray(x) for x in program.data if np.ndim(x)]
    data = [array.ctypes.data for array in arrays]
    rows, *rest = arrays[0].shape if arrays else (0,)
    if name == "trained":
        data[4] = len(program.data[4])
    if name == "mixture_model" and (rows % 40 or program.data[2] != (25, 10)):
        raise NotImplementedError
    work = {
        "logistic": rows,
        "logsumexp": rows,
        "network": 3 * rows * LAYERS[0][1],
        "recurrent": (rows + 1) * BATCH * 7 * UNITS,
        "trained": 100 + 60 * len(program.data[-1]) if name == "trained" else 0,
    }.get(name, 0)
    size = np.size(program.point)
    call = _module().build(name, tuple(data), rows, math.prod(rest), size, work)
    kept = arrays

    def run(x: Any) -> Any:
        return call(x)

    run.kept = kept  # type: ignore[attr-defined]
    return run
