"""Spherical Bessel functions and Riccati's beside SciPy's own."""

import numpy as np
import pytest
import scipy.special
from mirrored import compare
from truth import entries, sampler

from diffops import NoDerivativeError, diff, grad, vmap
from diffops.scipy import special

array = sampler(63)
NAMES = ["spherical_jn", "spherical_yn", "spherical_in", "spherical_kn"]


def both(name, n, *rest):
    """Return the mirror and SciPy's function, as functions of the argument."""
    functions = getattr(special, name), getattr(scipy.special, name)
    return (lambda z, f=f: f(n, z, *rest) for f in functions)


@pytest.mark.parametrize("derivative", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_beside_scipy(name, derivative):
    for n in (0, 2, np.array([0, 1, 3])):
        compare(*both(name, n, derivative), entries(2, 3))
    compare(*both(name, 1, derivative), array(3, complex))
    compare(*both(name, 1, derivative), 0.7)


@pytest.mark.parametrize("name", NAMES)
def test_the_derivative_is_that_of_the_function(name):
    f = getattr(special, name)
    for n in (0, 3):
        slope = diff(lambda z, n=n: f(n, z))(0.7)
        assert slope == pytest.approx(f(n, 0.7, derivative=True), rel=1e-13)


def test_zero():
    assert grad(lambda z: special.spherical_jn(0, z))(0.0) == 0
    assert diff(diff(lambda z: special.spherical_jn(0, z)))(0.0) == pytest.approx(
        -1 / 3
    )
    assert grad(lambda z: special.spherical_in(1, z))(0.0) == pytest.approx(1 / 3)


def test_riccatis_functions():
    for name in ("riccati_jn", "riccati_yn"):
        compare(*both(name, 3), 0.7)
        f, slopes = diff(lambda x, name=name: getattr(special, name)(3, x))(0.7)
        wanted = getattr(scipy.special, name)(3, 0.7)[1]
        np.testing.assert_allclose(f, wanted, rtol=1e-12)
        k = np.arange(4)
        bend = (k * (k + 1) / 0.7**2 - 1) * getattr(scipy.special, name)(3, 0.7)[0]
        np.testing.assert_allclose(slopes, bend, rtol=1e-11)
    with pytest.raises(ValueError, match="scalars"):
        grad(lambda x: np.sum(special.riccati_jn(2, x)[0]))(np.ones(2))


def test_orders_are_refused_and_batches_are_not():
    with pytest.raises(NoDerivativeError, match=r"spherical_jn .* 'n'"):
        grad(lambda n: special.spherical_jn(n, 0.7))(1.0)
    members = entries(4)
    slopes = vmap(grad(lambda z: special.spherical_jn(2, z)))(members)
    wanted = scipy.special.spherical_jn(2, members, derivative=True)
    np.testing.assert_allclose(slopes, wanted, rtol=1e-12)
