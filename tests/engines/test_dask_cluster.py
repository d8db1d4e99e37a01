"""A cluster of two worker processes: NumPy's answer, also after one was killed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("dask.distributed", reason="dask.distributed is not installed")

PROGRAM = Path(__file__).with_name("cluster_program.py")
ROOT = PROGRAM.parents[2]
ROWS, COLUMNS, LENGTH = 20_000, 5, 2_500


@pytest.fixture(scope="module")
def found():
    """Return what the program on the cluster found: eight blocks of the data."""
    command = [sys.executable, "-W", "error::FutureWarning", str(PROGRAM)]
    numbers = map(str, (ROWS, COLUMNS, LENGTH))
    result = subprocess.run(
        [*command, *numbers],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def slope(w):
    """Return the gradient of the penalised loss of logistic regression, by hand."""
    random = np.random.default_rng(0)
    X = random.normal(size=(ROWS, COLUMNS))
    chances = X @ np.arange(1.0, COLUMNS + 1) / COLUMNS + random.normal(size=ROWS)
    y = np.sign(chances)
    return w - X.T @ (y / (1 + np.exp(y * (X @ w))))


def test_newton_cg_finds_where_the_gradient_vanishes(found):
    w = np.array(found["w"])
    assert found["workers"] == 2  # both held blocks
    # The Hessian's eigenvalues are above 1000 here: so near is w to the minimum.
    assert np.linalg.norm(slope(w)) / 1000 < 1e-9


def test_a_worker_killed_on_the_way_changes_nothing(found):
    assert found["killed"] == 1
    np.testing.assert_allclose(
        found["gradient"], slope(np.array(found["w"]) + 0.1), rtol=1e-10
    )
