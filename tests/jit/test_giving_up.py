"""What cannot be recorded runs as it is, at every call, and one warning says why."""

from __future__ import annotations

import copy
import itertools
import linecache
import time
import warnings

import numpy as np
import pytest

from diffops import grad, jit
from diffops.jit.jitted import MOST_PATHS

X = np.array([0.7, -1.2, 2.1])


def as_it_is(f, args, reason):
    """Call with copies of the arguments; everything must happen as f does it."""
    jitted = jit(f)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for _ in range(4):
            ours, theirs = copy.deepcopy(args), copy.deepcopy(args)
            np.testing.assert_equal(jitted(*ours), f(*theirs))
            np.testing.assert_equal(ours, theirs)
    (warning,) = warned
    assert reason in str(warning.message)
    assert warning.filename == __file__
    assert "jitted(*ours)" in linecache.getline(__file__, warning.lineno)


def assigning(x):
    x[0] = 5.0
    return np.sum(x)


def scaling(x):
    x *= 2
    return x


def through_a_view(x):
    tail = x[1:]
    tail += 1
    return x[2]


def into(x):
    return np.multiply(x, 2, out=x)


def sorting(x):
    x.sort()
    return x


def adding_a_key(d):
    d["b"] = d["a"] * 2
    return d["b"]


def appending(items):
    items.append(items[0] * 2)
    return items[-1]


def replacing(items):
    items[0] = items[0] * 2
    return items[0]


@pytest.mark.parametrize("f", [assigning, scaling, through_a_view, into, sorting])
def test_writing_into_an_array(f):
    as_it_is(f, (X,), "it writes into its arguments")


def test_writing_into_a_container():
    as_it_is(adding_a_key, ({"a": 2.0},), "it writes into its arguments")
    as_it_is(appending, ([2.0],), "it writes into its arguments")
    as_it_is(replacing, ([2.0, 3.0],), "it writes into its arguments")


def test_writing_under_a_derivative_is_recorded():
    slope = jit(grad(assigning))
    for _ in range(3):
        x = X.copy()
        np.testing.assert_array_equal(slope(x), [0.0, 1.0, 1.0])
        np.testing.assert_array_equal(x, X)
    assert slope.program(X)


@pytest.mark.parametrize(
    ("f", "point"),
    [
        (lambda a: 1.0 if isinstance(a, float) else 2.0, 1.5),
        (lambda x: 1.0 if isinstance(x, np.ndarray) else 2.0, X),
        (lambda a: 1.0 if type(a) is float else 2.0, 1.5),
    ],
)
def test_asking_for_types(f, point):
    as_it_is(f, (point,), "it asks for the types of its arguments")


@pytest.mark.parametrize(
    ("f", "reason"),
    [
        (lambda a: "positive" if a > 0 else "not", "it returns a str"),
        (lambda a: np.arange(0, a), "it returns a ndarray"),
        (lambda a: float.fromhex(a.hex()), "no attribute 'hex'"),
        (lambda a: float(str(a)), "could not convert string to float"),
    ],
)
def test_what_has_no_program(f, reason):
    as_it_is(f, (1.5,), reason)


def test_generators_are_returned():
    def doubled(x):
        yield x * 2
        yield x * 4

    jitted = jit(doubled)
    assert list(jitted(1.5)) == [3.0, 6.0]
    with pytest.warns(RuntimeWarning, match="it returns a generator"):
        assert list(jitted(1.5)) == [3.0, 6.0]
    assert list(jitted(1.5)) == [3.0, 6.0]


def impure():
    random, count = np.random.default_rng(0), itertools.count()
    return {
        "random": lambda x: x + random.normal(),
        "random array": lambda x: np.sum(x * random.normal(size=3)),
        "counter": lambda x: x + next(count),
        "time": lambda x: x + time.perf_counter(),
    }


@pytest.mark.parametrize("name", impure())
def test_what_changes_is_seen_while_it_is_recorded(name):
    jitted = jit(impure()[name])
    jitted(1.0)
    with pytest.warns(RuntimeWarning, match="draws random numbers, or reads what"):
        jitted(1.0)
    assert len({jitted(1.0) for _ in range(5)}) == 5


def test_what_f_catches_is_tried_again_but_not_for_ever():
    calls = []

    def f(a):
        calls.append(a)
        try:
            return np.linalg.cholesky(a * np.eye(2))[0, 0]
        except np.linalg.LinAlgError:
            return -1.0

    jitted = jit(f)
    assert jitted(-1.0) == -1.0
    for _ in range(MOST_PATHS - 1):
        assert jitted(-1.0) == -1.0
    with pytest.warns(RuntimeWarning, match="it catches errors"):
        assert jitted(-1.0) == -1.0
    calls.clear()
    assert jitted(-1.0) == -1.0
    assert len(calls) == 1
    assert jitted(4.0) == 2.0


def test_an_error_of_f_is_raised_as_it_is():
    def f(x):
        if x[0] < 0:
            raise KeyError(float(x[0]))
        return np.sum(x)

    jitted = jit(f)
    for _ in range(3):
        assert jitted(X) == np.sum(X)
        with pytest.raises(KeyError, match=r"^-0\.7$") as error:
            jitted(-X)
        assert error.value.__cause__ is None
        assert error.value.__context__ is None
    assert jitted.program(X)


def test_floating_point_errors_that_f_catches():
    def f(x):
        with np.errstate(all="raise"):
            try:
                return 1.0 / x[0]
            except FloatingPointError:
                return -1.0

    for points in ((X, 0 * X, 2 * X), (0 * X, 0 * X, X, X, 2 * X)):
        jitted = jit(f)
        for x in points:
            assert jitted(x) == f(x)


def test_random_generators_among_the_arguments_are_drawn_from_once_a_call():
    def walk(x, generators):
        return x + sum(g.normal() for g in generators)

    mine, wanted = np.random.default_rng(0), np.random.default_rng(0)
    jitted = jit(walk)
    with pytest.warns(RuntimeWarning, match="takes a random generator") as caught:
        found = [jitted(1.0, [mine]) for _ in range(5)]
    assert found == [walk(1.0, [wanted]) for _ in range(5)]
    assert [warning.filename for warning in caught] == [__file__]
