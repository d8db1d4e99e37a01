"""Weights in containers as one vector."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import grad
from diffops.optimize._packing import Packing


def test_there_and_back():
    w = {"a": 1.5, "b": (np.ones((2, 2)), np.zeros(0)), "c": np.float32(2.0)}
    packing = Packing(w)
    np.testing.assert_array_equal(packing.first, [1.5, 1, 1, 1, 1, 2])
    back = packing.container(packing.first * 2.0)
    assert back["a"] == 3.0
    np.testing.assert_array_equal(back["b"][0], np.full((2, 2), 2.0))
    assert back["b"][1].shape == (0,)
    assert back["c"] == 4.0
    assert back["c"].dtype == np.float32


def test_dtypes_and_whole_numbers():
    single = np.ones(2, np.float32)
    assert Packing(single).first.dtype == np.float32
    assert Packing([single, single]).first.dtype == np.float32
    assert Packing(np.arange(3)).first.dtype == np.float64
    assert Packing(2).container(Packing(2).first) == 2.0
    assert Packing({}).first.shape == (0,)


def test_tracked_weights_stay_tracked():
    def f(a, b):
        packing = Packing([a, b])
        moved = packing.container(packing.first * np.array([2.0, 3.0, 5.0]))
        return moved[0] + np.sum(moved[1])

    by_a, by_b = grad(f, (0, 1))(1.0, np.ones(2))
    assert by_a == 2.0
    np.testing.assert_array_equal(by_b, [3.0, 5.0])


@pytest.mark.parametrize("w", [1j, np.array(["a"]), True, {"a": object()}])
def test_what_cannot_be_a_weight(w):
    with pytest.raises(TypeError):
        Packing(w)
