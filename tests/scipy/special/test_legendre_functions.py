"""Legendre functions and spherical harmonics beside SciPy's own."""

import mpmath as mp
import numpy as np
import pytest
import scipy.special
from mirrored import compare
from truth import entries, sampler

from diffops import NoDerivativeError, diff, grad
from diffops.scipy import special

array = sampler(64)
ORDERS = [0, 1, 2]


def both(name, *orders, **options):
    """Return the mirror and SciPy's function, as functions of their arguments."""
    functions = getattr(special, name), getattr(scipy.special, name)
    return (lambda *xs, f=f: f(*orders, *xs, **options) for f in functions)


@pytest.mark.parametrize("diff_n", ORDERS)
def test_polynomials(diff_n):
    for n in (0, 1, 4, -3, np.array([2, 3, 5])):
        compare(*both("legendre_p", n, diff_n=diff_n), entries(2, 3) / 2)


@pytest.mark.parametrize("diff_n", ORDERS)
def test_associated_functions(diff_n):
    compare(*both("assoc_legendre_p", 4, 2, diff_n=diff_n), entries(2, 3) / 2)
    options = {"branch_cut": 3, "norm": True, "diff_n": diff_n}
    compare(*both("assoc_legendre_p", 3, 1, **options), entries(3) + 2)


@pytest.mark.parametrize("diff_n", ORDERS)
def test_on_the_sphere(diff_n):
    theta, phi = entries(2, 3), array(3)
    compare(*both("sph_legendre_p", 4, 2, diff_n=diff_n), theta)
    compare(*both("sph_harm_y", 4, 2, diff_n=diff_n), theta, phi)


def test_the_third_derivative_is_that_of_the_second():
    def truth(z):
        return mp.legendre(5, z)

    f = special.legendre_p
    for derivative, n in (
        (lambda z: f(5, z)[0], 0),
        (lambda z: f(5, z, diff_n=2)[2], 2),
    ):
        g = derivative
        for _ in range(3 - n):
            g = diff(g)
        assert g(0.3) == pytest.approx(float(mp.diff(truth, 0.3, 3)), rel=1e-12)
    slope = diff(lambda z: f(3, z, diff_n=2)[2])(1.0)
    assert slope == pytest.approx(15)  # at the end of the interval too


def test_harmonics_are_eigenfunctions():
    """Their Laplacian on the sphere is −n (n + 1) times them."""
    theta, phi = 0.7, 0.3
    y = special.sph_harm_y(3, 2, theta, phi)

    def along(t):
        return np.sin(t) * diff(lambda s: special.sph_harm_y(3, 2, s, phi))(t)

    polar = diff(along)(theta) / np.sin(theta)
    turn = diff(diff(lambda p: special.sph_harm_y(3, 2, theta, p)))(phi)
    np.testing.assert_allclose(polar + turn / np.sin(theta) ** 2, -12 * y, rtol=1e-12)


@pytest.mark.parametrize("name", ["legendre_p", "assoc_legendre_p", "sph_legendre_p"])
def test_orders_are_refused(name):
    orders = (3,) if name == "legendre_p" else (3, 2)
    f = getattr(special, name)
    with pytest.raises(NoDerivativeError, match=rf"{name} .* 'n'"):
        grad(lambda n: np.sum(f(n, *orders[1:], 0.3)))(3.0)
    for mirror in both(name, *orders, diff_n=3):
        with pytest.raises(ValueError, match="diff_n"):
            grad(lambda x, f=mirror: np.sum(f(x)))(0.3)
        break


def test_harmonics_refuse_other_orders_of_derivatives():
    with pytest.raises(ValueError, match="diff_n"):
        grad(lambda t: np.real(special.sph_harm_y(3, 2, t, 0.3, diff_n=3)))(0.5)
