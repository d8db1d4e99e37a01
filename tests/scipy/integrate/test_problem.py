"""The right-hand side, plain and tracked, and its Jacobian."""

import numpy as np
import scipy.sparse

from diffops import diff, grad
from diffops.scipy.integrate.problem import Problem, adopted, plain, vector

Y = np.array([0.3, -0.7])


def bent(t, y, k):
    return np.stack([k * y[1] * t, -np.sin(y[0])])


def jacobian_of_bent(t, y, k):
    return np.array([[0.0, k * t], [-np.cos(y[0]), 0.0]])


def test_slopes():
    own = jacobian_of_bent(0.5, Y, 2.0)
    np.testing.assert_allclose(Problem(bent, (2.0,)).slope(0.5, Y), own)
    for jac in (jacobian_of_bent, own, scipy.sparse.csr_array(own)):
        np.testing.assert_array_equal(Problem(bent, (2.0,), jac=jac).slope(0.5, Y), own)
    many = Problem(lambda t, y: y[::-1] ** 2, None).slope(0.0, np.arange(6.0))
    np.testing.assert_array_equal(many, np.fliplr(np.diag(2 * np.arange(6.0)[::-1])))
    turning = Problem(lambda t, y: 1j * y, ())
    np.testing.assert_array_equal(turning.slope(0.0, Y + 0j), 1j * np.eye(2))


def test_slopes_of_tracked_fields_are_plain():
    found = []

    def f(k):
        found.append(Problem(bent, (k,)).slope(0.5, Y))
        jac = lambda t, y, k: [[0.0, k * t], [-np.cos(y[0]), 0.0]]  # noqa: E731
        found.append(Problem(bent, (k,), jac=jac).slope(0.5, Y))
        return k

    grad(f)(2.0)
    diff(f)(2.0)
    for slope in found:
        assert type(slope) is np.ndarray
        np.testing.assert_allclose(slope, jacobian_of_bent(0.5, Y, 2.0))


def test_whether_a_closure_was_seen():
    def f(k):
        problem = Problem(bent, (2.0,))
        assert type(problem.plain(0.5, Y, 2.0)) is np.ndarray
        assert not problem.seen
        problem = Problem(lambda t, y: [k * y[0], y[1]], None)
        assert type(problem.plain(0.5, Y)) is np.ndarray
        assert problem.seen
        return problem.field(0.5, Y)[0]

    assert grad(f)(3.0) == Y[0]


def test_vectorized_fields():
    problem = Problem(lambda t, y: -y * np.ones((2, 1)), None, vectorized=True)
    np.testing.assert_array_equal(problem.field(0.0, Y), -Y)


def test_values_and_vectors():
    assert plain([1.0]) == adopted([1.0]) == [1.0]

    def f(k):
        assert plain([k, 1.0]).tolist() == [2.0, 1.0]
        return vector([k, 1.0], (2,))[0] + vector(adopted([k]), (1,))[0]

    assert grad(f)(2.0) == 2.0
    assert vector(3.0, (1,)).shape == (1,)
