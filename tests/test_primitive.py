"""Primitives: the dispatch, the table, and the adoption of containers."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import NoDerivativeError, diff, grad, stop_gradient
from diffops.primitive import (
    Consuming,
    Primitive,
    implements,
    primitives,
    table,
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
