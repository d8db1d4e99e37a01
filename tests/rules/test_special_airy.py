"""Airy's and Kelvin's functions, and integrals of Bessel, Struve and Airy functions."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree, parts
from scipy import special

from diffops import diff, grad

AIRY = (
    mp.airyai,
    lambda x: mp.airyai(x, derivative=1),
    mp.airybi,
    lambda x: mp.airybi(x, derivative=1),
)


def scaled(i):
    def f(z):
        zeta = mp.mpf(2) / 3 * z * mp.sqrt(z)
        return AIRY[i](z) * (mp.exp(zeta) if i < 2 else mp.exp(-abs(mp.re(zeta))))

    return f


@pytest.mark.parametrize("i", range(4))
def test_airys_functions(i):
    points = -20.0, -3.0, 0.0, 0.5, 5.0, 50.0
    agree(lambda x: special.airy(x)[i], AIRY[i], *points, first=1e-11)


@pytest.mark.parametrize("i", range(4))
def test_scaled_airy_functions(i):
    points = 0.5, 5.0, 7.9, 8.1, 50.0, 1000.0
    agree(lambda x: special.airye(x)[i], scaled(i), *points, first=1e-11)
    if i < 2:
        assert np.isnan(grad(lambda x: special.airye(x)[i])(-3.0))
    else:
        agree(lambda x: special.airye(x)[i], AIRY[i], -3.0)


@pytest.mark.parametrize("i", range(4))
def test_scaled_airy_functions_in_the_plane(i):
    for f, truth in parts(
        lambda x, y: special.airye(x + 1j * y)[i], lambda x, y: scaled(i)(x + 1j * y)
    ):
        agree(f, truth, (0.5, 0.7), (-3.0, -2.0), first=1e-10, digits=20)


@pytest.mark.parametrize("name", ["ber", "bei", "ker", "kei"])
def test_kelvins_functions(name):
    def truth(x):
        return getattr(mp, name)(0, x)

    points = 0.01, 0.5, 3.0
    agree(getattr(special, name), truth, *points, digits=20, first=1e-10)
    i, part = "bk".index(name[0]), np.real if name[1:] == "er" else np.imag
    for x in points:
        for place, f in ((i, name), (i + 2, f"{name}p")):
            one = diff(getattr(special, f))(x)
            all_ = diff(lambda x, place=place: part(special.kelvin(x)[place]))(x)
            assert one == pytest.approx(all_, rel=1e-12)


def test_kelvins_functions_at_zero():
    assert diff(special.berp)(0.0) == 0
    assert diff(special.beip)(0.0) == 0.5
    assert diff(diff(special.beip))(0.0) == 0


@pytest.mark.parametrize(
    ("name", "integrands"),
    [
        ("itj0y0", [lambda t: mp.besselj(0, t), lambda t: mp.bessely(0, t)]),
        ("iti0k0", [lambda t: mp.besseli(0, t), lambda t: mp.besselk(0, t)]),
        (
            "it2j0y0",
            [
                lambda t: (1 - mp.besselj(0, t)) / t,
                lambda t: -mp.bessely(0, t) / t,
            ],
        ),
        (
            "it2i0k0",
            [
                lambda t: (mp.besseli(0, t) - 1) / t,
                lambda t: -mp.besselk(0, t) / t,
            ],
        ),
        ("itairy", [AIRY[0], AIRY[2], lambda t: AIRY[0](-t), lambda t: AIRY[2](-t)]),
        ("itstruve0", [lambda t: mp.struveh(0, t)]),
        ("it2struve0", [lambda t: -mp.struveh(0, t) / t]),
        ("itmodstruve0", [lambda t: mp.struvel(0, t)]),
    ],
)
def test_the_slope_of_an_integral_is_its_integrand(name, integrands):
    def outputs(x):
        y = getattr(special, name)(x)
        return y if isinstance(y, tuple) else (y,)

    for i, integrand in enumerate(integrands):
        for x in (0.5, 0.99, 1.01, 3.0):
            f = lambda x, i=i: outputs(x)[i]  # noqa: E731
            assert diff(f)(x) == pytest.approx(float(integrand(x)), rel=1e-13)
            bend = float(mp.diff(integrand, x))
            assert grad(diff(f))(x) == pytest.approx(bend, rel=1e-12)


def test_an_integral_at_zero():
    slope = diff(lambda x: special.it2j0y0(x)[0])
    assert slope(0.0) == 0
    assert diff(slope)(0.0) == 0.25


def test_integrals_of_powers_times_bessel():
    def truth(a):
        return mp.quad(lambda x: x**1.5 * mp.besselj(2, 2 * a * x), [0, 1])

    agree(
        lambda a: special.besselpoly(a, 1.5, 2.0),
        truth,
        0.5,
        digits=15,
        first=1e-9,
        second=1e-8,
    )
    assert grad(lambda a: special.besselpoly(a, 1.5, 2.0))(0.0) == 0
