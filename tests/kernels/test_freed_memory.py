"""Freed memory comes back without page faults."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import resource, sys
import numpy as np
from diffops.kernels.freed_memory import keep_freed_memory

def faults():
    a = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        arrays = [np.ones(100_000) for _ in range(5)]
        del arrays
    return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - a) / 20

faults()
before = faults()
keep_freed_memory()
faults()
print(before, faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="for glibc's malloc")
def test_arrays_are_not_fetched_page_by_page():
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    before, after = map(float, run.stdout.split())
    assert before > 100
    assert after < 10
