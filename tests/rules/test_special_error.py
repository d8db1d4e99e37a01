"""The error function and its kin, near, far and at infinity."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree, parts
from scipy import special

from diffops import diff, grad
from diffops.rules.special_error import slopes_of_dawsn, slopes_of_erfcx

FAR_AND_NEAR = (-30.0, -5.0, -0.3, 0.0, 0.5, 2.0, 6.2, 6.4, 12.0, 40.0)


def faddeeva(z):
    return mp.exp(-z * z) * mp.erfc(-1j * z)


def voigt(x, sigma, gamma):
    z = (x + 1j * gamma) / (sigma * mp.sqrt(2))
    return mp.re(faddeeva(z)) / (sigma * mp.sqrt(2 * mp.pi))


def fresnel_plus(x):
    turn = mp.exp(0.25j * mp.pi)
    return mp.sqrt(mp.pi) / 2 * turn * mp.erfc(x / turn)


def fresnel_scaled(x):
    phase = mp.exp(-1j * (x * x + mp.pi / 4))
    return phase / mp.sqrt(mp.pi) * fresnel_plus(x)


def test_the_error_function():
    agree(special.erf, mp.erf, -5.0, 0.0, 0.3, 2.0)
    agree(special.erfc, mp.erfc, -5.0, 0.0, 2.0, 25.0)
    agree(special.erfi, mp.erfi, -3.0, 0.0, 0.5)
    agree(special.erfinv, mp.erfinv, -0.9, 0.0, 0.5, 0.999999)
    agree(special.erfcinv, lambda x: mp.erfinv(1 - x), 0.1, 1.5, 1e-6)


def test_scaled_ones_do_not_cancel_far_out():
    agree(
        special.erfcx,
        lambda x: mp.exp(x * x) * mp.erfc(x),
        *FAR_AND_NEAR[1:],
        1e4,
        1e8,
        digits=60,
    )
    agree(
        special.dawsn,
        lambda x: mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x),
        *FAR_AND_NEAR,
        digits=60,
    )


@pytest.mark.parametrize("height", [0.0, 0.5, 4.0])
def test_faddeevas_function_along_lines(height):
    for f, truth in parts(
        lambda x: special.wofz(x + 1j * height), lambda x: faddeeva(x + 1j * height)
    ):
        agree(f, truth, 0.1, 2.0, 5.0, 8.0, 12.0)


def test_below_the_axis_the_bell_grows():
    for f, truth in parts(
        lambda y: special.wofz(3.0 - 1j * y), lambda y: faddeeva(3 - 1j * y)
    ):
        agree(f, truth, 0.5, 4.0, 8.0)


@pytest.mark.parametrize("point", [(0.1, 1.0, 0.5), (4.0, 0.1, 1e-3), (12.0, 1.0, 3.0)])
def test_voigts_profile(point):
    agree(special.voigt_profile, voigt, point)


def test_voigts_profile_without_a_bell_is_lorentzs():
    def profile(sigma):
        return special.voigt_profile(2.0, sigma, 0.5)

    bend = float(mp.diff(lambda x: 0.5 / mp.pi / (x * x + 0.25), 2, 2))
    assert diff(profile)(0.0) == 0
    assert diff(diff(profile))(0.0) == pytest.approx(bend, rel=1e-13)


def test_voigts_profile_without_width_is_the_bell():
    slope = diff(lambda x: special.voigt_profile(x, 1.0, 0.0))(9.0)
    bell = np.exp(-40.5) / np.sqrt(2 * np.pi)
    assert slope == pytest.approx(-9 * bell, rel=1e-13, abs=0)


def test_fresnels_integrals():
    agree(lambda x: special.fresnel(x)[0], mp.fresnels, -2.3, 0.0, 1.0, 10.3)
    agree(lambda x: special.fresnel(x)[1], mp.fresnelc, -2.3, 0.0, 1.1, 10.3)
    for i, truth in enumerate((fresnel_plus, fresnel_scaled)):
        for f, twin in parts(lambda x, i=i: special.modfresnelp(x)[i], truth):
            agree(f, twin, 0.7, 3.0, 20.0)
        for f, twin in parts(
            lambda x, i=i: special.modfresnelm(x)[i],
            lambda x, truth=truth: mp.conj(truth(x)),
        ):
            agree(f, twin, 0.7, 3.0, 20.0)


def test_infinity():
    for f in (special.erf, special.erfc, special.dawsn, special.wofz):
        assert diff(f)(np.inf) == 0
        assert diff(diff(f))(np.inf) == 0
    assert diff(special.erf)(-np.inf) == 0
    assert diff(special.erfcx)(np.inf) == 0
    assert diff(special.erfcx)(-np.inf) == -np.inf
    assert np.isnan(grad(special.erf)(np.nan))


def test_all_slopes_in_a_row():
    """The m-th derivative has the next one for its own."""
    for slopes in (slopes_of_erfcx, slopes_of_dawsn):
        for x in (0.5, 9.0):
            found = diff(lambda x, slopes=slopes: slopes(3, x))(x)
            assert found == slopes(4, x)


@pytest.mark.parametrize("name", ["erf", "erfc", "erfcx", "erfi", "dawsn", "wofz"])
def test_complex_arguments(name):
    """What is analytic obeys the equations of Cauchy and Riemann."""
    f = getattr(special, name)
    for z in (0.3 + 0.4j, 5 + 6j):
        across = diff(lambda x, z=z: f(x + 1j * z.imag))(z.real)
        upward = diff(lambda y, z=z: f(z.real + 1j * y))(z.imag)
        np.testing.assert_allclose(upward, 1j * across, rtol=1e-10)
