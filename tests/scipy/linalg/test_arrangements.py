"""Matrices made of the entries of arrays, beside SciPy's."""

import numpy as np
import pytest
from orders import check_batch, drawing
from truth import check

from diffops import grad, jacobian
from diffops.scipy import linalg
from diffops.scipy.linalg.arrangements import arranged

array = drawing(54)


def squared(f):
    """Return the square of a function, so that linear ones bend too."""
    return lambda *xs: f(*xs) ** 2


CASES = [
    (linalg.toeplitz, [(4,)]),
    (linalg.toeplitz, [(4,), (3,)]),
    (linalg.toeplitz, [(2, 4), (2, 3)]),
    (linalg.circulant, [(4,)]),
    (linalg.circulant, [(2, 4)]),
    (linalg.hankel, [(4,)]),
    (linalg.hankel, [(4,), (3,)]),
    (linalg.leslie, [(4,), (3,)]),
    (linalg.block_diag, [(2, 3), (3,), ()]),
    (linalg.block_diag, [(2, 2, 3), (2, 1, 2)]),
    (lambda a: linalg.convolution_matrix(a, 4), [(3,)]),
    (lambda a: linalg.convolution_matrix(a, 4, "same"), [(2, 3)]),
    (lambda a: linalg.convolution_matrix(a, 4, "valid"), [(3,)]),
    (lambda s: linalg.diagsvd(s, 3, 5), [(3,)]),
    (lambda s: linalg.diagsvd(s, 5, 3), [(2, 3)]),
    (linalg.companion, [(4,)]),
    (linalg.companion, [(2, 3)]),
    (linalg.fiedler_companion, [(2,)]),
    (linalg.fiedler_companion, [(5,)]),
    (linalg.khatri_rao, [(2, 3), (4, 3)]),
    (linalg.khatri_rao, [(5, 2, 3), (5, 4, 3)]),
]


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("number", range(len(CASES)))
def test_arrangements(number, kind):
    f, shapes = CASES[number]
    args = [array(shape, kind) / 2 + 2 for shape in shapes]
    check(squared(f), *args)
    if kind is float:
        check_batch(f, *args)


def test_distances():
    check(squared(linalg.fiedler), np.array([1.0, 4.0, 2.5]))
    np.testing.assert_array_equal(
        grad(lambda a: linalg.fiedler(a).sum())(np.ones(2)), 0
    )


def test_each_entry_goes_where_scipy_puts_it():
    found = jacobian(linalg.toeplitz)(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(found[..., 0], np.eye(2))
    np.testing.assert_array_equal(found[..., 1], np.fliplr(np.eye(2)))


def test_arranged_takes_any_function_that_moves_entries():
    x, y = array((2, 2)), array(1)
    found = arranged(lambda a, b: np.concatenate([b, a[:, 1], [0]]), x, y)
    np.testing.assert_array_equal(found, [y[0], x[0, 1], x[1, 1], 0])


def test_dtypes_and_errors():
    a = np.ones(3, np.float32)
    assert grad(lambda a: linalg.toeplitz(a).sum())(a).dtype == np.float32
    with pytest.raises(ValueError, match="leading"):
        grad(lambda a: linalg.companion(a)[0, 0])(np.array([0.0, 1.0, 2.0]))
    with pytest.raises(ValueError, match="columns"):
        grad(lambda a: linalg.khatri_rao(a, np.ones((2, 2)))[0, 0])(np.ones((2, 3)))
