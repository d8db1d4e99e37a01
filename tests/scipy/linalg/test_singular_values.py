"""Singular values and vectors against differences of SciPy's."""

import numpy as np
import pytest
import scipy.linalg
from orders import drawing, thorough
from truth import check, check_single

from diffops import NoDerivativeError, grad, hessian
from diffops.scipy import linalg

array = drawing(50)
KINDS = pytest.mark.parametrize("kind", [float, complex])
SHAPES = pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (2, 3, 2)], ids=str)


def matrix(shape, kind=float):
    """Return matrices whose singular values are apart."""
    return array(shape, kind) / 4 + np.arange(1.0, 1 + shape[-1]) * np.eye(*shape[-2:])


@KINDS
@SHAPES
@pytest.mark.parametrize("driver", ["gesdd", "gesvd"])
def test_svd(shape, driver, kind):
    def f(a):
        u, s, vh = linalg.svd(a, full_matrices=False, lapack_driver=driver)
        return s, np.abs(u) ** 2, np.abs(vh) ** 2, (u * np.exp(-s)[..., None, :]) @ vh

    check(f, matrix(shape, kind))


@KINDS
@SHAPES
def test_values_alone(shape, kind):
    a = matrix(shape, kind)
    check(linalg.svdvals, a)
    check(lambda a: linalg.svd(a, compute_uv=False), a)
    check(lambda a: np.abs(linalg.orth(a)) ** 2, a)


def test_all_orders():
    thorough(linalg.svdvals, matrix((3, 3)))
    thorough(lambda a: linalg.svd(a)[0] ** 2, matrix((3, 3)))
    check_single(linalg.svdvals, matrix((3, 2)))


def test_vectors_beyond_the_values():
    # One column beyond is determined by the others, two are not.
    check(lambda a: linalg.svd(a)[0] ** 2, matrix((4, 3)))
    with pytest.raises(NoDerivativeError, match="rotation"):
        grad(lambda a: np.sum(linalg.svd(a)[0] ** 3))(matrix((4, 2)))


def test_orth_leaves_out_what_is_zero():
    a = np.diag([3.0, 2.0, 0.0])
    v = array((3, 3))

    def f(t):
        q = linalg.orth(a @ (np.eye(3) + t * v), rcond=0.1)
        assert q.shape == (3, 2)
        return np.sum(q @ q.T)

    # The image of a (1 + t v) is that of a.
    np.testing.assert_allclose(grad(f)(0.0), 0.0, atol=1e-14)


def test_smooth_functions_of_equal_values():
    h = hessian(lambda a: np.sum(linalg.svdvals(a) ** 2))(np.eye(2))
    np.testing.assert_allclose(h.reshape(4, 4), 2 * np.eye(4), atol=1e-12)


def test_the_largest_value():
    a = matrix((3, 2))
    u, _, vh = scipy.linalg.svd(a)
    slope = grad(lambda a: linalg.svdvals(a)[0])(a)
    np.testing.assert_allclose(slope, np.outer(u[:, 0], vh[0]), rtol=1e-12)
