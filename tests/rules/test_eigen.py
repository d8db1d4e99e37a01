"""Eigendecompositions of general matrices against differences of NumPy's own."""

import numpy as np
import pytest
from truth import check, check_single, sampler

from diffops import grad, jacobian

array = sampler(12)
SHAPES = [(1, 1), (3, 3), (2, 3, 3), (2, 1, 2, 2), (0, 2, 2)]


def apart(shape, kind=float):
    """Return matrices with well separated, for real ones real, eigenvalues."""
    return array(shape, kind) / 6 + np.diag(2.0 * np.arange(shape[-1]))


def in_order(w, v=None):
    """Sort eigenvalues, or eigenvectors by them: NumPy's order is not continuous."""
    order = np.argsort(np.real(w) + np.imag(w) / 10, axis=-1)
    if v is None:
        return np.take_along_axis(w, order, axis=-1)
    return np.take_along_axis(v, order[..., None, :], axis=-1)


ROTATING = np.array([[0.3, -2.0, 0.1], [1.5, 0.2, 0.4], [0.2, 0.1, 3.0]])


@pytest.mark.parametrize(
    "a",
    [apart(shape, kind) for shape in SHAPES for kind in (float, complex)]
    + [ROTATING, np.stack([ROTATING, ROTATING.T])],
    ids=lambda a: f"{a.shape}{a.dtype}",
)
def test_values_and_vectors(a):
    check(lambda a: in_order(np.linalg.eigvals(a)), a)
    check(lambda a: in_order(np.linalg.eig(a).eigenvalues), a)
    check(lambda a: in_order(*np.linalg.eig(a)) ** 2, a)

    def rebuilt(a):
        w, v = np.linalg.eig(a)
        return (v * np.sin(w)[..., None, :]) @ np.linalg.inv(v)

    check(rebuilt, a)


def test_single_precision():
    # From NumPy 2.5 on the values of eig are complex, whatever they are.
    check_single(lambda a: np.real(np.linalg.eig(a)[0]), apart((3, 3)))
    check_single(lambda a: np.real(np.linalg.eig(a)[1]), apart((3, 3)))


def test_closed_forms():
    a = ROTATING
    total = grad(lambda a: np.real(np.sum(np.linalg.eigvals(a) ** 2)))(a)
    np.testing.assert_allclose(total, 2 * a.T, atol=1e-13)
    rates = jacobian(lambda t: np.linalg.eigvals(t * a))(2.0)
    np.testing.assert_allclose(rates, np.linalg.eigvals(a))


def test_result_is_numpys_namedtuple():
    def f(a):
        result = np.linalg.eig(a)
        assert type(result) is type(np.linalg.eig(np.eye(2)))
        return np.real(np.sum(result.eigenvalues))

    np.testing.assert_allclose(grad(f)(np.diag([1.0, 2.0])), np.eye(2))
