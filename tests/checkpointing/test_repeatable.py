"""What is computed again is compared with what was computed first."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import NoDerivativeError, check_grads, grad, jit, vmap
from diffops.checkpointing._repeatable import anew, check_repeated

X = np.array([1.0, np.nan, np.inf, -2.0])

SAME = [
    (X, X.copy()),
    (X, X * (1 + 1e-13)),
    (1.0, 1.0 + 1e-12),
    (np.nan, np.nan),
    (np.float32(1.0), np.float32(1.0001)),
    (np.zeros(0), np.zeros(0)),
    (3, 3),
    (1 + 1j, 1 + 1j),
]
OTHER = [
    (X, X[::-1]),
    (X, X[:3]),
    (1.0, 1.0 + 1e-6),
    (1.0, np.nan),
    (0.0, 1e-300),
    (3, 4),
    (1 + 1j, 1 - 1j),
]


@pytest.mark.parametrize("pair", SAME, ids=str)
def test_the_same_up_to_rounding(pair):
    check_repeated("f", [1.0, pair[0]], [1.0, pair[1]])


@pytest.mark.parametrize("pair", OTHER, ids=str)
def test_something_else(pair):
    with pytest.raises(NoDerivativeError, match="f computed something else"):
        check_repeated("f", [1.0, pair[0]], [1.0, pair[1]])


def test_what_is_not_known_passes():
    check_repeated("f", None, [1.0])
    grad(lambda x: check_repeated("f", [2.0], [x]) or x)(2.0)
    with pytest.raises(NoDerivativeError):
        grad(lambda x: check_repeated("f", [3.0], [x]) or x)(2.0)


def test_copies():
    x, flag = np.ones(2), True
    copy, number, same = anew([x, 2.0, flag])
    assert copy is not x and number == 2.0 and same is flag
    np.testing.assert_array_equal(copy, x)
    check_grads(lambda x, y: np.sin(anew([x])[0]) * anew([y])[0] ** 2, (x, 3.0))
    mapped = vmap(lambda x: anew([x])[0] * 2)(np.arange(3.0))
    np.testing.assert_array_equal(mapped, [0.0, 2.0, 4.0])


def test_programs_compute_again():
    def f(x):
        return np.sin(x) + np.sin(anew([x])[0])

    program = jit(f)
    assert program(0.5) == 2 * np.sin(0.5)
    names = [operation.name for operation in program.program(0.5).operations]
    assert names.count("sin") == 2
