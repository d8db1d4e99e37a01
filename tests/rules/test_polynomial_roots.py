"""Roots of polynomials and polynomials of roots, beside differences and identities."""

import numpy as np
import pytest
from truth import check, sampler

from diffops import grad, hessian, jacobian, jvp

array = sampler(3)
P = np.array([0.7, -1.3, 0.4, 2.2, -0.9])


@pytest.mark.parametrize("p", [P, P[:3], P[:2], P + 0.3j, np.float32(P)])
def test_roots(p):
    check(np.roots, p, order=1 if p.dtype == np.float32 else 2)


def test_zeros_around_the_coefficients():
    check(lambda p: np.roots(np.concatenate([[0.0, 0.0], p])), P)
    check(lambda p: np.roots(np.concatenate([p, [0.0]])), P)


def test_derivatives_with_respect_to_zeros_around_the_coefficients():
    """A root 0 moves by −dc₀ / p′(0); the leading zero changes all others."""
    found = jacobian(np.roots)(np.array([2.0, -3.0, 0.0]))
    np.testing.assert_allclose(np.roots([2.0, -3.0, 0.0]), [1.5, 0.0])
    # r = −b/a and 0: by the quadratic formula.
    np.testing.assert_allclose(found, [[-0.75, -0.5, -1 / 3], [0.0, 0.0, 1 / 3]])
    found = jacobian(np.roots)(np.array([0.0, 2.0, -3.0]))
    np.testing.assert_allclose(found, [[-(1.5**2) / 2, -0.75, -0.5]])


def test_third_derivative_of_a_root():
    def root(c):
        return np.real(np.roots([1.0, -2.0, c]))[0]  # 1 + √(1 − c)

    third = grad(grad(grad(lambda c: np.roots(np.array([1, -2, c], like=c))[0])))
    np.testing.assert_allclose(third(0.36), -3 / 8 * 0.64**-2.5, rtol=1e-9)
    assert root(0.36) == pytest.approx(1.8)


def test_nothing_to_solve():
    for p in ([3.0], [0.0, 0.0]):
        y, change = jvp(np.roots, (np.array(p),), (np.ones(len(p)),))
        assert y.shape == change.shape == (0,)
        assert not np.any(grad(lambda p: np.sum(np.roots(p)))(np.array(p)))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nor_has_one_that_rounding_parts():
    """NumPy finds 1 ± 10⁻⁸ i for 1 and 1, from which no derivative comes right."""
    p = np.poly([1.0, 1.0, 2.0])
    for f in (np.roots, lambda p: np.roots(p) ** 2):
        total = lambda p, f=f: np.sum(f(p)).real  # noqa: E731
        assert not np.isfinite(grad(total)(p)).any()
        assert not np.isfinite(jvp(total, (p,), (np.ones(4),))[1])
    apart = np.poly([1.0, 1.001, 2.0])
    slope = grad(lambda p: np.sum(np.roots(p)))(apart)
    np.testing.assert_allclose(slope[:2], [apart[1], -1], rtol=1e-6)


def test_a_double_root_has_no_derivative():
    with np.errstate(all="ignore"):
        slopes = grad(lambda p: np.roots(p)[1])(np.array([1.0, 0.0, 0.0]))
    assert not np.any(np.isfinite(slopes))


@pytest.mark.parametrize("z", [P, P[:1], P + 1j * P[::-1], np.float32(P)])
def test_poly_of_roots(z):
    check(np.poly, z, order=1 if z.dtype == np.float32 else 2)


def test_poly_of_conjugate_roots_stays_complex():
    z = np.array([1 + 2j, 1 - 2j])
    y, change = jvp(np.poly, (z,), (np.array([1j, 0]),))
    np.testing.assert_allclose(y, [1, -2, 5])
    np.testing.assert_allclose(change, [0, -1j, 1j * (1 - 2j)])


@pytest.mark.parametrize("a", [array((4, 4)), array((1, 1)), array((3, 3), complex)])
def test_characteristic_polynomials(a):
    check(np.poly, a)


def test_characteristic_polynomial_where_eigenvalues_repeat():
    """c₁ = −tr a, c₂ = (tr² a − tr a²) / 2, c₃ = −det a, smooth everywhere."""

    def closed(a):
        t = np.trace(a)
        return np.stack([-t, (t**2 - np.trace(a @ a)) / 2, -np.linalg.det(a)])

    for a in (np.eye(3), np.diag([2.0, 2.0, 1.0]), np.ones((3, 3))):
        for derivative in (jacobian, hessian_of_each):
            found = derivative(lambda a: np.poly(a)[1:])(a)
            np.testing.assert_allclose(found, derivative(closed)(a), atol=1e-12)


def hessian_of_each(f):
    """Return the Hessians of the three components of f."""
    return lambda a: [hessian(lambda x, i=i: f(x)[i])(a) for i in range(3)]


def test_poly_undoes_roots():
    slopes = jacobian(lambda p: np.real(np.poly(np.roots(p))) * p[0])(P)
    np.testing.assert_allclose(slopes, np.eye(5), atol=1e-12)


def test_errors_and_nothing():
    assert np.ndim(jvp(np.poly, (np.zeros(0),), (np.zeros(0),))[0]) == 0
    for f, x in ((np.roots, np.ones((2, 2))), (np.poly, np.ones((2, 3)))):
        for run in (f, grad(lambda x, f=f: np.sum(f(x)))):
            with pytest.raises(ValueError, match=r"rank-1|1d or non-empty square"):
                run(x)
