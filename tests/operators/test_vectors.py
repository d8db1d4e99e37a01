"""Directions and cotangents, and unit vectors of spaces of containers."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import gradv, jvp, vjp
from diffops.operators._vectors import (
    checked_chunk,
    checked_mode,
    like_leaves,
    one_like,
    private,
    size,
    units,
    zero_like,
)


def test_the_unit_vectors_of_a_space():
    leaves = [2.0, np.zeros((2, 1)), np.float32(1)]
    assert sum(map(size, leaves)) == 4
    for start, stop in ((0, 4), (1, 3), (3, 4), (2, 2)):
        parts = units(leaves, start, stop)
        for part, leaf in zip(parts, leaves, strict=True):
            assert part.shape == (stop - start, *np.shape(leaf))
        if stop > start:
            rows = [part.reshape(stop - start, -1) for part in parts]
            found = np.concatenate(rows, axis=1)
            np.testing.assert_array_equal(found, np.eye(4)[start:stop])
    assert units(leaves, 0, 4)[2].dtype == np.float32
    assert units([np.zeros((0, 3))], 0, 0)[0].shape == (0, 0, 3)


def test_ones_and_zeros():
    for leaf in (2.0, np.float32(2), np.ones(3, np.float32), np.ones((2, 0)), 1j):
        one, zero = one_like(leaf), zero_like(leaf)
        np.testing.assert_array_equal(one, np.ones_like(leaf))
        np.testing.assert_array_equal(zero, np.zeros_like(leaf))
    assert one_like(np.float32(2)).dtype == np.float32


def test_vectors_take_dtype_and_shape_of_what_they_multiply():
    leaves = [np.ones(2, np.float32), 3.0]
    first, second = like_leaves((np.array([1, 2]), 1), leaves, "test")
    assert first.dtype == np.float32
    assert second == 1.0 and type(second) is float


def test_vectors_are_copied():
    v = np.ones(2)
    (copy,) = like_leaves(v, [np.zeros(2)], "test")
    assert not np.shares_memory(copy, v)
    y = np.ones(2)
    assert not np.shares_memory(private(y), y)
    assert private(3.0) == 3.0


def test_scalars_of_shape_zero_and_numbers_are_interchangeable():
    assert gradv(lambda x: x**2)(3.0, np.array(2.0)) == 12.0
    assert gradv(lambda x: x**2)(np.array(3.0), 2.0) == 12.0
    assert gradv(lambda x: x**2)(3.0, np.float32(2)) == 12.0
    assert vjp(lambda x: x**2, np.array(3.0))[1](2)[0] == 12.0


@pytest.mark.parametrize(
    ("v", "error", "words"),
    [
        (np.ones(3), ValueError, r"vector of jvp has shape \(3,\).*shape \(2,\)"),
        (np.ones((2, 1)), ValueError, r"shape \(2, 1\).*shape \(2,\)"),
        (1.0, ValueError, r"shape \(\).*shape \(2,\)"),
        ([1.0, 1.0], ValueError, "3 parts|2 parts.*1"),
        (np.ones(2) * 1j, TypeError, "complex.*real"),
        (np.array([True, False]), TypeError, "the vector of jvp.*bool"),
        ("ab", TypeError, "the vector of jvp.*str"),
        (None, ValueError, "0 parts"),
    ],
)
def test_vectors_that_do_not_fit(v, error, words):
    with pytest.raises(error, match=words):
        jvp(np.sin, (np.ones(2),), (v,))


def test_options():
    assert checked_mode("forward") == "forward"
    assert checked_chunk(None) is None
    assert checked_chunk(3) == 3
    with pytest.raises(ValueError, match="not 'both'"):
        checked_mode("both")
    with pytest.raises(ValueError, match="at least 1, not 0"):
        checked_chunk(0)
