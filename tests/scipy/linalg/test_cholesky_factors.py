"""Cholesky's factors, and L D Lᴴ, against differences of SciPy's."""

import numpy as np
import pytest
import scipy.linalg
from orders import drawing, thorough
from truth import check, check_single

from diffops import grad, jvp
from diffops.scipy import linalg

array = drawing(48)
KINDS = pytest.mark.parametrize("kind", [float, complex])
LOWER = pytest.mark.parametrize("lower", [True, False])


def positive(shape, kind=float):
    """Return matrices with positive triangles that do not match."""
    return array(shape, kind) / 3 + 4 * np.eye(shape[-1])


@KINDS
@LOWER
@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3), (1, 1)])
def test_cholesky(shape, lower, kind):
    check(lambda a: linalg.cholesky(a, lower), positive(shape, kind))
    check(lambda a: linalg.cho_factor(a, lower)[0], positive(shape, kind))


@LOWER
def test_cholesky_in_all_orders(lower):
    thorough(lambda a: linalg.cholesky(a, lower), positive((3, 3)))
    check_single(lambda a: linalg.cholesky(a, lower), positive((3, 3)))


@KINDS
@LOWER
def test_solutions_by_the_factor(lower, kind):
    def f(a, b):
        return linalg.cho_solve(linalg.cho_factor(a, lower), b)

    check(f, positive((3, 3), kind), array((3, 2), kind))


def test_log_determinant():
    a = positive((3, 3))
    a = a + a.T

    def f(a):
        return 2 * np.sum(np.log(np.diagonal(linalg.cholesky(a, lower=True))))

    inverse = np.linalg.inv(a)
    wanted = np.tril(2 * inverse) - np.diag(np.diag(inverse))
    np.testing.assert_allclose(grad(f)(a), wanted, atol=1e-14)


#: Symmetric ones, whose D has two rows of a block, and none.
INDEFINITE = [
    np.array([[0.1, 2.0, 0.4], [2.0, 0.2, 0.3], [0.4, 0.3, 1.5]]),
    np.array([[5.0, 0.5, 0.3], [0.5, -3.0, 0.2], [0.3, 0.2, 2.0]]),
    np.array([[0.1, 0.2, 3.0], [0.2, 1.0, 0.5], [3.0, 0.5, 0.3]]),
]


@LOWER
@pytest.mark.parametrize("number", range(len(INDEFINITE)))
def test_indefinite(number, lower):
    a = INDEFINITE[number]
    thorough(lambda a: linalg.ldl(a, lower)[:2], a)
    turned = a + 1j * np.array([[0, 0.3, 0.2], [-0.3, 0, 0.1], [-0.2, -0.1, 0]])

    def hermitian(a):
        return linalg.ldl(a - 1j * np.diag(np.imag(np.diagonal(a))), lower)[:2]

    check(hermitian, turned)
    check(lambda a: linalg.ldl(a, lower, hermitian=False)[:2], turned)
    check(lambda a: linalg.ldl(a, lower)[:2], np.stack([a, a]))


def test_order_of_rows():
    a = INDEFINITE[2]
    kept = []

    def f(a):
        kept.extend(linalg.ldl(a))
        return a

    jvp(f, (a,), (a,))
    wanted = scipy.linalg.ldl(a)
    np.testing.assert_array_equal(kept[2], wanted[2])
    np.testing.assert_array_equal(kept[1].primal, wanted[1])
    factor, d, _ = wanted
    np.testing.assert_allclose(factor @ d @ factor.T, a)
