"""Bounds in all their forms."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize

from diffops import grad
from diffops.implicit._solution import Unknown
from diffops.optimize._bounds import limits_of, sides_of

INF = np.inf
START = {"a": 1.0, "b": np.ones(2)}


@pytest.mark.parametrize(
    ("bounds", "lower", "upper"),
    [
        ([(0, 1), (None, 2), (-1, None)], [0, -INF, -1], [1, 2, INF]),
        (np.array([[0, 1], [1, 2], [2, 3.0]]), [0, 1, 2], [1, 2, 3]),
        (scipy.optimize.Bounds(0, [1, 2, 3]), [0, 0, 0], [1, 2, 3]),
    ],
)
def test_scipys_forms(bounds, lower, upper):
    for x0 in (np.ones(3), START, [1.0, 1.0, 1.0]):
        limits = limits_of(bounds, x0, Unknown(x0))
        np.testing.assert_array_equal(limits.lower, lower)
        np.testing.assert_array_equal(limits.upper, upper)
        given = limits.for_scipy()
        np.testing.assert_array_equal(given.lb, lower)
        np.testing.assert_array_equal(given.ub, upper)


def test_a_container_of_pairs():
    unknown = Unknown(START)
    limits = limits_of({"a": (None, 2), "b": (np.array([0, 1]), 5)}, START, unknown)
    np.testing.assert_array_equal(limits.lower, [-INF, 0, 1])
    np.testing.assert_array_equal(limits.upper, [2, 5, 5])
    limits = limits_of({"a": None, "b": (0, None)}, START, unknown)
    np.testing.assert_array_equal(limits.lower, [-INF, 0, 0])
    assert limits_of(None, START, unknown) is None
    kept = scipy.optimize.Bounds(0, 1, keep_feasible=True)
    assert np.all(limits_of(kept, START, unknown).for_scipy().keep_feasible)


def test_sides():
    unknown = Unknown(START)
    limits = sides_of((0, {"a": 1.0, "b": np.array([2.0, 3.0])}), unknown)
    np.testing.assert_array_equal(limits.lower, [0, 0, 0])
    np.testing.assert_array_equal(limits.upper, [1, 2, 3])
    limits = sides_of(scipy.optimize.Bounds([0, 1, 2], 9), unknown)
    np.testing.assert_array_equal(limits.lower, [0, 1, 2])


def test_bounds_may_be_tracked():
    unknown = Unknown(np.ones(2))

    def f(low):
        pairs = limits_of([(low, None), (2 * low, 3)], np.ones(2), unknown)
        sides = sides_of((low, np.inf), unknown)
        plain = pairs.for_scipy()
        np.testing.assert_array_equal(plain.lb, [0.5, 1.0])
        return np.sum(pairs.lower) + np.sum(sides.lower)

    assert grad(f)(0.5) == 1 + 2 + 2


@pytest.mark.parametrize(
    "call",
    [
        lambda: limits_of([(0, 1)], np.ones(2), Unknown(np.ones(2))),
        lambda: limits_of({"a": (0, 1)}, START, Unknown(START)),
        lambda: sides_of((0, 1, 2), Unknown(START)),
        lambda: sides_of((0, [1, 2]), Unknown(START)),
    ],
)
def test_misuse(call):
    with pytest.raises(ValueError, match="bounds"):
        call()
