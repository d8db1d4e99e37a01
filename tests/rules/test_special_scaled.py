"""Scaled Bessel functions, whose slopes must not cancel where they level off."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree, parts
from scipy import special

from diffops import grad
from diffops.rules.special_scaled import slope_of_ive, slope_of_kve

POINTS = (1e-3, 3.0, 29.0, 31.0, 1e5)


def scaled_i(v, x):
    return mp.besseli(v, x) * mp.exp(-abs(x))


def scaled_k(v, x):
    return mp.besselk(v, x) * mp.exp(x)


@pytest.mark.parametrize("v", [0.0, 0.3, 12.0])
def test_modified_ones(v):
    for f, truth in ((special.ive, scaled_i), (special.kve, scaled_k)):
        agree(
            lambda x, f=f: f(v, x),
            lambda x, truth=truth: truth(v, x),
            *POINTS,
            first=1e-11,
            digits=25,
        )


def test_orders_zero_and_one():
    for n in (0, 1):
        i, k = getattr(special, f"i{n}e"), getattr(special, f"k{n}e")
        points = (0.5, 29.0, -3.0, -50.0)
        agree(i, lambda x, n=n: scaled_i(n, x), *points, first=1e-11, digits=25)
        agree(k, lambda x, n=n: scaled_k(n, x), 0.5, 50.0, first=1e-11, digits=25)


@pytest.mark.parametrize("v", [0.0, 0.3])
@pytest.mark.parametrize("kind", [1, 2])
def test_hankels_functions(kind, v):
    f = getattr(special, f"hankel{kind}e")
    h, turn = (mp.hankel1, -1j) if kind == 1 else (mp.hankel2, 1j)
    for part, truth in parts(
        lambda x: f(v, x), lambda x: h(mp.mpf(v), x) * mp.exp(turn * x)
    ):
        agree(part, truth, *POINTS[1:], first=1e-10, digits=25)


@pytest.mark.parametrize("name", ["ive", "jve", "yve"])
def test_the_plane_where_they_are_not_analytic(name):
    f = getattr(special, name)
    bessel = {"ive": mp.besseli, "jve": mp.besselj, "yve": mp.bessely}[name]

    def truth(x, y):
        z = x + 1j * y
        return bessel(1, z) * mp.exp(-abs(mp.re(z) if name == "ive" else mp.im(z)))

    for part, twin in parts(lambda x, y: f(1, x + 1j * y), truth):
        agree(part, twin, (1.3, 0.6), (-2.0, -3.0), digits=15, first=1e-11)


def test_on_the_real_line_two_of_them_are_not_scaled():
    for name in ("jv", "yv"):
        plain, scaled = getattr(special, name), getattr(special, f"{name[0]}ve")
        for x in (0.5, 40.0):
            slopes = [grad(lambda x, f=f: f(2, x))(x) for f in (plain, scaled)]
            assert slopes[0] == pytest.approx(slopes[1], rel=1e-13)


def test_far_and_near_formulas_meet():
    for x in (30.0 - 1e-9, 30.0 + 1e-9):
        y = special.ive(0.3, x)
        np.testing.assert_allclose(
            slope_of_ive(y, 0.3, x),
            float(mp.diff(lambda t: scaled_i(0.3, t), x)),
            1e-12,
        )
        y = special.kve(0.3, x)
        np.testing.assert_allclose(
            slope_of_kve(y, 0.3, x),
            float(mp.diff(lambda t: scaled_k(0.3, t), x)),
            1e-12,
        )
