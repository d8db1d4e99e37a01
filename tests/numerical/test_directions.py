"""Unit directions, and blocks of matrices."""

import numpy as np
import pytest

from diffops.numerical._directions import (
    bends,
    blocks_of,
    refuse_complex,
    slopes,
    units,
    weighted_slopes,
)
from diffops.numerical._extrapolation import Estimate
from diffops.numerical._sampling import Samples
from diffops.operators._point import Point


def samples(f, x):
    return Samples(Point(f, 0, (x,), {}), False, "name")


def test_units():
    leaves = [2.0, np.zeros((1, 2))]
    directions = [[np.ravel(p).tolist() for p in v] for _, v in units(leaves)]
    assert directions == [[[1], [0, 0]], [[0], [1, 0]], [[0], [0, 1]]]
    assert [leaf is leaves[1] for leaf, _ in units(leaves)] == [False, True, True]


def test_matrices():
    def f(x):
        return [x[0] * x[1], x[1] ** 2]

    x = np.array([2.0, 3.0])
    found = slopes(samples(f, x))
    assert np.all(np.abs(found.value - [[3, 2], [0, 6]]) <= found.error)
    row = weighted_slopes(samples(f, x), np.array([1.0, -1.0]))
    assert np.all(np.abs(row.value - [3, -4]) <= row.error)
    assert np.all(row.error < 1e-10)
    square = bends(samples(lambda x: x[0] ** 2 * x[1], x))
    assert np.all(np.abs(square.value - [[6, 4], [4, 0]]) <= square.error)
    assert np.all(square.error < 1e-8)


def test_blocks():
    matrix = Estimate(np.arange(9.0).reshape(3, 3), np.full((3, 3), 0.5))
    rows, columns = [1.0, np.ones(2, np.float32)], [np.ones((1, 2)), 2.0]
    blocks = blocks_of(matrix, rows, columns)
    shapes = [[np.shape(block.value) for block in row] for row in blocks]
    assert shapes == [[(1, 2), ()], [(2, 1, 2), (2,)]]
    np.testing.assert_array_equal(blocks[1][0].value, [[[3, 4]], [[6, 7]]])
    assert blocks[1][0].value.dtype == blocks[1][0].error.dtype == np.float32
    assert type(blocks[0][1].value) is type(blocks[0][1].error) is float
    assert all(np.all(block.error >= 0.5) for row in blocks for block in row)


def test_second_derivatives_are_real():
    with pytest.raises(TypeError, match=r"numerical\.name wants real x"):
        refuse_complex(samples(np.abs, 1j))
