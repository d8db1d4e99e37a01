"""The inline path of batched arithmetic: NumPy's results, in every pairing."""

from __future__ import annotations

import operator

import numpy as np
import pytest

from diffops import vmap
from diffops.modes.batch import Batching

NUMBERS = np.array([1.5, -2.0, 3.0])
VECTORS = np.arange(1.0, 7.0).reshape(3, 2)
MATRICES = np.arange(1.0, 13.0).reshape(3, 2, 2)
OTHERS = {
    "float": 2.5,
    "int": 3,
    "float64": np.float64(2.5),
    "float32": np.float32(2.5),
    "0-d": np.array(2.0),
    "vector": np.array([1.0, 4.0]),
    "column": np.array([[1.0], [4.0]]),
    "matrix": np.array([[1.0, 4.0], [2.0, 3.0]]),
    "integers": np.array([1, 4]),
}


@pytest.mark.parametrize("operate", ["add", "sub", "mul", "truediv"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_pairs(operate, dtype):
    operate = getattr(operator, operate)
    stacks = [stack.astype(dtype) for stack in (NUMBERS, VECTORS, MATRICES)]
    for a in stacks:
        for b in stacks:
            found = vmap(operate)(a, b)
            wanted = np.stack([operate(p, q) for p, q in zip(a, b, strict=True)])
            np.testing.assert_array_equal(found, wanted)
            assert found.dtype == wanted.dtype
        for other in OTHERS.values():
            for f in (
                lambda x, o=other: operate(x, o),
                lambda x, o=other: operate(o, x),
            ):
                wanted = np.stack([f(x) for x in a])
                found = vmap(f)(a)
                np.testing.assert_array_equal(found, wanted)
                assert found.dtype == wanted.dtype


def test_batches_of_different_levels_do_not_meet_inline():
    found = vmap(lambda x: vmap(lambda y: x - y)(NUMBERS))(NUMBERS)
    np.testing.assert_array_equal(found, NUMBERS[:, None] - NUMBERS)


def test_the_path_is_taken(monkeypatch):
    applied = []
    apply = Batching.apply
    monkeypatch.setattr(
        Batching,
        "apply",
        lambda self, *rest: applied.append(rest) or apply(self, *rest),
    )
    vmap(lambda x: (2 * x + x - 1) / x * np.array([1.0, 2.0]))(VECTORS)
    assert not applied
    vmap(lambda x: x * np.ones((2, 1, 1)))(VECTORS)
    assert len(applied) == 1
