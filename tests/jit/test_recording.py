"""A recording ends with a path, or says why there is none."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from diffops.jit.recorder import NotRecordable
from diffops.jit.recording import record
from diffops.jit.signature import Arguments

X = np.array([0.7, -1.2, 2.1])


def at(*args):
    return Arguments(args, {})


def test_the_path_and_what_f_returned():
    path, results = record(lambda x: (np.sin(x), x[0], 3.0), at(X))
    np.testing.assert_array_equal(results[0], np.sin(X))
    assert results[1:] == [0.7, 3.0]
    assert [type(r) for r in results] == [np.ndarray, np.float64, float]
    found = path(at(2 * X))
    np.testing.assert_array_equal(found[0], np.sin(2 * X))
    assert found[1:] == (1.4, 3.0)


def test_arguments_stay_as_they_are():
    def f(x):
        x *= 2
        return x

    x = X.copy()
    with pytest.raises(TypeError, match="writes into its arguments"):
        record(f, at(x))
    np.testing.assert_array_equal(x, X)


def test_results_are_nobody_elses():
    _, (first, second) = record(lambda x: (x, x[1:]), at(X))
    first[:] = 0.0
    second[:] = 0.0
    assert X[1] == -1.2


def caught(x):
    try:
        return x[5]
    except IndexError:
        return x[0]


def test_why_there_is_none():
    with pytest.raises(NotRecordable):
        record(caught, at(X))
    with pytest.raises(IndexError):
        record(lambda x: x[5], at(X))
    with pytest.raises(TypeError, match="it returns a str"):
        record(str, at(X))
    assert gc.isenabled()


def test_lines_are_for_those_who_ask():
    f = lambda a: a if a > 0 else -a  # noqa: E731
    (fast,) = record(f, at(1.0))[0].program.guards
    (slow,) = record(f, at(1.0), lines=True)[0].program.guards
    assert fast.line == ""
    assert "test_recording.py" in slow.line
