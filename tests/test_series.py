"""Truncated power series: coefficients that come when they are asked for."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from diffops.series import (
    Call,
    Doubles,
    Series,
    by_products,
    by_terms,
    convolve,
    difference,
    negated,
    scaled,
    shared,
    total,
)


def powers(base):
    return Series([1.0], lambda k: base**k)


def test_coefficients_are_computed_once_and_when_asked_for():
    asked = []

    def step(k):
        asked.append(k)
        return None if k == 3 else 10.0 * k

    series = Series([1.0], step)
    assert series == [1.0]
    assert series.at(1) == 10.0
    assert series == [1.0, 10.0]
    series.reach(1)
    assert asked == [1]
    assert [series.at(k) for k in (2, 3, 9)] == [20.0, None, None]
    assert series == [1.0, 10.0, 20.0]
    assert asked == [1, 2, 3]


def test_numbers_of_a_series():
    series = Series([np.float64(1), np.float32(2)], lambda k: np.float64(k))
    series.reach(2)
    assert [type(c) for c in series] == [float, np.float32, float]
    doubles = Doubles.of(series)
    doubles.reach(4)
    assert [type(c) for c in doubles] == [np.float64, np.float32] + 3 * [np.float64]
    assert doubles == series
    whole = Series.whole([1.0, 2.0])
    assert whole == [1.0, 2.0]
    assert whole.at(2) is None


def test_slopes():
    series = Series.whole([5.0, 3.0, 2.0])
    slope = series.slope()
    assert slope == []
    assert [slope.at(k) for k in range(3)] == [3.0, 4.0, None]
    assert series.slope() is slope
    assert [slope.slope().at(k) for k in range(2)] == [4.0, None]
    assert powers(2.0).slope().at(3) == 64.0


def test_slopes_do_not_keep_anything():
    gc.disable()
    try:
        series = Series.whole([np.ones(3), np.ones(3), np.ones(3)])
        series.slope().at(1)
        gone = [weakref.ref(series), weakref.ref(series[1])]
        del series
        assert [ref() for ref in gone] == [None, None]
    finally:
        gc.enable()


def test_arithmetic_of_coefficients_that_may_be_absent():
    assert scaled(None, 2) is None
    assert scaled(3.0, 1) == 3.0
    assert scaled(3.0, 2) == 6.0
    np.testing.assert_array_equal(scaled(3.0, np.array([1, 2])), [3.0, 6.0])
    assert shared(None, 2) is None
    assert shared(3.0, 1) == 3.0
    assert shared(3.0, 2) == 1.5
    assert negated(None) is None
    assert negated(3.0) == -3.0
    assert difference(None, None) is total(None, None) is None
    assert difference(3.0, None) == total(3.0, None) == total(None, 3.0) == 3.0
    assert difference(None, 3.0) == -3.0
    assert (difference(3.0, 2.0), total(3.0, 2.0)) == (1.0, 5.0)


A, B = [1.0, 2.0, -3.0], [0.5, 4.0, 1.0, 2.0]
KINDS = {
    "numbers": lambda c: c,
    "arrays": lambda c: np.array([c, 2 * c]),
    "singles": lambda c: np.array([c], np.float32),
    "beside": lambda c: np.float32(c),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_convolutions_are_products_of_polynomials(kind):
    a, b = list(map(kind, A)), list(map(kind, B))
    product = np.convolve(A, B)
    for k, wanted in enumerate(product):
        found = convolve(a, b, k)
        np.testing.assert_array_equal(found, wanted * kind(1.0) ** 2)
        assert np.result_type(found) == np.result_type(kind(1.0))
    assert convolve(a, b, 6) is None
    assert convolve(a, [], 0) is None
    np.testing.assert_array_equal(a, list(map(kind, A)))
    np.testing.assert_array_equal(b, list(map(kind, B)))


def test_convolutions_keep_the_sign_of_zero():
    assert np.signbit(convolve([-0.0], [2.0], 0))


def test_convolutions_of_what_broadcasts_and_of_other_products():
    column, row = np.ones((2, 1)), np.array([1.0, 2.0])
    found = convolve([column, 2 * column], [row, row], 1)
    np.testing.assert_array_equal(found, 3 * row * column)
    m = np.array([[0.0, 1.0], [2.0, 3.0]])
    found = convolve([m, m.T], [m, m.T], 1, np.matmul)
    np.testing.assert_array_equal(found, m @ m.T + m.T @ m)


def test_an_unknown_last_coefficient_is_left_out():
    """A list that ends before the k-th coefficient is the k-th one's own equation."""
    assert convolve([5.0, 7.0], [2.0], 1) == 14.0
    assert convolve([5.0, 7.0, 9.0], [2.0, 3.0], 2) == 9 * 2 + 7 * 3


def call(f, *args):
    """Return a call of a function of which each argument is a series or a constant."""

    def pushforward(y, primals, params, tangents):
        return sum(
            f(*primals[:i], tangent, *primals[i + 1 :], **params)
            for i, tangent in enumerate(tangents)
            if tangent is not None
        )

    primals = [arg[0] if isinstance(arg, Series) else arg for arg in args]
    return Call(pushforward, f(*primals), primals, {}, args)


def steps(found, count):
    return [found(k) for k in range(1, count)]


def test_series_by_terms():
    double = call(lambda x: 2 * x, Series.whole([1.0, 3.0, 4.0]))
    assert double.y == [2.0]
    assert double.varying() == [0]
    assert steps(by_terms(double), 4) == [6.0, 8.0, None]


def test_series_by_products():
    a, b = Series.whole([1.0, 2.0]), Series.whole([3.0, 1.0, 4.0])
    both = call(lambda a, b: a * b, a, b)
    assert steps(by_products(both), 5) == [*np.convolve(a, b)[1:], None]
    one = call(lambda a, b: a * b, a, 5.0)
    assert one.varying() == [0]
    assert steps(by_products(one), 3) == [10.0, None]
    three = call(lambda a, b, c, d: a * b * c * d, a, b, 2.0, a)
    wanted = 2 * np.convolve(np.convolve(a, a), b)
    assert steps(by_products(three), 6) == [*wanted[1:], None]
