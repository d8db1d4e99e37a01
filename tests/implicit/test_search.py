"""The default solvers: dense and matrix-free, and away from saddle points."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import ConvergenceError, argmin, grad, hessian, jit, root
from diffops.implicit._search import searching

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

    x = searching(counted, "auto")(counted, np.ones(MANY))
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
        (lambda x: x * np.nan, 1.0, "not finite"),
    ],
)
def test_what_has_no_minimum(f, x0, message):
    with pytest.raises(ConvergenceError, match=message):
        argmin(f, x0)


def test_no_unknowns():
    assert argmin(np.sum, np.zeros(0)).shape == (0,)


def test_under_jit():
    f = jit(grad(lambda a: np.mean(root(ring, np.ones(MANY), a))))
    for a in (1.5, 1.5, 1.2):
        assert f(a) == pytest.approx(grad(by_hand)(a), rel=1e-9)
