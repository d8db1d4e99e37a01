"""Integrals of samples beside SciPy's, in samples, places and distances."""

import numpy as np
import pytest
import scipy.integrate
from mirrored import compare
from orders import thorough
from truth import entries, sampler

from diffops import grad
from diffops.scipy import integrate

array = sampler(11)
SUMS = ["trapezoid", "simpson", "cumulative_trapezoid", "cumulative_simpson"]


def both(name):
    return getattr(integrate, name), getattr(scipy.integrate, name)


def places(size):
    return np.cumsum(entries(size))


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("size", [2, 3, 4, 5, 8])
def test_places_and_distances(name, size):
    samples = [array(size), array((2, size))]
    if name != "cumulative_simpson":  # whose older versions drop imaginary parts
        samples.append(array(size, complex))
    for y in samples:
        mirror, original = (lambda y, x, f=f: f(y, x=x) for f in both(name))
        compare(mirror, original, y, places(size), bound=1e-11)
        mirror, original = (lambda y, d, f=f: f(y, dx=d) for f in both(name))
        compare(mirror, original, y, 0.7)
    mirror, original = (lambda y, x, f=f: f(y, x=x, axis=0) for f in both(name))
    compare(mirror, original, array((size, 2)), places(size), bound=1e-11)


def test_orders_and_batches():
    for name in SUMS:
        mirror = getattr(integrate, name)
        thorough(lambda y, x, f=mirror: f(y, x=x), array(5), places(5))


@pytest.mark.parametrize("name", SUMS[2:])
def test_initial_values(name):
    mirror, original = (lambda y, f=f: f(y, initial=0) for f in both(name))
    compare(mirror, original, array((2, 5)))
    if name == "cumulative_simpson":
        mirror, original = (lambda y, i, f=f: f(y, initial=i) for f in both(name))
        compare(mirror, original, array((2, 5)), 0.7)
        compare(mirror, original, array((2, 5)), array((2, 1)))


@pytest.mark.parametrize("size", [2, 3, 5, 17])
def test_romberg(size):
    mirror, original = (lambda y, d, f=f: f(y, d) for f in both("romb"))
    compare(mirror, original, array(size), 0.3)
    mirror, original = (lambda y, f=f: f(y, axis=0) for f in both("romb"))
    compare(mirror, original, array((size, 2)))


def test_gauss():
    def make(f, a, b, k, n):
        return f(lambda x, k: np.exp(k * x) * x, a, b, args=(k,), n=n)[0]

    for n in (1, 3, 5):
        mirror, original = (
            lambda a, b, k, f=f, n=n: make(f, a, b, k, n) for f in both("fixed_quad")
        )
        compare(mirror, original, 0.2, 1.7, 0.6)
    with pytest.raises(ValueError, match="finite limits"):
        grad(lambda b: integrate.fixed_quad(np.exp, 0.0, b)[0])(np.inf)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda y: integrate.romb(y), "power of 2"),
        (lambda y: integrate.trapezoid(y, x=np.ones(3)), "length of x|broadcast"),
        (lambda y: integrate.cumulative_trapezoid(y, initial=1.0), "initial"),
        (lambda y: integrate.cumulative_simpson(y, x=np.zeros(4)), "increasing"),
    ],
)
def test_misuse(call, match):
    with pytest.raises(ValueError, match=match):
        grad(lambda y: np.sum(call(y)))(np.ones(4))
