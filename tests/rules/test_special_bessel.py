"""Bessel functions of small and large arguments, and K in its order."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree, compare, parts, slope
from scipy import special

from diffops import NoDerivativeError, diff, grad, hessian
from diffops.rules.special_bessel import slope_in_order, spherical

POINTS = (1e-3, 0.5, 25.0, 200.0)
KINDS = {
    "jv": mp.besselj,
    "yv": mp.bessely,
    "iv": mp.besseli,
    "kv": mp.besselk,
}


@pytest.mark.parametrize("v", [0.0, 1.0, 0.3, 4.5, -0.7])
@pytest.mark.parametrize("name", KINDS)
def test_real_orders(name, v):
    f, truth = getattr(special, name), KINDS[name]
    agree(lambda x: f(v, x), lambda x: truth(v, x), *POINTS, digits=25, first=1e-11)


@pytest.mark.parametrize("kind", "jyik")
def test_orders_zero_and_one(kind):
    truth = KINDS[f"{kind}v"]
    for n in (0, 1):
        f = getattr(special, f"{kind}{n}")
        points = POINTS if kind in "yk" else (*POINTS, -3.0)
        agree(f, lambda x, n=n: truth(n, x), *points, digits=25, first=1e-11)
    if kind in "yk":
        f = getattr(special, f"{kind}n")
        for n in (0, 3):
            agree(
                lambda x, n=n, f=f: f(n, x),
                lambda x, n=n: truth(n, x),
                *POINTS[1:3],
                digits=20,
                first=1e-10,
            )


@pytest.mark.parametrize("name", ["hankel1", "hankel2"])
def test_hankels_functions(name):
    f, truth = getattr(special, name), getattr(mp, name)
    for part, twin in parts(lambda x: f(0.3, x), lambda x: truth(mp.mpf(0.3), x)):
        agree(part, twin, *POINTS[1:], digits=25, first=1e-10)


def test_zero():
    """Where a recurrence would divide by 0."""

    def at_zero(f, v):
        return [diff(lambda x: f(v, x))(0.0), diff(diff(lambda x: f(v, x)))(0.0)]

    assert at_zero(special.jv, 0) == [0, -0.5]
    assert at_zero(special.jv, 1) == [0.5, 0]
    assert at_zero(special.jv, 2) == [0, 0.25]
    assert at_zero(special.iv, 0) == [0, 0.5]
    assert at_zero(special.iv, 1) == [0.5, 0]
    assert diff(special.j1)(0.0) == 0.5
    assert grad(special.k0)(0.0) == -np.inf
    assert grad(special.y0)(0.0) == np.inf
    assert grad(lambda x: special.jv(0.5, x))(0.0) == np.inf


@pytest.mark.parametrize("v", [0.0, 1e-3, 0.5, 3.0, -2.5, 20.0])
def test_the_order_of_k(v):
    for x in (1e-10, 0.1, 1.0, 10.0, 1000.0):
        with mp.workdps(30):
            exact = mp.mpf(v), mp.mpf(x)

            def truth(v, x):
                return mp.besselk(v, x) * mp.exp(x)

            for numbers in ([0], [0, 0], [0, 1]):
                derivative = special.kve
                for number in numbers:
                    derivative = slope(derivative, number)
                compare(derivative(v, x), truth, exact, numbers, 1e-12)
    unscaled = diff(lambda v: special.kv(v, 2.0))(v)
    assert unscaled == pytest.approx(np.exp(-2) * slope_in_order("kv", v, 2.0))


def test_order_and_argument_together():
    """As in the smoothness of Matérn's covariance."""

    def f(p):
        return np.log(special.kv(p[0], p[1]))

    def truth(v, x):
        return mp.log(mp.besselk(v, x))

    point = (1.5, 0.7)
    found = hessian(f)(np.array(point))
    for i in (0, 1):
        for j in (0, 1):
            exact = tuple(map(mp.mpf, point))
            compare(found[i, j], truth, exact, [i, j], 1e-12)


@pytest.mark.parametrize("name", ["jv", "yv", "iv", "hankel1", "struve", "jve", "ive"])
def test_other_orders_are_refused(name):
    f = getattr(special, name)
    with pytest.raises(NoDerivativeError, match=rf"{name} has no derivative .* 'v'"):
        grad(lambda v: np.real(f(v, 1.0)))(2.0)


def test_the_order_of_k_is_real_and_so_is_its_argument():
    with pytest.raises(NoDerivativeError, match="where the argument is real"):
        grad(lambda v: np.real(special.kv(v, 1.0 + 1j)))(2.0)
    assert np.isnan(grad(lambda v: special.kv(v, -1.0))(2.0))


@pytest.mark.parametrize("v", [0.0, 2.3])
def test_struves_functions(v):
    for f, truth in ((special.struve, mp.struveh), (special.modstruve, mp.struvel)):
        agree(
            lambda x, f=f: f(v, x),
            lambda x, truth=truth: truth(v, x),
            *POINTS[1:3],
            digits=20,
            first=1e-10,
        )


def test_spherical_ones_and_their_derivatives():
    def truth(x):
        return mp.sqrt(mp.pi / (2 * x)) * mp.besselj(2.5, x)

    rule = spherical["spherical_jn", False]
    agree(lambda x: rule(2, x), truth, 0.5, 3.0)
    slopes = spherical["spherical_jn", True]
    agree(lambda x: slopes(2, x), lambda x: mp.diff(truth, x), 0.5, 3.0)
    assert grad(lambda x: rule(1, x))(0.0) == pytest.approx(1 / 3, rel=1e-15)
    assert grad(lambda x: rule(0, x))(0.0) == 0


def test_complex_arguments():
    for name in ("jv", "yv", "iv", "kv", "hankel1"):
        f = getattr(special, name)
        across = diff(lambda x, f=f: f(0.3, x + 0.6j))(1.3)
        upward = diff(lambda y, f=f: f(0.3, 1.3 + 1j * y))(0.6)
        np.testing.assert_allclose(upward, 1j * across, rtol=1e-12)
