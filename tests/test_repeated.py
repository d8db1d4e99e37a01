"""Equal eigenvalues that an infinitesimal tells apart, and what it leaves alone."""

import numpy as np
import pytest

import diffops  # noqa: F401  (sets the expansion)
from diffops.repeated import finite, inverse, told_apart
from diffops.tags import lower, strip

W = np.array([1.0, 1.0, 2.0, 2.0, 2.0])
EQUAL = W[:, None] == W


def test_values_stay():
    w = told_apart(W, EQUAL, 1)
    np.testing.assert_array_equal(strip(w), W)
    np.testing.assert_array_equal(lower(w), W)
    assert w.dtype == W.dtype


@pytest.mark.parametrize("order", [1, 2])
def test_equal_ones_differ_by_infinitesimals(order):
    """Their gaps may be divided by, and what is divided by them comes back."""
    w = told_apart(W, EQUAL, order)
    gap = w[1:] - w[:-1]
    np.testing.assert_array_equal(strip(gap), [0.0, 1.0, 0.0, 0.0])
    ratio = lower((w[1:] ** 2 - w[:-1] ** 2) * told_inverse(gap))
    np.testing.assert_allclose(ratio, (W[1:] + W[:-1]), atol=1e-14)


def told_inverse(gap):
    from diffops.primitive import table

    return table[inverse](gap)


def test_distinct_ones_and_plain_functions_are_left_alone():
    distinct = np.array([1.0, 2.0])
    assert told_apart(distinct, np.eye(2, dtype=bool), 3) is distinct
    assert told_apart(W, EQUAL, 0) is W


def test_zeros_become_positive():
    zero = np.array([False, True])
    s = told_apart(np.array([1.0, 0.0]), np.eye(2, dtype=bool), 1, zero)
    assert lower(s[1] * told_inverse(s[1])) == 1.0
    np.testing.assert_array_equal(lower(s), [1.0, 0.0])


def test_plain_values():
    assert inverse(4.0) == 0.25
    assert finite(W) is W
