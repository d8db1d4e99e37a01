"""The benchmarks run in their short form, and what their libraries compute agrees."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"

SHORT = {
    "operators.py": ("`jacobianTv`", ()),
    "helmholtz.py": ("jit: reverse", ()),
    "adbench.py": ("bundle adjustment", ()),
    "jit.py": ("Kepler", ("--only", "Kepler")),
    "arrays.py": ("logistic", ("--only", "logistic")),
    "eager.py": ("element loop", ()),
    "single_precision.py": ("logistic", ("--only", "logistic")),
    "threads.py": ("2 threads", ()),
    "directions.py": ("sparse Hessian", ()),
    "memory.py": ("diffops jit", ()),
    "cold_start.py": ("`import diffops`", ()),
}


@pytest.mark.slow
@pytest.mark.parametrize("script", SHORT)
def test_short_form(script):
    row, options = SHORT[script]
    command = [sys.executable, str(FOLDER / script), "--short", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert row in done.stdout


def test_the_one_command_names_them_all():
    text = (FOLDER / "run.py").read_text()
    assert all(f'"{script}"' in text for script in SHORT)
