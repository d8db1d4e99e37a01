"""Riccati equations against differences of SciPy's solutions, and by hand."""

import numpy as np
import pytest
from orders import check_batch, check_orders, drawing
from truth import check, sampler

from diffops import grad, hessian, jvp
from diffops.scipy import linalg

array = drawing(44)
BOTH = pytest.mark.parametrize("name", ["solve_continuous_are", "solve_discrete_are"])
KINDS = pytest.mark.parametrize("kind", [float, complex])


def hermitian(x):
    """Return a positive matrix: SciPy takes no other weights."""
    return (x + np.conj(np.swapaxes(x, -1, -2))) / 2 + 4 * np.eye(x.shape[-1])


def system(kind):
    return [
        array((3, 3), kind) / 3,
        array((3, 2), kind),
        array((3, 3), kind) / 3,
        array((2, 2), kind) / 3,
    ]


@KINDS
@BOTH
def test_solutions(name, kind):
    def f(a, b, q, r):
        return getattr(linalg, name)(a, b, hermitian(q), hermitian(r))

    check(f, *system(kind))


@KINDS
@BOTH
def test_with_a_descriptor_and_a_cross_weight(name, kind):
    def f(a, b, q, r, e, s):
        weights = hermitian(q), hermitian(r)
        return getattr(linalg, name)(a, b, *weights, np.eye(3) + e / 10, s / 10, False)

    check(f, *system(kind), array((3, 3), kind), array((3, 2), kind))


def test_balancing_does_not_spoil_the_solution():
    """Of SciPy's own solution with E the residual is 0.32 here."""
    random = sampler(3)
    a, b, q = random((3, 3)) / 3, random((3, 2)), hermitian(random((3, 3)) / 3)
    r, e = random((2, 2)) / 3, np.eye(3) + random((3, 3)) / 10
    r, s = (r + r.T) / 2 + 4 * np.eye(2), random((3, 2)) / 10
    x, _ = jvp(
        lambda a: linalg.solve_discrete_are(a, b, q, r, e, s), (a,), (np.ones((3, 3)),)
    )
    right = b.T @ x @ a + s.T
    inner = a.T @ x @ a - e.T @ x @ e + q
    np.testing.assert_allclose(
        inner, right.T @ np.linalg.solve(r + b.T @ x @ b, right), atol=1e-12
    )


@BOTH
def test_all_orders(name):
    a, b, q, r = system(float)

    def f(a, q):
        return getattr(linalg, name)(a, b, hermitian(q), hermitian(r))

    check_orders(f, a, q)
    check_batch(f, a, q)


def test_one_by_one():
    """2 a x − x² + q = 0, so x = a + √(a² + q); and the golden ratio."""
    one = np.eye(1)

    def f(t):
        return linalg.solve_continuous_are(t[:1, None], one, t[1:, None], one)[0, 0]

    root = np.sqrt(4 + 5.0)
    slopes = [1 + 2 / root, 1 / (2 * root)]
    np.testing.assert_allclose(grad(f)(np.array([2.0, 5.0])), slopes)
    bends = [
        [5 / root**3, -2 / (2 * root**3)],
        [-2 / (2 * root**3), -1 / (4 * root**3)],
    ]
    np.testing.assert_allclose(hessian(f)(np.array([2.0, 5.0])), bends, rtol=1e-10)

    def golden(q):
        # x = x − x²/(1 + x) + q: x² = q (1 + x).
        return linalg.solve_discrete_are(one, one, q * one, one)[0, 0]

    slope = 0.5 + (1 + 2) / (2 * np.sqrt(5))
    np.testing.assert_allclose(grad(golden)(1.0), slope)
