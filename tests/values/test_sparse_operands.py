"""Sparse arrays beside tracked values: whose turn it is."""

import numpy as np
import pytest
import scipy.sparse

from diffops import NoDerivativeError, grad, jvp

DENSE = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 4.0]])
ARRAY, MATRIX = scipy.sparse.csr_array(DENSE), scipy.sparse.csr_matrix(DENSE)
X = np.array([1.0, -2.0, 0.5])

PRODUCTS = {
    "array @ x": (lambda x: ARRAY @ x, DENSE),
    "matrix @ x": (lambda x: MATRIX @ x, DENSE),
    "matrix * x": (lambda x: MATRIX * x, DENSE),
    "array.dot(x)": (lambda x: ARRAY.dot(x), DENSE),
    "x @ array.T": (lambda x: x @ ARRAY.T, DENSE),
    "x * matrix.T": (lambda x: x * MATRIX.T, DENSE),
    "x @ array": (lambda x: x[:2] @ ARRAY, DENSE.T @ np.eye(2, 3)),
    "array.T @ x": (lambda x: ARRAY.T @ x[:2], DENSE.T @ np.eye(2, 3)),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_products(name):
    f, dense = PRODUCTS[name]
    y, change = jvp(f, (X,), (X + 1,))
    np.testing.assert_array_equal(y, dense @ X)
    np.testing.assert_array_equal(change, dense @ (X + 1))
    slope = grad(lambda x: np.sum(f(x) ** 2))(X)
    np.testing.assert_allclose(slope, 2 * dense.T @ dense @ X)


def test_matrices_of_columns():
    columns = np.stack([X, X + 1], axis=1)
    y, change = jvp(lambda x: ARRAY @ x, (columns,), (columns,))
    np.testing.assert_array_equal(y, DENSE @ columns)
    np.testing.assert_array_equal(change, DENSE @ columns)
    rows = jvp(lambda x: x @ ARRAY, (DENSE @ columns,), (DENSE @ columns,))[0]
    np.testing.assert_array_equal(rows, (DENSE @ columns) @ DENSE)


def test_what_has_no_product():
    for f in (
        lambda x: ARRAY @ x[:2],
        lambda x: ARRAY @ np.reshape(x, (3, 1, 1)),
        lambda x: x @ ARRAY,
        lambda x: ARRAY @ x[0],
    ):
        with pytest.raises((ValueError, TypeError)):
            jvp(f, (X,), (X,))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: (x[0] * ARRAY).sum(),
        lambda x: scipy.sparse.csr_array(np.diag(x) @ np.eye(3)).sum(),
        lambda x: scipy.sparse.diags_array(x).sum(),
    ],
)
def test_what_would_be_a_sparse_array_of_tracked_numbers_is_refused(f):
    with pytest.raises(NoDerivativeError):
        grad(f)(X)
