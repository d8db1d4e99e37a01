"""Constraints in SciPy's forms, with their derivatives."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
from landscapes import Counted
from scipy.optimize import LinearConstraint, NonlinearConstraint

from diffops import optimize
from diffops.implicit._solution import Unknown
from diffops.optimize._constraints import constraints_of

UNKNOWN = Unknown(np.ones(2))
X = np.array([1.5, -0.5])


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("jit", [False, True])
def test_derivatives_are_filled_in(sparse, jit):
    curved = NonlinearConstraint(lambda x: (x[0] ** 3, x[0] * x[1]), -1.0, 2.0)
    (constraint,) = constraints_of(curved, UNKNOWN)
    given = constraint.for_scipy(True, sparse, jit)
    for _ in range(3):
        np.testing.assert_allclose(given.fun(X), [X[0] ** 3, X[0] * X[1]])
        matrix = given.jac(X)
        matrix = matrix.toarray() if sparse else matrix
        np.testing.assert_allclose(matrix, [[3 * X[0] ** 2, 0.0], [X[1], X[0]]])
        bend = given.hess(X, np.array([2.0, 3.0])) @ np.eye(2)
        np.testing.assert_allclose(bend, [[12 * X[0], 3.0], [3.0, 0.0]])
    assert isinstance(given.lb, float)


def test_all_forms():
    forms = [
        {"type": "ineq", "fun": lambda x, c: c * x[0], "args": (2.0,)},
        {"type": "eq", "fun": lambda x: x[0] + x[1]},
        LinearConstraint([[1.0, 2.0]], 0.0, 4.0),
        NonlinearConstraint(lambda x: x**2, 0.0, np.inf),
    ]
    read = constraints_of(forms, UNKNOWN)
    values = [constraint.function(X) for constraint in read]
    wanted = [[3.0], [1.0], [0.5], [2.25, 0.25]]
    for value, right in zip(values, wanted, strict=True):
        np.testing.assert_allclose(value, right)
    assert [np.min(c.upper) for c in read] == [np.inf, 0.0, 4.0, np.inf]
    assert len(constraints_of(forms[0], UNKNOWN)) == 1
    assert constraints_of((), UNKNOWN) == []


@pytest.mark.filterwarnings("ignore:Equality and inequality constraints")
@pytest.mark.parametrize("method", ["slsqp", "trust-constr", "cobyla", "cobyqa"])
def test_scipys_tutorial(method):
    """Rosenbrock's function with the constraints of SciPy's tutorial."""
    linear = LinearConstraint([[1.0, 2.0], [2.0, 1.0]], [-np.inf, 1.0], [1.0, 1.0])
    curved = NonlinearConstraint(
        lambda x: (x[0] ** 2 + x[1], x[0] ** 2 - x[1]), -np.inf, 1.0
    )
    f = lambda x: 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2  # noqa: E731
    given = {
        "x0": np.array([0.5, 0.0]),
        "method": method,
        "bounds": [(0, 1), (-0.5, 2.0)],
    }
    ours = Counted(f)
    exact = optimize.minimize(ours, constraints=[linear, curved], **given)
    np.testing.assert_allclose(exact.x, [0.41494531, 0.17010937], atol=1e-3)
    if method in ("slsqp", "trust-constr"):
        theirs = Counted(f)
        scipy.optimize.minimize(theirs, constraints=[linear, curved], **given)
        assert ours.calls <= theirs.calls


def test_containers():
    found = optimize.minimize(
        lambda w: w["a"] ** 2 + np.sum(w["b"] ** 2),
        {"a": 1.0, "b": np.ones(2)},
        constraints={"type": "eq", "fun": lambda w: w["a"] + np.sum(w["b"]) - 3.0},
    )
    assert found.x["a"] == pytest.approx(1.0)
    np.testing.assert_allclose(found.x["b"], [1.0, 1.0])


@pytest.mark.parametrize(
    ("constraint", "error"),
    [
        ({"type": "both", "fun": abs}, ValueError),
        ({"fun": abs}, ValueError),
        ({"type": "eq"}, ValueError),
        ([abs], TypeError),
    ],
)
def test_misuse(constraint, error):
    with pytest.raises(error, match="constraint"):
        constraints_of(constraint, UNKNOWN)
