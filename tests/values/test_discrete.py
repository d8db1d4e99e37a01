"""Bit operators of the modes that keep truth values."""

from __future__ import annotations

import numpy as np

from diffops import jit, vmap

X = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])


def logic(x):
    a, b = x > 0, x < 2
    other = np.array([True, False, True])
    return (a & b) | ~(a ^ b) | (other & a) | (True ^ b) | (other | b) & (other ^ a)


def test_batches_and_recordings():
    wanted = np.stack([logic(x) for x in X])
    np.testing.assert_array_equal(vmap(logic)(X), wanted)
    jitted = jit(logic)
    for x in (*X, *X):
        np.testing.assert_array_equal(jitted(x), logic(x))
