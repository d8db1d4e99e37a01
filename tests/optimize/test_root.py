"""SciPy's root with exact Jacobians, and its derivatives."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
from landscapes import Counted

import diffops
from diffops import ConvergenceError, check_grads, grad, jacobian, optimize
from diffops.optimize._root import METHODS


def broyden_tridiagonal(x):
    """Return the equations of Broyden's tridiagonal problem (Moré et al., 30)."""
    padded = np.concatenate([[0.0], x, [0.0]])
    return (3 - 2 * x) * x - padded[:-2] - 2 * padded[2:] + 1


def powell_badly_scaled(x):
    return np.stack([1e4 * x[0] * x[1] - 1, np.exp(-x[0]) + np.exp(-x[1]) - 1.0001])


def tutorial(x):
    """Return the equations of SciPy's documentation of root."""
    return np.stack(
        [
            x[0] + 0.5 * (x[0] - x[1]) ** 3 - 1.0,
            0.5 * (x[1] - x[0]) ** 3 + x[1],
        ]
    )


PROBLEMS = {
    "tutorial": (tutorial, np.zeros(2)),
    "broyden": (broyden_tridiagonal, np.full(10, -1.0)),
    "powell": (powell_badly_scaled, np.array([0.0, 1.0])),
}


@pytest.mark.parametrize("method", ["hybr", "lm"])
@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("jit", [False, True])
def test_solved_with_no_more_evaluations_than_with_differences(name, method, jit):
    f, start = PROBLEMS[name]
    ours, theirs = Counted(f), Counted(f)
    exact = optimize.root(ours, start, method=method, jit=jit)
    rough = scipy.optimize.root(theirs, start, method=method)
    assert exact.success
    assert np.max(np.abs(f(exact.x))) < 1e-6
    assert exact.nfev <= rough.nfev
    if not jit:
        assert ours.calls <= theirs.calls


@pytest.mark.parametrize("method", METHODS)
def test_all_methods(method):
    found = optimize.root(tutorial, np.zeros(2), method=method)
    theirs = scipy.optimize.root(tutorial, np.zeros(2), method=method)
    if method not in ("hybr", "lm"):
        assert found.success == theirs.success
        scale = np.max(np.abs(theirs.x))
        np.testing.assert_allclose(found.x, theirs.x, atol=1e-7 * scale)
    if found.success:
        np.testing.assert_allclose(found.x, [0.8411639, 0.1588361], atol=1e-4)


def test_containers_and_arguments():
    def f(w, c):
        return {"sum": w["a"] + np.sum(w["b"]) - c, "rest": w["b"] * w["a"] - 2.0}

    found = optimize.root(f, {"a": 1.0, "b": np.ones(2)}, args=(5.0,))
    assert found.success
    a, b = found.x["a"], found.x["b"]
    np.testing.assert_allclose(b * a, [2.0, 2.0])
    assert a + np.sum(b) == pytest.approx(5.0)
    assert optimize.root(lambda x: x**3 - 8, 1.0).x == pytest.approx(2.0)


def test_the_derivative_is_that_of_the_top_level():
    def equations(x, a):
        return tutorial(x) - a * np.sin(a)

    def face(a):
        return optimize.root(equations, np.zeros(2), args=(a,)).x

    def other(a):
        return diffops.root(equations, np.zeros(2), a)

    np.testing.assert_allclose(jacobian(face)(0.3), jacobian(other)(0.3), rtol=1e-12)
    check_grads(face, (0.3,), order=2)
    closed = lambda a: optimize.root(lambda x: x**2 - a, 1.0, jit=True).x  # noqa: E731
    assert grad(closed)(4.0) == pytest.approx(0.25, rel=1e-14)
    assert grad(grad(closed))(4.0) == pytest.approx(-1 / 32, rel=1e-13)


def test_a_constant_root_inside_a_derivative_is_scipys():
    found = grad(lambda t: t * optimize.root(lambda x: x**2 - 4, 1.0).x)(1.0)
    assert found == pytest.approx(2.0)
    assert "fjac" in optimize.root(lambda x: x**2 - 4, 1.0)


def test_a_root_that_was_not_found():
    nowhere = lambda a: optimize.root(lambda x: x**2 + a, 1.0)  # noqa: E731
    assert not nowhere(1.0).success
    with pytest.raises(ConvergenceError, match="root did not find a root"):
        grad(lambda a: nowhere(a).x)(1.0)
    with pytest.raises(ConvergenceError, match="singular"):
        grad(lambda a: optimize.root(lambda x: (x - a) ** 2, 1.0).x)(1.0)


def test_misuse():
    with pytest.raises(ValueError, match="SciPy's root has no method 'newton'"):
        optimize.root(tutorial, np.zeros(2), method="newton")
    with pytest.raises(ValueError, match="not finite at x0"):
        optimize.root(lambda x: x * np.nan, np.zeros(2))


def test_there_are_as_many_equations_as_unknowns():
    with pytest.raises(ValueError, match="root wants as many equations as unknowns"):
        optimize.root(lambda x: x[:1], np.ones(2))


@pytest.mark.parametrize(
    ("x0", "what"), [(None, "not None"), (np.zeros(0), "not an x0 without numbers")]
)
def test_nowhere_to_begin(x0, what):
    for solve in (optimize.root, optimize.minimize, optimize.least_squares):
        wanted = f"{solve.__name__} wants to know where to begin, {what}"
        with pytest.raises(ValueError, match=wanted):
            solve(lambda x: 1.0, x0)
