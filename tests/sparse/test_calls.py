"""Which calls share a plan."""

import dataclasses

import numpy as np
import pytest

from diffops.sparse._calls import signature


def f(x, a=None, b=None):
    return x


def key(*args, argnums=0, **kwargs):
    return signature(f, argnums, args, kwargs)[0]


X = np.ones(3)


def test_of_x_only_the_shape_counts():
    assert key(X) == key(2 * X)
    assert key(X) != key(np.ones(4))
    assert key(X) != key(np.ones((3, 1)))
    assert key(X) != key(X.astype(np.float32))
    assert key(1.0) == key(2.0)


def test_of_other_arguments_the_values_count():
    for a, b in ((1, 2), (1, 1.0), (True, 1), ("a", "b"), (X, 2 * X), ([X], [2 * X])):
        assert key(X, a) == key(X, a)
        assert key(X, a) != key(X, b)
        assert key(X, a={"p": a}) != key(X, a={"p": b})
    assert key(X, np.arange(4)) != key(X, np.arange(4).reshape(2, 2))
    assert key(X, X) == key(X, X.copy())
    assert key(X, np.nan) == key(X, np.nan)


def test_places_and_names_count():
    assert key(X, 1) != key(X, a=1)
    assert key(X, a=1) != key(X, b=1)
    assert key(X, a=1, b=2) == key(X, b=2, a=1)


def test_argnums():
    assert key(X, 1.0, argnums=(0, 1)) == key(X, 2.0, argnums=(0, 1))
    assert key(X, a=1.0, argnums="a") == key(X, a=2.0, argnums="a")
    assert key(X, a=1.0, argnums="a") != key(2 * X, a=1.0, argnums="a")


def test_containers():
    assert key({"u": X, "v": 1.0}) == key({"u": 2 * X, "v": 3.0})
    assert key({"u": X, "v": 1.0}) != key({"u": X, "w": 1.0})
    assert key([X, X]) != key((X, X))


def test_objects_count_by_their_identity():
    one, other = object(), object()
    assert key(X, one) == key(X, one) != key(X, other)
    _, held = signature(f, 0, (X, one, [other]), {})
    assert held == [one, other]  # so that their identity stays theirs


@dataclasses.dataclass
class State:
    u: np.ndarray


def test_dataclasses():
    assert key(State(X)) == key(State(2 * X))
    assert key(State(X)) != key(State(np.ones(5)))


def test_a_wrong_argnums():
    with pytest.raises(ValueError, match="argnums"):
        key(X, argnums=3)
