"""Gradients by the places that a call has read."""

import numpy as np

from diffops import grad
from diffops.scipy.integrate.solution_gradients import Start, cotangents


def gradient(make):
    """Return what the call reads, with the cotangents that come there."""
    found = []

    def f(w):
        evaluate = make(w)
        level = w.level
        start = Start(level)
        row = len(level.rows)
        value = evaluate()
        found.extend(cotangents(level, value, start, row))
        return value

    grad(f)(np.array([0.3, 0.7]))
    return [np.asarray(cotangent).tolist() for _, cotangent in found]


def test_whole_arrays():
    assert gradient(lambda w: lambda: np.sum(w) * 2) == [[2.0, 2.0]]
    assert gradient(lambda w: lambda: np.sum(w**2))[0] == [0.6, 1.4]


def test_what_was_made_before():
    def make(w):
        v = 3 * w
        return lambda: np.sum(v)

    assert gradient(make) == [[1.0, 1.0]]


def test_numbers():
    def make(w):
        a, b = w[0] * 2, w[1]
        return lambda: a * b + a

    assert sorted(gradient(make)) == [0.6, 1.7]


def test_nothing():
    def make(w):
        a = w[0]
        return lambda: a

    assert gradient(make) == [1.0]
