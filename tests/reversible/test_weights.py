"""Weights as leaves and as one vector."""

from __future__ import annotations

import numpy as np
import pytest

from diffops.reversible._weights import Weights

LEAVES = [
    0.5,
    np.float64(0.25),
    np.arange(6.0).reshape(2, 3),
    np.ones((), np.float32),
    np.ones((0, 2)),
]


def test_there_and_back():
    weights = Weights(LEAVES)
    vector = weights.joined(LEAVES)
    assert vector.shape == (9,)
    for found, leaf in zip(weights.split(vector), LEAVES, strict=True):
        np.testing.assert_array_equal(found, leaf)
        assert type(found) is type(leaf)
        assert np.asarray(found).dtype == np.asarray(leaf).dtype
    assert Weights([]).joined([]).shape == (0,)


@pytest.mark.parametrize("leaf", [1j, np.ones(2, complex)])
def test_complex_weights_raise(leaf):
    with pytest.raises(TypeError, match="real weights"):
        Weights([leaf])
