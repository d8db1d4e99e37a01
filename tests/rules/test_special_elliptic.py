"""Elliptic integrals and functions, also where their arguments coincide."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree, compare, slope
from scipy import special

from diffops import diff, grad

CARLSON = ((0.5, 1.0, 2.0), (1.0, 1.0, 1.0), (0.7, 0.7, 2.0), (1.0, 2.0, 1.0 + 1e-7))


@pytest.mark.parametrize("name", ["elliprf", "elliprd", "elliprg"])
def test_carlsons_forms(name):
    f, truth = getattr(special, name), getattr(mp, name)
    agree(f, truth, *CARLSON, first=1e-11, digits=20)
    agree(f, truth, (0.0, 1.0, 2.0), wrt=(1, 2), first=1e-11)


def test_carlsons_form_over_many_orders_of_magnitude():
    agree(special.elliprd, mp.elliprd, (1e-4, 1.0, 1e3), first=1e-11)


def test_carlsons_form_of_four_arguments():
    """The last one negative asks for a principal value, the real part of mpmath's."""
    for point in ((0.5, 1.0, 2.0, 3.0), (1.0, 1.0, 1.0, 1.0), (0.5, 1.0, 2.0, -3.0)):
        for numbers in ([0], [3], [3, 3]):
            derivative = special.elliprj
            for number in numbers:
                derivative = slope(derivative, number)
            exact = tuple(map(mp.mpf, point))
            with mp.workdps(15):
                compare(derivative(*point), mp.elliprj, exact, numbers, 1e-10)


def test_carlsons_form_of_two_arguments():
    points = (0.5, 2.0), (1.0, 1.0), (1.0, 1.0001), (5.0, 0.1), (1.0, -2.0)
    agree(special.elliprc, mp.elliprc, *points, first=1e-10, second=1e-9)


def test_complex_arguments():
    def f(x):
        return special.elliprf(x, 1.0 + 0.5j, 2.0)

    across = diff(lambda x: f(x + 0.6j))(1.3)
    upward = diff(lambda y: f(1.3 + 1j * y))(0.6)
    np.testing.assert_allclose(upward, 1j * across, rtol=1e-12)
    truth = mp.diff(lambda x: mp.elliprj(x, 1 + 0.5j, 2, 3 + 1j), 1.3 + 0.6j)
    found = diff(lambda x: special.elliprj(x, 1 + 0.5j, 2.0, 3 + 1j))(1.3 + 0.6j)
    np.testing.assert_allclose(found, complex(truth), rtol=1e-10)


def test_complete_integrals():
    points = 0.5, 0.0, -3.0, 0.999, 1e-9, -1e6
    agree(special.ellipk, mp.ellipk, *points, first=1e-11)
    agree(special.ellipe, mp.ellipe, *points, first=1e-11)
    agree(special.ellipkm1, lambda p: mp.ellipk(1 - p), 0.5, 1e-12, 3.0, digits=50)
    assert grad(special.ellipk)(1.0) == np.inf


def test_incomplete_integrals_beyond_a_quarter_period():
    points = (1.5, 0.9), (-7.0, 0.3), (0.5, -4.0), (1.2, 0.0)
    agree(special.ellipkinc, mp.ellipf, *points, first=1e-11)
    agree(special.ellipeinc, mp.ellipe, *points, first=1e-11)


def test_jacobis_functions():
    points = (0.5, 0.3), (2.0, 0.7), (-5.0, 0.5), (7.0, 0.2)
    for i, name in enumerate(("sn", "cn", "dn")):
        agree(
            lambda u, m, i=i: special.ellipj(u, m)[i],
            lambda u, m, name=name: mp.ellipfun(name, u, m=m),
            *points,
            first=1e-11,
        )


def test_the_amplitude_is_what_the_integral_undoes():
    def there_and_back(u, m):
        return special.ellipkinc(special.ellipj(u, m)[3], m)

    for u, m in ((0.5, 0.3), (4.0, 0.8)):
        assert diff(lambda t, m=m: there_and_back(t, m))(u) == pytest.approx(1)
        assert abs(diff(lambda t, u=u: there_and_back(u, t))(m)) < 1e-12


def test_the_arithmetic_geometric_mean():
    agree(special.agm, mp.agm, (1.0, 2.0), (1.0, 1.0), (3.0, 1e-3), first=1e-11)
    here = diff(lambda a: special.agm(a, 2.0))(1.0)
    for scale in (1e200, 1e-200, -1.0):
        there = diff(lambda a, s=scale: special.agm(a, 2 * s))(scale)
        assert there == pytest.approx(here, rel=1e-13)
