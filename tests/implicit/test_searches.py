"""Functions as SciPy's searches call them."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import grad, jvp, vmap
from diffops.implicit._searches import (
    Equations,
    Objective,
    minimised,
    one_number,
    plain_parts,
    polished,
    size_of,
    solved,
)
from diffops.implicit._solution import Unknown

X = np.array([1.0, 2.0])


def cubic(x, c):
    return c * x[0] ** 3 + x[0] * x[1] ** 2


@pytest.mark.parametrize("jit", [False, True])
def test_an_objective_gives_value_gradient_and_products(jit):
    objective = Objective(cubic, Unknown(X), "f", (2.0,), jit)
    matrix = np.array([[12.0, 4.0], [4.0, 2.0]])
    for _ in range(3):
        value, slope = objective.value_and_gradient(X)
        assert type(value) is float
        assert value == objective.value(X) == 6.0
        np.testing.assert_allclose(slope, [10.0, 4.0])
        for v in np.eye(2):
            np.testing.assert_allclose(objective.product(X, v), matrix @ v)
    moved = X + 1.0
    np.testing.assert_allclose(objective.product(moved, X), [24 + 12, 6 + 8])


def test_products_at_one_point_record_the_gradient_once():
    calls = []

    def counted(x):
        calls.append(None)
        return np.sum(x**4)

    objective = Objective(counted, Unknown(X), "f")
    objective.product(X, X)
    once = len(calls)
    objective.product(X.copy(), 2 * X)
    assert len(calls) == once
    objective.product(2 * X, X)
    assert len(calls) == 2 * once


def test_what_is_tracked_is_searched_plainly():
    seen = []

    def f(x, c):
        seen.append(type(c))
        return c * np.sum(x**2)

    def outer(c):
        objective = Objective(f, Unknown(X), "f", (c,), jit=True)
        for _ in range(3):
            assert type(objective.value_and_gradient(X)[0]) is float
        assert set(seen) == {float}
        return objective.function(X)

    assert grad(outer)(3.0) == 5.0

    def closed(c):
        objective = Objective(lambda x: c * np.sum(x**2), Unknown(X), "f", (), True)
        found = [objective.value_and_gradient(X)[0] for _ in range(3)]
        assert found == [15.0] * 3
        np.testing.assert_allclose(objective.product(X, X), 6.0 * X)
        return objective.function(X)

    assert grad(closed)(3.0) == 5.0


def test_evaluations_are_watched():
    seen = []
    watch = lambda *what: seen.append(what)  # noqa: E731
    objective = Objective(cubic, Unknown(X), "f", (2.0,), watch=watch)
    objective.value(X)
    objective.value_and_gradient(X)
    assert [(value, slope is None) for _, value, slope in seen] == [
        (6.0, True),
        (6.0, False),
    ]
    Equations(lambda x: x * 3, "f", watch=watch).values(np.array([1.0, 0.0]))
    assert seen[-1][1] == 3.0


def test_equations():
    for jit in (False, True):
        equations = Equations(lambda x: x**2 - 2.0, "f", jit=jit)
        for _ in range(3):
            np.testing.assert_allclose(equations.values(X), [-1.0, 2.0])
            np.testing.assert_allclose(equations.matrix(X), np.diag([2.0, 4.0]))
    buffer = np.zeros(2)

    def reusing(x):
        np.multiply(x, 2.0, out=buffer)
        return buffer

    equations = Equations(reusing, "f")
    first = equations.values(X)
    equations.values(2 * X)
    np.testing.assert_allclose(first, 2 * X)
    given = Equations(lambda x: x, "f", matrix=lambda x: "as it is", jit=True)
    given.values(X)
    assert given.matrix(X) == "as it is"
    with pytest.raises(ValueError, match="f cannot begin"):
        Equations(lambda x: x * np.inf, "f").values(X)


def test_one_number():
    for value in (2.0, np.float64(2.0), [2.0], np.full((1, 1), 2.0), 2):
        assert one_number(value, cubic, "f") == 2.0
        assert np.shape(one_number(value, cubic, "f")) == ()
    for value, what in (
        (X, r"an array of shape \(2,\)"),
        ((1.0, 2.0), "2 values"),
        (1j, "a complex number"),
        ({}, "0 values"),
    ):
        with pytest.raises(TypeError, match=f"but cubic returned {what}"):
            one_number(value, cubic, "f")


def test_plain_parts():
    def f(c):
        args = plain_parts([{"c": c, "name": "text"}, [c, 1.0], None])
        assert args == ({"c": 2.0, "name": "text"}, [2.0, 1.0], None)
        return c

    assert grad(f)(2.0) == 1.0
    assert jvp(f, (2.0,), (1.0,)) == (2.0, 1.0)
    assert plain_parts(()) == ()
    kept = np.ones(2)
    assert plain_parts([kept])[0] is kept


def test_searches_and_newtons_steps():
    objective = Objective(lambda x: np.sum((x - X) ** 4 + x**2), Unknown(X), "f")
    x = minimised(objective, np.zeros(2))
    assert size_of(grad(objective.function)(x)) < 1e-13
    root = solved(Equations(lambda x: x**3 - X, "f"), np.ones(2))
    np.testing.assert_allclose(root, np.cbrt(X), rtol=1e-15)
    for linear in ("auto", "dense", "gmres"):
        near = polished(lambda x: x**2 - X, np.array([1.1, 1.3]), linear, 1e-12)
        np.testing.assert_allclose(near, np.sqrt(X), rtol=1e-11)
    start = np.zeros(2)
    assert polished(lambda x: x**2 - X, start) is start  # the Jacobian is singular
    assert polished(lambda x: x**2 - X, X, "gmres") is X  # enough already
    assert size_of(np.zeros(0)) == 0.0


def test_a_batch_of_searches():
    def least(c):
        return minimised(
            Objective(lambda x: np.sum((x - c) ** 2), Unknown(X), "f"), np.zeros(2)
        )

    found = vmap(least)(np.array([1.0, 2.0]))
    np.testing.assert_allclose(found, [[1.0, 1.0], [2.0, 2.0]])
