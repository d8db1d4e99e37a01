"""Norms and least squares against differences of SciPy's."""

import numpy as np
import pytest
import scipy.linalg
from orders import drawing, thorough
from truth import check

from diffops import grad, jacobian, jvp
from diffops.scipy import linalg

array = drawing(56)
KINDS = pytest.mark.parametrize("kind", [float, complex])


@KINDS
@pytest.mark.parametrize("ord", [None, 1, 2, -2, "nuc", "fro", np.inf, -1])
def test_norms_of_matrices(ord, kind):
    check(lambda a: linalg.norm(a, ord), array((3, 4), kind))
    check(lambda a: linalg.norm(a, ord), np.asfortranarray(array((3, 4), kind)))


def test_norms_of_vectors():
    thorough(linalg.norm, array(4))
    check(lambda a: linalg.norm(a, 3, axis=1, keepdims=True), array((2, 4)))
    np.testing.assert_array_equal(grad(linalg.norm)(np.zeros(3)), 0)


@KINDS
@pytest.mark.parametrize("driver", [None, "gelsy", "gelss"])
@pytest.mark.parametrize("shape", [(5, 3), (3, 3), (2, 4)])
def test_least_squares(shape, driver, kind):
    a = array(shape, kind) / 6 + np.eye(*shape)
    for right in ((shape[0],), (shape[0], 2)):
        f = lambda a, b: linalg.lstsq(a, b, lapack_driver=driver)  # noqa: E731
        check(lambda a, b, f=f: f(a, b)[0], a, array(right, kind))
        if driver != "gelsy":
            check(lambda a, b, f=f: f(a, b)[3], a, array(right, kind))
            if shape[0] > shape[1]:
                check(lambda a, b, f=f: f(a, b)[1], a, array(right, kind))


def test_least_squares_in_all_orders():
    a = array((4, 2)) / 3 + np.eye(4, 2)
    thorough(lambda a, b: linalg.lstsq(a, b)[0], a, array(4))


@pytest.mark.parametrize("driver", ["gelsd", "gelsy"])
@pytest.mark.parametrize("rank", [1, 2])
def test_what_else_is_returned(rank, driver):
    a, b = np.diag([2.0, 1.0, 0.0])[:, :2] * [1.0, rank - 1], array(3)
    kept = []

    def f(a):
        kept.extend(linalg.lstsq(a, b, 1e-8, lapack_driver=driver))
        return a

    jvp(f, (a,), (a,))
    wanted = scipy.linalg.lstsq(a, b, 1e-8, lapack_driver=driver)
    assert kept[2] == wanted[2] == rank
    assert np.shape(kept[1]) == np.shape(wanted[1])
    assert (kept[3] is None) == (wanted[3] is None)
    np.testing.assert_allclose(kept[0].primal, wanted[0], atol=1e-14)


def test_normal_equations():
    a, b = array((5, 2)), array(5)
    found = jacobian(lambda b: linalg.lstsq(a, b)[0])(b)
    np.testing.assert_allclose(found, np.linalg.inv(a.T @ a) @ a.T, atol=1e-13)
    with pytest.raises(ValueError, match="same number of rows"):
        grad(lambda a: linalg.lstsq(a, np.ones(4))[0][0])(a)


def test_what_is_asked_of_a_matrix_is_a_constant():
    a = np.diag([1.0, 2.0, 3.0]) + np.eye(3, k=1)

    def f(a):
        assert linalg.bandwidth(a) == (0, 1)
        assert not linalg.issymmetric(a)
        assert linalg.ishermitian(a + a.T, atol=1e-9)
        return np.sum(a)

    np.testing.assert_array_equal(grad(f)(a), np.ones((3, 3)))
