"""Eigenvalues and eigenvectors of one or two matrices, against differences."""

import numpy as np
import pytest
import scipy.linalg
from orders import drawing, thorough
from truth import check, check_single

from diffops import NoDerivativeError, grad, jvp
from diffops.scipy import linalg

array = drawing(51)
KINDS = pytest.mark.parametrize("kind", [float, complex])


def matrix(shape, kind=float):
    """Return matrices whose eigenvalues are apart."""
    return array(shape, kind) / 9 + np.diag(np.arange(1.0, shape[-1] + 1) ** 2)


#: Whose eigenvalues are a pair of complex ones and a real one.
TURNING = np.array([[1.0, 4.0, 0.3], [-1.0, 1.5, 0.2], [0.1, 0.4, 5.0]])


def ordered(w, *vectors):
    """Return results in an order, and with signs, that do not change nearby.

    SciPy's may: the real parts rise, and the largest entries have positive ones.
    """
    order = np.argsort(np.real(w) + np.imag(w) / 9, axis=-1)
    results = [np.take_along_axis(w, order, -1)]
    for v in vectors:
        v = np.take_along_axis(v, order[..., None, :], -1)
        places = np.argmax(np.abs(v), axis=-2)[..., None, :]
        largest = np.real(np.take_along_axis(v, places, -2))
        results.append(v * np.where(largest < 0, -1.0, 1.0))
    return results


@KINDS
def test_one_matrix(kind):
    for a in (matrix((3, 3), kind), TURNING + array((3, 3), kind) / 20):
        check(lambda a: ordered(*linalg.eig(a)), a)
        check(lambda a: ordered(linalg.eigvals(a)), a)
        check(lambda a: ordered(linalg.eig(a, right=False)), a)
        check(lambda a: ordered(*linalg.eig(a, left=True)), a)
        check(lambda a: ordered(*linalg.eig(a, left=True, right=False)), a)
    check(lambda a: ordered(linalg.eigvals(a)), np.stack([TURNING, matrix((3, 3))]))


@KINDS
def test_two_matrices(kind):
    def squares(a, b, left):
        w, *vectors = ordered(*linalg.eig(a, b, left=left))
        return w, *(np.abs(v) ** 2 for v in vectors)

    a = matrix((3, 3), kind)
    b = np.eye(3) + array((3, 3), kind) / 20
    check(lambda a, b: ordered(linalg.eigvals(a, b)), a, b)
    for left in (False, True):
        check(lambda a, b, left=left: squares(a, b, left), a, b)
    if kind is float:
        check(lambda a, b: ordered(*linalg.eig(a, b)), a, b)


def test_all_orders():
    thorough(lambda a: ordered(linalg.eigvals(a)), matrix((3, 3)))
    thorough(lambda a: np.abs(ordered(*linalg.eig(a))[1]) ** 2, TURNING)
    thorough(
        lambda a, b: ordered(linalg.eigvals(a, b)),
        matrix((3, 3)),
        np.eye(3) + array((3, 3)) / 20,
    )


@pytest.mark.parametrize("left", [False, True])
def test_values_are_scipys(left):
    b = np.eye(3) + array((3, 3)) / 20
    for args in ((TURNING,), (matrix((3, 3)),), (matrix((3, 3)), b), (TURNING, b)):
        kept = []

        def f(a, rest=args[1:], kept=kept):
            kept.extend(linalg.eig(a, *rest, left=left))
            return a

        jvp(f, args[:1], args[:1])
        for found, wanted in zip(kept, scipy.linalg.eig(*args, left=left), strict=True):
            np.testing.assert_allclose(found.primal, wanted, atol=1e-12)
            assert found.dtype == wanted.dtype


def test_left_and_right_vectors_give_the_slope_of_a_value():
    w, left, right = scipy.linalg.eig(TURNING, left=True)
    for i in range(3):
        slope = grad(lambda a, i=i: np.real(linalg.eigvals(a)[i]))(TURNING)
        outer = np.outer(left[:, i].conj(), right[:, i]) / np.vdot(
            left[:, i], right[:, i]
        )
        np.testing.assert_allclose(slope, np.real(outer), atol=1e-12)
    assert np.count_nonzero(w.imag) == 2


def test_equal_eigenvalues():
    """Each has a place of its own, so that functions of all of them are right."""
    for a in (np.eye(3), np.diag([2.0, 1.0, 2.0])):
        slope = grad(lambda a: np.real(np.sum(linalg.eigvals(a) ** 2)))(a)
        np.testing.assert_allclose(slope, 2 * a.T, atol=1e-12)


def test_precision_and_refusals():
    check_single(lambda a: np.real(ordered(linalg.eigvals(a))[0]), matrix((3, 3)))
    with pytest.raises(NoDerivativeError, match="homogeneous"):
        grad(lambda a: linalg.eigvals(a, homogeneous_eigvals=True)[0, 0].real)(
            np.eye(2)
        )
