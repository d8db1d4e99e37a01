"""Cholesky and eigendecompositions against differences of NumPy's, on one triangle."""

import numpy as np
import pytest
from truth import check, check_single, sampler

from diffops import grad, hessian, hessianv, jvp

array = sampler(7)
SHAPES = [(1, 1), (3, 3), (2, 3, 3), (2, 1, 2, 2), (0, 0), (0, 2, 2)]


def positive(shape, kind=float):
    """Return matrices with positive lower and upper triangles that do not match."""
    a = array(shape, kind) / 2
    return a + np.diag(3.0 + 2 * np.arange(shape[-1]))


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_cholesky(shape, kind):
    a = positive(shape, kind)
    check(np.linalg.cholesky, a)
    check(lambda a: np.linalg.cholesky(a, upper=True), a)
    check_single(np.linalg.cholesky, a.real)


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("uplo", ["L", "u"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_eigenvalues(shape, uplo, kind):
    a = positive(shape, kind)
    check(lambda a: np.linalg.eigvalsh(a, uplo), a)
    check(lambda a: np.linalg.eigh(a, uplo).eigenvalues, a)
    check_single(lambda a: np.linalg.eigvalsh(a, uplo), a.real)


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_eigenvectors(shape, kind):
    def f(a):
        w, v = np.linalg.eigh(a)
        return np.abs(v) ** 2 + w[..., None, :] ** 2

    def g(a):
        w, v = np.linalg.eigh(a, "U")
        return (v * np.sin(w)[..., None, :]) @ np.conj(np.swapaxes(v, -1, -2))

    check(f, positive(shape, kind))
    check(g, positive(shape, kind))
    check_single(g, positive(shape))


def test_result_is_numpys_namedtuple():
    def f(a):
        result = np.linalg.eigh(a)
        assert type(result) is type(np.linalg.eigh(np.eye(2)))
        return np.sum(result.eigenvectors)

    grad(f)(np.diag([1.0, 2.0]))


def test_closed_forms():
    a = positive((3, 3))
    a = a + a.T
    inverse = np.linalg.inv(a)

    def logdet(a):
        return 2 * np.sum(np.log(np.diagonal(np.linalg.cholesky(a))))

    expected = np.tril(inverse + inverse.T) - np.diag(np.diag(inverse))
    np.testing.assert_allclose(grad(logdet)(a), expected, atol=1e-14)
    squares = grad(lambda a: np.sum(np.linalg.eigvalsh(a) ** 2))(a)
    np.testing.assert_allclose(squares, 4 * np.tril(a) - 2 * np.diag(np.diag(a)))


EQUAL = [
    np.eye(3),
    np.zeros((2, 2)),
    np.diag([1.0, 2.0, 1.0, 2.0]),
    np.ones((3, 3)) + 2 * np.eye(3),
    np.stack([np.eye(3), np.diag([1.0, 2.0, 3.0])]),
]


@pytest.mark.parametrize(
    "function", [np.linalg.eigvalsh, lambda a: np.linalg.eigh(a)[0]]
)
@pytest.mark.parametrize("number", range(len(EQUAL)))
def test_smooth_functions_of_equal_eigenvalues(number, function):
    a, v = EQUAL[number], array(EQUAL[number].shape)
    v = v + np.swapaxes(v, -1, -2)
    to_lower = 2 * np.tri(a.shape[-1]) - np.eye(a.shape[-1])
    for f, expected in (
        (lambda a: np.sum(function(a) ** 2), 2 * v),
        (lambda a: np.sum(function(a) ** 3), 3 * (a @ v + v @ a)),
        (lambda a: np.sum(np.sum(function(a), -1) ** 2), None),
    ):
        if expected is None:
            trace = np.trace(v, axis1=-2, axis2=-1)[..., None, None]
            expected = 2 * trace * np.eye(a.shape[-1])
        product = hessianv(f)(a, v)
        np.testing.assert_allclose(product, expected * to_lower, atol=1e-12)


def test_hessian_at_identity_is_that_of_the_trace():
    h = hessian(lambda a: np.sum(np.linalg.eigvalsh(a) ** 2))(np.eye(3))
    h = h.reshape(9, 9)
    np.testing.assert_allclose(np.diag(h), [2, 0, 0, 4, 2, 0, 4, 4, 2], atol=1e-12)
    np.testing.assert_allclose(h - np.diag(np.diag(h)), 0, atol=1e-12)


def test_equal_eigenvalues_split_along_a_perturbation():
    v = array((3, 3))
    change = jvp(np.linalg.eigvalsh, (np.eye(3),), (v,))[1]
    np.testing.assert_allclose(change, np.linalg.eigvalsh(v))


def test_space_of_equal_eigenvalues():
    def f(a):
        v = np.linalg.eigh(a).eigenvectors[:, 1:]
        return v @ v.T

    a = np.diag([1.0, 2.0, 2.0])
    v = array((3, 3))
    v = v + v.T
    expected = np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]]) * v
    np.testing.assert_allclose(jvp(f, (a,), (v,))[1], expected, atol=1e-14)
