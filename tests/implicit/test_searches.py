"""Functions as SciPy's searches call them."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import (
    ConvergenceError,
    argmin,
    grad,
    hessian,
    jit as jitted,
    jvp,
    root,
    vmap,
)
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


MANY = 1000


def ring(x, a):
    """Equations that couple neighbours, with x = 1 a solution for a = 1 + sin(1)/10."""
    return x + 0.1 * np.sin(np.roll(x, 1)) * x - a


def by_hand(a):
    """All unknowns are the same: one equation."""
    return root(lambda x: x + 0.1 * np.sin(x) * x - a, 1.0)


@pytest.mark.parametrize("linear", ["auto", "gmres", "dense"])
def test_matrix_free_and_dense_roots_agree(linear):
    n = MANY if linear != "dense" else 20
    f = lambda a: np.mean(root(ring, np.ones(n), a, linear=linear))  # noqa: E731
    assert f(1.5) == pytest.approx(by_hand(1.5), rel=1e-12)
    assert grad(f)(1.5) == pytest.approx(grad(by_hand)(1.5), rel=1e-9)
    assert hessian(f)(1.5) == pytest.approx(hessian(by_hand)(1.5), rel=1e-8)


def test_many_unknowns_need_no_matrix():
    vectors = []

    def counted(x):
        vectors.append(None)
        return ring(x, 1.5)

    x = solved(Equations(counted, "root"), np.ones(MANY))
    np.testing.assert_allclose(x, by_hand(1.5), rtol=1e-12)
    assert len(vectors) < 100


def test_minima_of_many_unknowns():
    def f(w, a):
        return np.sum(np.cosh(w - a)) + 0.1 * np.sum((w[1:] - w[:-1]) ** 2)

    slope = grad(lambda a: np.sum(argmin(f, np.zeros(MANY), a)[:10]))(0.7)
    assert slope == pytest.approx(10.0, rel=1e-7)
    slope = grad(lambda a: np.sum(argmin(f, np.zeros(MANY), a, linear="cg")[:10]))(0.7)
    assert slope == pytest.approx(10.0, rel=1e-7)


def test_maxima_and_saddle_points_are_left():
    well = lambda x, a: (x**2 - a) ** 2  # noqa: E731
    for x0 in (0.0, 0.1):
        assert abs(argmin(well, x0, 2.0)) == pytest.approx(2**0.5)
        slope = grad(lambda a, x0=x0: argmin(well, x0, a) ** 2)(2.0)
        assert slope == pytest.approx(1.0)
    saddle = lambda x: x[0] ** 2 + (x[1] ** 2 - 1) ** 2  # noqa: E731
    found = argmin(saddle, np.array([1.0, 0.0]))
    np.testing.assert_allclose(np.abs(found), [0.0, 1.0], atol=1e-7)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("f", "x0", "message"),
    [
        (lambda x: -((x - 1) ** 2), 1.0, "no minimum|did not converge"),
        (lambda x: x[0] ** 2 - x[1] ** 2, np.zeros(2), "no minimum|did not converge"),
        (lambda x: x, 1.0, "did not converge"),
    ],
)
def test_what_has_no_minimum(f, x0, message):
    with pytest.raises(ConvergenceError, match=message):
        argmin(f, x0)


def test_no_unknowns():
    assert argmin(np.sum, np.zeros(0)).shape == (0,)


def test_under_jit():
    f = jitted(grad(lambda a: np.mean(root(ring, np.ones(MANY), a))))
    for a in (1.5, 1.5, 1.2):
        assert f(a) == pytest.approx(grad(by_hand)(a), rel=1e-9)
