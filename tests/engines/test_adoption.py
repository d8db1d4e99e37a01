"""Lists and object arrays that hold tracked values become tracked arrays."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import diff, grad, jvp
from diffops.engines.adoption import adopt, tracked_in
from diffops.tags import Tracked


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
