"""Linear operators on tracked vectors."""

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg as original
from orders import drawing, thorough
from truth import check

from diffops import NoDerivativeError, grad, jvp
from diffops.scipy import sparse
from diffops.scipy.sparse.linalg.linear_operators import (
    adjoint_of,
    as_operator,
    aslinearoperator,
    is_operator,
)

array = drawing(62)
REAL, COMPLEX = array((3, 4)), array((3, 4), complex)


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("a", [REAL, COMPLEX, scipy.sparse.csr_array(REAL)])
def test_products(a, kind):
    op = aslinearoperator(a)
    for shape in ((4,), (4, 2)):
        check(lambda x: op @ x, array(shape, kind))
        check(lambda x: op.dot(x), array(shape, kind))
        check(lambda x: op.H @ x, array((3, *shape[1:]), kind))
    check(op.matvec, array(4, kind))
    check(op.matmat, array((4, 2), kind))
    check(op.rmatvec, array(3, kind))
    check(op.rmatmat, array((3, 2), kind))


def test_all_orders():
    op = aslinearoperator(REAL)
    thorough(lambda x: (op @ x) ** 2, array(4))


def test_own_operators():
    """One without an adjoint is differentiated forwards."""
    alone = original.LinearOperator((3, 4), matvec=lambda v: REAL @ v, dtype=float)
    op = as_operator(alone)
    x, v = array(4), array(4)
    np.testing.assert_allclose(jvp(lambda x: op @ x, (x,), (v,))[1], REAL @ v)
    with pytest.raises(NoDerivativeError, match="rmatvec"):
        grad(lambda x: np.sum(op @ x))(x)
    both = original.LinearOperator(
        (3, 4), matvec=lambda v: REAL @ v, rmatvec=lambda v: REAL.T @ v, dtype=float
    )
    slope = grad(lambda x: np.sum(sparse.matmul(both, x)))(x)
    np.testing.assert_allclose(slope, REAL.T @ np.ones(3))


def test_plain_vectors_and_combinations():
    op = aslinearoperator(REAL)
    assert is_operator(op)
    assert as_operator(op) is op
    x = array(4)
    np.testing.assert_array_equal(op @ x, REAL @ x)
    np.testing.assert_array_equal((2 * op) @ x, 2 * (REAL @ x))
    np.testing.assert_array_equal(op.matmat(np.stack([x], 1))[:, 0], REAL @ x)
    np.testing.assert_allclose(op.rmatvec(REAL @ x), REAL.T @ (REAL @ x))
    np.testing.assert_allclose(op.rmatmat(REAL), REAL.T @ REAL)
    np.testing.assert_array_equal(adjoint_of(COMPLEX), COMPLEX.conj().T)
    twice = adjoint_of(adjoint_of(op))
    np.testing.assert_array_equal(twice @ x, REAL @ x)


def test_a_tracked_matrix_is_refused():
    with pytest.raises(NoDerivativeError, match="plain A"):
        grad(lambda a: np.sum(aslinearoperator(a) @ np.ones(4)))(REAL)
    with pytest.raises(NoDerivativeError, match="plain A"):
        grad(lambda d: aslinearoperator(sparse.diags_array(d)).shape[0] * d[0])(
            array(2)
        )
