"""Loop nests: shapes, strides, reductions over any axes, long sums."""

import itertools
import re

import numpy as np
import pytest
from natively import array_text, natively_of_arrays

from diffops import grad, jit

SHAPES = [(7,), (1, 6), (6, 1), (3, 1, 4), (2, 3, 4), (1, 1), (2, 1, 3, 2), (1025,)]


@pytest.mark.parametrize("shape", SHAPES)
def test_reductions_over_all_choices_of_axes(shape):
    random = np.random.default_rng(0)
    x, y = random.standard_normal((2, *shape))
    choices = [
        axes
        for count in range(1, len(shape) + 1)
        for axes in itertools.combinations(range(len(shape)), count)
    ]

    def f(x):
        return [
            part(np.sin(x) * 2, axis=axes, keepdims=keep)
            for axes in choices
            for part in (np.sum, np.max)
            for keep in (False, True)
        ]

    for a, b in zip(natively_of_arrays(f, x)(y), f(y), strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-14)


def test_a_chain_over_contiguous_axes_is_one_loop():
    text = array_text(lambda x: np.sin(x) * x, np.ones((3, 4, 5)))
    assert len(re.findall("phi i64", text)) == 1
    assert "icmp ult i64 %k1.next, 60" in re.sub(r"%k\d+", "%k1", text)


def test_equal_nests_are_one_function():
    def steps(x):
        for _ in range(20):
            x = x - 0.1 * np.sin(x) / np.sum(x * x)
        return x

    text = array_text(steps, np.ones(30))
    assert len(re.findall("define internal void", text)) <= 5
    x = np.random.default_rng(0).random(30) + 1
    np.testing.assert_allclose(
        natively_of_arrays(steps, np.ones(30))(x), steps(x), rtol=1e-12
    )


def test_long_sums_stay_accurate():
    x = np.full(1_000_000, 0.1)
    found = natively_of_arrays(lambda x: np.sum(x * 1.0), x)(x)
    np.testing.assert_allclose(found, 100_000, rtol=1e-12)


def test_functions_are_vectorised_where_libmvec_is():
    from diffops.native.vector_math import variants

    text = array_text(lambda x: np.sin(x) + np.exp(x), np.ones(100))
    assert ("vector-function-abi-variant" in text) == bool(variants("sin"))


@pytest.mark.parametrize("order", ["C", "F"])
def test_other_layouts_are_answered_too(order):
    f = jit(grad(lambda x: np.sum(np.sin(x) * x)))
    x = np.asarray(np.random.default_rng(0).random((40, 50)), order=order)
    for _ in range(40):
        found = f(x)
    np.testing.assert_allclose(found, np.cos(x) * x + np.sin(x), rtol=1e-14)
