"""Sums of singles are no less accurate than NumPy's, over any axes, of any length."""

import math

import numpy as np
import pytest
from natively import array_plan, array_text, natively_of_arrays

from diffops.jit.arrays.long_sums import BLOCK, real_of_total

RANDOM = np.random.default_rng(0)
HALF = np.finfo(np.float32).eps / 2


def error(found, x, axis):
    """Return the largest error, in roundings of the sum of the magnitudes."""
    wide = x.astype(float)
    lost = np.abs(found - np.sum(wide, axis)) / np.sum(np.abs(wide), axis)
    return np.max(lost) / HALF


LENGTHS = [1, 2, 63, 64, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 5000, 300_001]


@pytest.mark.parametrize("n", LENGTHS)
def test_any_length(n):
    for x in (RANDOM.random(n), RANDOM.standard_normal(n), np.full(n, 0.1)):
        x = x.astype(np.float32)
        found = natively_of_arrays(lambda x: np.sum(x * 1.0), x)(x)
        assert found.dtype == np.float32
        assert error(found, x, None) <= 8


@pytest.mark.parametrize(
    ("shape", "axis"),
    [((3000, 6), 0), ((40, 30, 50), (0, 2)), ((7, 2000), 1), ((300, 4, 5), (0, 1))]
    + [((20, 1, 700), (0, 2)), ((2, 3, 800), (1, 2)), ((600, 3), (0, 1))],
)
def test_any_axes(shape, axis):
    x = RANDOM.random(shape).astype(np.float32)
    for turned in (np.copy, lambda x: np.flip(x, -1)):
        found = natively_of_arrays(lambda x: np.sum(turned(x) * 1.0, axis), x)(x)  # noqa: B023
        assert found.dtype == np.float32
        assert error(found, turned(x), axis) <= 8


def test_several_sums_and_extremes_in_one_nest():
    x = RANDOM.standard_normal((5, 3000)).astype(np.float32)

    def f(x):
        y = np.sin(x)
        return np.sum(y, 1), np.sum(y), np.max(y, 1), np.sum(y * x, 1), np.min(y)

    found = natively_of_arrays(f, x)(x)
    for got, want in zip(found, f(x.astype(float)), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(
    ("shape", "axis"),
    [((30_000,), None), ((1_000_003,), None), ((64, 30_000), 1), ((3, 9000), 1)]
    + [((200_000, 4), 0), ((1000, 900), 0), ((30, 70, 90), (0, 2))],
)
def test_sums_of_doubles(shape, axis):
    """Of numbers at random, and of 0.1: there all rounding errors have one sign."""
    for x in (RANDOM.random(shape), RANDOM.standard_normal(shape), np.full(shape, 0.1)):
        found = natively_of_arrays(lambda x: np.sum(x * 1.0, axis), x)(x)
        kept = np.sum(x, axis, keepdims=True).shape
        rows = np.moveaxis(
            x.reshape(shape),
            [i for i, n in enumerate(kept) if n > 1],
            range(sum(n > 1 for n in kept)),
        ).reshape(np.size(found), -1)
        exact = np.array([math.fsum(row) for row in rows])
        size = np.array([math.fsum(abs(row)) for row in rows])
        lost = np.max(np.abs(np.ravel(found) - exact) / size)
        assert lost <= 32 * np.finfo(float).eps / 2


def test_blocks_stay_singles():
    text = array_text(lambda x: np.sum(x * x), np.ones(5000, np.float32))
    assert text.count("fadd reassoc nsz float") == 1
    assert text.count("fpext float") == 1


def test_types_of_totals():
    assert real_of_total("add", "float", (100, 5), (0,)) == "double"
    assert real_of_total("add", "float", (60, 5), (0,)) == "float"
    assert real_of_total("add", "float", (100, 5), (1,)) == "float"
    assert real_of_total("add", "float", (100, 5), (0, 1)) == "float"
    assert real_of_total("add", "float", (100, 1), (0,)) == "float"
    assert real_of_total("maximum", "float", (100, 5), (0,)) == "float"
    plan = array_plan(lambda x: np.sum(x, 0), np.ones((100, 5), np.float32))
    assert plan.outputs[0].buffer.real == "float"
