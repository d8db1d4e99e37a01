"""Inverses, pseudo-inverses and determinants against differences of SciPy's."""

import numpy as np
import pytest
import scipy.linalg
from orders import drawing, thorough
from truth import check, check_single

from diffops import grad, hessian
from diffops.scipy import linalg

array = drawing(41)
KINDS = pytest.mark.parametrize("kind", [float, complex])


def regular(shape, kind=float):
    return array(shape, kind) / 2 + 4 * np.eye(shape[-1])


@KINDS
def test_inverse_and_determinant(kind):
    for f in (linalg.inv, linalg.det):
        thorough(f, regular((3, 3), kind))
        check(f, regular((2, 3, 3), kind))
    thorough(linalg.pinv, array((4, 2), kind))
    check(linalg.pinv, array((2, 2, 4), kind))


def hermitian(a):
    """Return the matrix in the upper triangle."""
    above = np.triu(a, 1)
    return above + above.conj().T + np.diag(np.diag(a).real)


#: How SciPy names what is known of a matrix, and which entries it then reads.
READ = {
    "sym": lambda a: np.triu(a) + np.triu(a, 1).T,
    "her": hermitian,
    "pos": hermitian,
    "upper triangular": np.triu,
    "lower triangular": np.tril,
    "diagonal": lambda a: np.diag(np.diag(a)),
}


@KINDS
@pytest.mark.parametrize("assume_a", READ)
def test_only_what_is_read_has_a_derivative(assume_a, kind):
    a, weights = regular((3, 3), kind), array((3, 3))
    read = READ[assume_a](a).astype(kind)

    def f(a):
        return np.sum(np.real(weights * linalg.inv(a, assume_a=assume_a)))

    whole = grad(lambda a: np.sum(np.real(weights * linalg.inv(a))))(read)
    v = array((3, 3), kind)
    moved = READ[assume_a](v).astype(kind)
    found, wanted = np.sum(np.real(grad(f)(a) * v)), np.sum(np.real(whole * moved))
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


@KINDS
@pytest.mark.parametrize("lower", [True, False])
def test_one_triangle(lower, kind):
    thorough(lambda a: linalg.pinvh(a, lower=lower), regular((3, 3), kind))
    for assume_a in ("sym", "pos"):
        check(
            lambda a, s=assume_a: linalg.inv(a, assume_a=s, lower=lower),
            regular((3, 3), kind),
        )


def test_closed_forms():
    a = regular((3, 3))
    inverse = scipy.linalg.inv(a)
    np.testing.assert_allclose(
        grad(linalg.det)(a), scipy.linalg.det(a) * inverse.T, rtol=1e-12
    )
    bend = hessian(lambda t: np.sum(linalg.inv(a * t)))(2.0)
    np.testing.assert_allclose(bend, np.sum(inverse) / 4)


def test_determinant_of_a_singular_matrix():
    a = np.diag([2.0, 3.0, 0.0])
    np.testing.assert_allclose(grad(linalg.det)(a), np.diag([0.0, 0.0, 6.0]))
    h = hessian(linalg.det)(np.zeros((2, 2))).reshape(4, 4)
    np.testing.assert_array_equal(h, np.fliplr(np.diag([1.0, -1.0, -1.0, 1.0])))


def test_rank():
    a = np.outer([1.0, 2.0, 3.0], [1.0, 1.0, 0.0])

    def f(a):
        inverse, rank = linalg.pinv(a, rtol=1e-8, return_rank=True)
        assert rank == 1
        return np.trace(inverse)

    # A⁺ = Aᵀ / |A|² of a matrix of rank 1, along itself: −tr A⁺.
    slope = np.sum(grad(f)(a) * a)
    np.testing.assert_allclose(slope, -np.trace(scipy.linalg.pinv(a)), rtol=1e-12)
    for function in (linalg.pinv, linalg.pinvh):
        assert (
            grad(lambda a, p=function: p(a, return_rank=True)[1] + a[0, 0])(
                np.eye(2)
            ).sum()
            == 1
        )


def test_precisions():
    check_single(linalg.inv, regular((3, 3)))
    check_single(linalg.pinv, array((4, 2)))
    check(linalg.det, regular((3, 3)).astype(np.float32), order=1)
    for dtype in (np.float16, np.longdouble):
        a = np.array([[2, 1], [0, 4]], dtype)
        found = grad(lambda a: np.sum(linalg.inv(a)))(a)
        assert found.dtype == dtype
        plain = scipy.linalg.inv(a.astype(float))
        wanted = -plain.T @ np.ones((2, 2)) @ plain.T
        np.testing.assert_allclose(found, wanted.astype(dtype), rtol=1e-3)


def test_errors_are_scipys():
    with pytest.raises(np.linalg.LinAlgError):
        grad(lambda a: np.sum(linalg.inv(0 * a)))(np.eye(2))
    with pytest.raises(ValueError):
        grad(lambda a: linalg.det(a))(np.ones((2, 3)))
