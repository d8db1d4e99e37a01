"""Primitives: the dispatch, the table, and the adoption of containers."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import NoDerivativeError, diff, grad, jvp, stop_gradient
from diffops.primitive import (
    Consuming,
    Primitive,
    adopt,
    implements,
    primitives,
    table,
    tracked_in,
)
from diffops.tags import Level, Tracked


class Recorder(Level):
    """A mode that notes what it is asked to run, and runs it on the primals."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def apply(self, primitive, args, params):
        self.seen.append(primitive.name)
        primals = [
            arg.primal if isinstance(arg, Tracked) and arg.level is self else arg
            for arg in args
        ]
        return self.track(primitive(*primals, **params))

    def track(self, primal):
        value = Tracked()
        value.level, value.primal = self, primal
        return value


@pytest.fixture
def double():
    """A primitive of its own, which no table holds."""
    return Primitive(
        lambda x, times=2.0: x * times,
        lambda y, args, params, tangents: tangents[0] * params.get("times", 2.0),
        lambda y, args, params, wrt: lambda g: (g * params.get("times", 2.0),),
    )


def test_without_a_tag_the_function_runs(double):
    assert double(3.0) == 6.0
    assert double(3.0, times=4) == 12.0
    np.testing.assert_array_equal(double(np.arange(3)), [0, 2, 4])


def test_the_newest_level_runs_a_primitive_and_the_older_ones_after_it(double):
    older, newer = Recorder(), Recorder()
    x, y = older.track(3.0), newer.track(older.track(5.0))
    assert double(x).level is older
    value = double(y)
    assert value.level is newer
    assert value.primal.level is older
    assert value.primal.primal == 10.0
    assert (len(older.seen), len(newer.seen)) == (2, 1)


def test_ended_levels_do_not_run_primitives(double):
    older, newer = Recorder(), Recorder()
    value = newer.track(older.track(5.0))
    newer.end()
    assert double(value).level is older
    older.end()
    assert double(value) == 10.0
    assert newer.seen == []


def test_a_new_primitive_works_in_every_mode(double):
    assert diff(double)(3.0) == 2.0
    assert grad(lambda x: double(x, times=5.0) * x)(3.0) == 30.0
    assert grad(diff(lambda x: double(x) * double(x)))(3.0) == 8.0


def test_a_tracked_parameter_is_refused_by_name(double):
    with pytest.raises(NoDerivativeError, match=r"'times'.*test_primitive\.py:\d+"):
        grad(lambda x: double(3.0, times=x))(2.0)
    assert grad(lambda x: x * double(3.0, times=stop_gradient(x)))(2.0) == 6.0


def test_implements_fills_the_table():
    def function(x):
        raise AssertionError

    @implements(function)
    def implementation(x):
        return x

    try:
        assert table[function] is implementation
    finally:
        del table[function]


def test_every_primitive_says_what_it_is():
    assert len(primitives) > 100
    for primitive in primitives:
        assert isinstance(primitive, Primitive)
        # Other tests, and examples, make primitives of functions without a name.
        assert primitive.name.isidentifier() or primitive.name == "<lambda>"
        assert primitive.name in repr(primitive)
        assert callable(primitive.function)
        assert callable(primitive.pushforward)
        assert callable(primitive.pullback)


def test_calling_a_consuming_pull_gives_nothing_away():
    owned = []

    def pull(g, owned_by_pull=False):
        owned.append(owned_by_pull)
        return (g,)

    assert Consuming(pull)(3.0) == (3.0,)
    assert owned == [False]


# Adoption


def level_of(value):
    return value.level if isinstance(value, Tracked) else None


def test_adopting_what_is_not_tracked():
    for plain in (1.5, "text", None, np.arange(3), np.array([None, 1], dtype=object)):
        assert adopt(plain) is plain
    np.testing.assert_array_equal(adopt([1, 2]), [1, 2])
    np.testing.assert_array_equal(adopt(((1, 2), (3, 4))), [[1, 2], [3, 4]])


CONTAINERS = {
    "list": lambda x: [x[0], 2.0, x[1]],
    "tuple": lambda x: (x[0], 2.0, x[1]),
    "nested": lambda x: [[x[0], 2.0], (x[1], x[0] * x[1])],
    "rows": lambda x: [x, 2 * x, np.ones(2)],
    "object array": lambda x: np.array([x[0], 2.0, x[1]]),
    "object matrix": lambda x: np.array([[x[0], 2.0], [x[1], 1]]),
    "object array in a list": lambda x: [np.array([x[0], x[1]]), [1.0, x[0]]],
}


@pytest.mark.parametrize("make", CONTAINERS.values(), ids=CONTAINERS)
def test_adopting_containers_of_tracked_values(make):
    x, v = np.array([0.5, -2.0]), np.array([1.0, 3.0])

    def plain(x):
        parts = make(x)
        return np.array(parts, dtype=float)

    seen = []

    def f(x):
        y = adopt(make(x))
        seen.append(y)
        return y

    y, change = jvp(f, (x,), (v,))
    assert isinstance(seen[0], Tracked)
    np.testing.assert_array_equal(y, plain(x))
    step = 2.0**-20
    wanted = (plain(x + step * v) - plain(x - step * v)) / (2 * step)
    np.testing.assert_allclose(change, wanted, rtol=1e-9)


def test_adopted_values_of_several_levels():
    def outer(x):
        return diff(lambda y: np.sum(adopt([x, y, x * y]) ** 2))(2.0)

    # d/dx d/dy (x² + y² + x² y²) = 4 x y
    assert diff(outer)(3.0) == grad(outer)(3.0) == 24.0


def test_tracked_in_looks_into_containers():
    found = []

    def f(x):
        found.append(
            [
                tracked_in([1.0, x]),
                tracked_in([[1, [x]]]),
                tracked_in(((), (2, (x,)))),
                tracked_in([np.array([x, 1.0])]),
                tracked_in([np.array([None, x], dtype=object)]),
                tracked_in([1.0, "text", None, [2, (3,)], np.arange(3)]),
                tracked_in([]),
            ]
        )
        return x

    grad(f)(1.0)
    assert found == [[True, True, True, True, True, False, False]]
