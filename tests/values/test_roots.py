"""What a root is: what it was made from tells whether two are the same."""

import numpy as np
import pytest

from diffops import grad, jvp
from diffops.tags import orders_of
from diffops.values.roots import Root, anywhere, same


def within(levels, see):
    """Call a function of a tracked vector of two entries under some levels."""
    seen = []

    def f(x):
        seen.append(see(x))
        return np.sum(x)

    point, direction = np.array([1.0, 2.0]), np.array([1.0, 0.0])

    def derived(f, level):
        if level == "R":
            return lambda x: np.sum(grad(f)(x))
        return lambda x: jvp(f, (x,), (direction,))[1]

    for level in levels:
        f = derived(f, level)
    f(point)
    return seen[0]


def test_roots_are_the_same_if_their_origins_are():
    x = np.arange(3.0)
    assert Root(1.0, None, ("abs", x)) == Root(2.0, None, ("abs", x.copy()))
    assert Root(1.0, None, ("abs", x)) != Root(1.0, None, ("abs", x + 1))
    assert Root(1.0, None, ("abs", x)) != Root(1.0, None, ("hypot", x))
    assert Root(1.0, None, ()) != Root(1.0, None, ())
    root = Root(1.0, None, ())
    assert root == root
    assert hash(Root(1.0, None, ("abs", x))) == hash(Root(2.0, None, ("abs", x)))


@pytest.mark.parametrize("levels", ["F", "R", "FR", "RF"])
def test_tracked_values_are_the_same_to_every_differentiation(levels):
    assert within(levels, lambda x: same(x[0], x[0]))
    assert not within(levels, lambda x: same(x[0], x[1]))
    assert not within(levels, lambda x: same(x, x + 1))
    assert not within(levels, lambda x: same(x, np.array([1.0, 2.0])))
    assert within(levels, lambda x: same((x, 1, "a", slice(1)), (x, 1, "a", slice(1))))


@pytest.mark.parametrize(("levels", "terms"), [("F", 0), ("RF", 1), ("FRF", 1)])
def test_as_many_terms_count_as_derivatives_need(levels, terms):
    assert within(levels, lambda x: Root(x[0], None, ()).terms()) == terms
    assert within(levels, lambda x: Root(x[0], x[0], ()).terms()) == len(levels)
    assert within(levels, orders_of) == len(levels)


def test_anywhere():
    assert not anywhere(np.zeros(3))
    assert anywhere(np.array([0.0, 1.0]))
    assert within("F", anywhere)
