"""benchmarks/gpu.py: what it counts, that it runs on the double, what it says here."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import strict_arrays
from cuda_on_cpu import needs_compiler

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def gpu(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    spec = importlib.util.spec_from_file_location("gpu", FOLDER / "gpu.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "gpu", module)  # for its dataclasses
    spec.loader.exec_module(module)
    return module


def test_operations(gpu):
    """Of y = tanh(x A + b) C: both products forward, and back to A, to C, and to y."""
    layers = [(3, 5), (5,), (5, 2)]
    assert gpu.perceptron_operations(7, layers) == 2 * 7 * (15 + 15 + 10 + 10 + 10)


def test_rows(gpu):
    load = gpu.Load(gpu.ArrayProgram("x", None, None), moved=10**9)
    text = gpu.row(load, {"a": 0.01}, ["a", "b"], (1.6e12, 1e12), 8)
    assert text == "| x | 10 ms (800 GB/s, 50 %) |  |"
    load = gpu.Load(gpu.ArrayProgram("x", None, None), moved=1, operations=10**10)
    text = gpu.row(load, {"a": 0.1}, ["a"], (1.6e12, 1e12), 8)
    assert text == "| x | 100 ms (0.1 TFLOP/s, 10 %) |"


def test_results_that_differ_stop_it(gpu):
    runs = {gpu.OURS: lambda: np.ones(3), "other": lambda: np.ones(3)}
    gpu.verify("x", runs, "float64")
    runs["other"] = lambda: 2 * np.ones(3)
    with pytest.raises(SystemExit, match=r"x: other and ours differ by 1.0e\+00"):
        gpu.verify("x", runs, "float64")


@needs_compiler
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_all_of_it_on_the_double(gpu, monkeypatch, capsys):
    monkeypatch.setattr(gpu, "imported", lambda: strict_arrays)
    monkeypatch.setattr(strict_arrays, "__version__", "0", raising=False)
    ours = {name: run for name, run in gpu.LIBRARIES.items() if "diffops" in name}
    monkeypatch.setattr(gpu, "LIBRARIES", ours)
    monkeypatch.setattr(sys, "argv", ["gpu.py", "--short"])
    gpu.main()
    printed = capsys.readouterr().out
    for title in ("elementwise", "logsumexp", "MLP", "GMM"):
        (line,) = (line for line in printed.splitlines() if f"| {title}" in line)
        assert line.count(" ms (") == 2


def test_what_is_missing_is_said():
    """Where there is a GPU, it runs."""
    command = [sys.executable, str(FOLDER / "gpu.py"), "--short"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or "nothing to measure here: CuPy" in done.stderr
