"""Fourier transforms against SciPy's values and differences of them."""

import numpy as np
import pytest
import scipy.fft
from truth import check, check_single, entries, sampler

from diffops import grad, jvp
from diffops.scipy import fft

array = sampler(12)
NORMS = [None, "backward", "ortho", "forward"]
REAL = ["rfft", "ihfft", "rfft2", "rfftn", "ihfft2", "ihfftn"]
ALONG = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
OVER = [
    *("fftn", "ifftn", "rfftn", "irfftn", "hfftn", "ihfftn"),
    *("fft2", "ifft2", "rfft2", "irfft2", "hfft2", "ihfft2"),
]


def compare(name, x, **options):
    """Compare the mirror with SciPy: plain, tracked, and its derivatives."""
    mirror, original = getattr(fft, name), getattr(scipy.fft, name)
    wanted = original(x, **options)
    np.testing.assert_array_equal(mirror(x, **options), wanted)
    found, _ = jvp(lambda x: mirror(x, **options), (x,), (x,))
    assert found.dtype == wanted.dtype
    np.testing.assert_allclose(found, wanted, rtol=1e-14, atol=1e-14)
    check(lambda x: mirror(x, **options), x)


@pytest.mark.parametrize("name", ALONG)
def test_along_an_axis(name):
    kinds = [float] if name in REAL else [float, complex]
    for kind in kinds:
        x = array((3, 4), kind)
        for norm in NORMS:
            compare(name, x, norm=norm)
        for options in ({"n": 3}, {"n": 6}, {"axis": 0}, {"n": 5, "axis": 0}):
            compare(name, x, **options)


@pytest.mark.parametrize("name", OVER)
def test_over_several_axes(name):
    kinds = [float] if name in REAL else [float, complex]
    for kind in kinds:
        x = array((2, 3, 4), kind)
        for norm in NORMS:
            compare(name, x, norm=norm)
        for options in ({"axes": (0, 1)}, {"s": (4, 3)}, {"s": (2, 6), "axes": (1, 2)}):
            compare(name, x, **options)
    if not name.endswith("2"):
        compare(name, array((2, 4)), s=3, axes=1)


def test_shifts():
    check(fft.fftshift, entries(5))
    check(lambda x: fft.ifftshift(x, axes=0), entries(3, 4))


def test_single_and_half_precision():
    check_single(lambda x: fft.irfft(fft.rfft(x)), entries(6))
    x = np.array([0.5, -1.0, 2.0], np.float16)
    assert jvp(fft.hfft, (x,), (x,))[1].dtype == scipy.fft.hfft(x).dtype
    assert grad(lambda x: np.sum(fft.hfft(x) ** 2))(x).dtype == np.float16


def test_real_transforms_refuse_complex_values():
    for name in REAL:
        with pytest.raises(TypeError, match="real sequence"):
            jvp(getattr(fft, name), (array((2, 3), complex),), (np.ones((2, 3)),))
