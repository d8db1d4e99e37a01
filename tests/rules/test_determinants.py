"""det and slogdet, at regular and at singular matrices."""

import itertools

import numpy as np
import pytest
from truth import check, check_single, sampler

from diffops import grad, hessian, jvp

array = sampler(5)


def deficient(n, rank, kind=float):
    return array((n, rank), kind) @ array((rank, n), kind)


def leibniz(a):
    """Return the determinant as a polynomial, which has derivatives everywhere."""
    total = 0.0
    for order in itertools.permutations(range(len(a))):
        sign = np.linalg.det(np.eye(len(a))[list(order)])
        term = round(sign)
        for i, j in enumerate(order):
            term = term * a[i, j]
        total = total + term
    return total


SHAPES = [(1, 1), (2, 2), (4, 4), (3, 2, 2), (2, 1, 3, 3), (0, 0), (0, 2, 2)]


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_regular(shape, kind):
    a = array(shape, kind) + 5 * np.eye(shape[-1])
    check(np.linalg.det, a)
    check(lambda a: np.linalg.slogdet(a).logabsdet, a)
    check(lambda a: np.linalg.slogdet(a)[0] * np.linalg.slogdet(a)[1], a)
    check_single(np.linalg.det, a.real)
    check_single(lambda a: np.linalg.slogdet(a)[1], a.real)


SINGULAR = [
    *[
        deficient(n, rank, kind)
        for kind in (float, complex)
        for n, rank in [(2, 1), (3, 2), (3, 1), (4, 3), (4, 2), (4, 1)]
    ],
    *[np.zeros((n, n)) for n in (1, 2, 3, 4)],
    np.diag([1.0, 0.0, 2.0]),
    np.array([[1.0, 2.0], [2.0, 4.0]]),
    np.diag([1.0, 1e-9, 2.0]),
]


@pytest.mark.parametrize("number", range(len(SINGULAR)))
def test_singular(number):
    a = SINGULAR[number]
    check(np.linalg.det, a)
    np.testing.assert_allclose(
        grad(lambda a: np.real(np.linalg.det(a)))(a),
        grad(lambda a: np.real(leibniz(a)))(a),
        atol=1e-12,
    )
    if a.dtype == float:
        np.testing.assert_allclose(
            hessian(np.linalg.det)(a), hessian(leibniz)(a), atol=1e-11
        )


def test_third_order_at_singular():
    a, v = deficient(4, 2), array((4, 4))

    def slope_of(f):
        return lambda t: jvp(f, (t,), (1.0,))[1]

    def cubic(f):
        return slope_of(slope_of(slope_of(lambda t: f(a + t * v))))(0.0)

    assert cubic(np.linalg.det) == pytest.approx(cubic(leibniz))


def test_stack_of_regular_and_singular():
    a = np.stack([np.eye(3), np.diag([1.0, 0.0, 2.0]), np.zeros((3, 3))])
    check(np.linalg.det, a)


def test_large_and_small_determinants():
    a = 1e-3 * (array((120, 120)) + 20 * np.eye(120))
    np.testing.assert_allclose(
        grad(lambda a: np.linalg.slogdet(a)[1])(a), np.linalg.inv(a).T, rtol=1e-9
    )
    assert np.all(np.isfinite(grad(np.linalg.det)(a)))


def test_sign_of_real_matrices_is_plain():
    def f(a):
        result = np.linalg.slogdet(a)
        assert type(result) is type(np.linalg.slogdet(np.eye(2)))
        assert isinstance(result.sign, np.float64)
        return result.logabsdet if result.sign > 0 else -result.logabsdet

    np.testing.assert_allclose(grad(f)(np.diag([1.0, 2.0])), np.diag([1.0, 0.5]))


def test_log_at_singular_is_infinite():
    g = grad(lambda a: np.linalg.slogdet(a)[1])(np.array([[1.0, 2.0], [2.0, 4.0]]))
    np.testing.assert_array_equal(g, np.inf * np.array([[1, -1], [-1, 1]]))
