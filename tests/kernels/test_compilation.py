"""Kernels are made of rules: which outputs there are, and when there is no kernel."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from diffops.kernels import compilation
from diffops.kernels.compilation import built
from diffops.native.machine import AssemblyError

X = np.linspace(-1, 1, 500)


def test_values_and_partials_are_computed_once_each():
    y, (d,) = built(np.exp, [lambda y, x: y], (True,))(X)
    assert d is y
    y, (a, b) = built(
        np.multiply, [lambda y, a, b: b, lambda y, a, b: a], (True, True)
    )(X, X + 1)
    np.testing.assert_array_equal(y, X * (X + 1))
    np.testing.assert_array_equal(a, X + 1)
    np.testing.assert_array_equal(b, X)
    assert built(np.negative, [-1], (True,))(X)[1] == [-1.0]


def test_the_rules_formula_is_what_is_compiled():
    _, (d,) = built(np.sin, [lambda y, x: 3 * y + np.sqrt(x * x)], (True,))(X)
    np.testing.assert_allclose(d, 3 * np.sin(X) + np.abs(X), rtol=1e-14)


def test_there_is_no_kernel_of_what_is_no_expression():
    assert built(np.sin, [lambda y, x: y if x > 0 else x], (True,)) is None
    assert built(np.spacing, [lambda y, x: x], (True,)) is None


def test_a_partial_that_is_one_number_is_left_to_numpy():
    partials = [lambda y, a, b: 1 / b, lambda y, a, b: -y / b]
    assert built(np.divide, partials[:1], (True, False)) is None
    assert built(np.divide, partials[:1], (True, True)) is not None
    assert built(np.divide, partials[1:], (False, True)) is not None


def test_there_is_none_on_unknown_computers(monkeypatch):
    monkeypatch.setattr(compilation, "lanes", lambda: 0)
    assert built(np.sin, [lambda y, x: x], (True,)) is None


def test_there_is_none_where_llvm_fails(monkeypatch):
    def fails(source):
        raise AssemblyError

    compilation._code.cache_clear()  # another test may have made this one
    monkeypatch.setattr(compilation, "assemble", fails)
    assert built(np.sin, [lambda y, x: x], (True,)) is None


def test_this_computer_is_asked_what_it_can_do(monkeypatch):
    compilation.lanes.cache_clear()
    for features, wanted in [
        (("avx512f", "avx512dq"), 8),
        (("avx2", "fma"), 4),
        ((), 0),
    ]:
        monkeypatch.setattr(
            compilation, "has_features", lambda *names, f=features: set(names) <= set(f)
        )
        assert compilation.lanes.__wrapped__() == wanted

    def missing(*names):
        raise ImportError

    monkeypatch.setattr(compilation, "has_features", missing)
    assert compilation.lanes.__wrapped__() == 0


PROGRAM = """
import time, numpy as np, diffops
g = diffops.grad(lambda x: np.sum(np.sin(x)))
g(np.ones(10))
x = np.ones(1000)
start = time.process_time()
g(x)
print(time.process_time() - start)
"""


def test_another_process_starts_fast(tmp_path):
    def first_use():
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
            env={"DIFFOPS_CACHE": "on", "DIFFOPS_CACHE_DIR": str(tmp_path / "cache")},
        )
        return float(run.stdout)

    first_use()
    assert min(first_use() for _ in range(3)) < 0.15
