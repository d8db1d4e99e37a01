"""Fourier transforms against differences, with sizes, norms and axes."""

import numpy as np
import pytest
from truth import check, check_single

RNG = np.random.default_rng(3)
REAL = RNG.normal(size=(3, 4))
COMPLEX = REAL + 1j * RNG.normal(size=(3, 4))
TABLE = [
    (np.fft.fft, COMPLEX, ({}, {"n": 3}, {"n": 6, "axis": 0}, {"norm": "ortho"})),
    (np.fft.fft, REAL, ({}, {"norm": "forward"})),
    (np.fft.ifft, COMPLEX, ({}, {"n": 3}, {"n": 6, "axis": 0}, {"norm": "ortho"})),
    (np.fft.rfft, REAL, ({}, {"n": 3}, {"n": 7}, {"axis": 0, "norm": "forward"})),
    (np.fft.irfft, COMPLEX, ({}, {"n": 3}, {"n": 9}, {"axis": 0, "norm": "ortho"})),
    (np.fft.irfft, REAL, ({}, {"n": 5, "norm": "forward"})),
    (np.fft.hfft, COMPLEX, ({}, {"n": 5}, {"norm": "ortho"})),
    (np.fft.ihfft, REAL, ({}, {"n": 5}, {"norm": "forward"})),
    (np.fft.fft2, COMPLEX, ({}, {"s": (2, 5)}, {"norm": "ortho"})),
    (np.fft.ifft2, COMPLEX, ({}, {"s": (2, 5)})),
    (np.fft.fftn, COMPLEX, ({}, {"s": (2, -1), "axes": (0, 1)}, {"axes": (1,)})),
    (np.fft.ifftn, COMPLEX, ({}, {"axes": (0,)})),
    (np.fft.fftn, COMPLEX, ({"s": (5, -1), "axes": (1, 1)},)),
    (np.fft.rfft2, REAL, ({}, {"s": (4, 3)}, {"axes": (1, 1)}, {"s": (4, -1)})),
    (np.fft.irfft2, COMPLEX, ({}, {"s": (4, 5)}, {"s": (4, -1)}, {"s": (-1, 5)})),
    (np.fft.rfftn, REAL, ({}, {"s": (2, 6), "axes": (1, 0)}, {"norm": "ortho"})),
    (np.fft.irfftn, COMPLEX, ({}, {"s": (2, 6), "axes": (1, 0)})),
    (np.fft.fftshift, REAL, ({}, {"axes": 1})),
    (np.fft.ifftshift, COMPLEX, ({}, {"axes": (0,)})),
]
CASES = [(f, x, options) for f, x, table in TABLE for options in table]


@pytest.mark.parametrize(("f", "x", "options"), CASES)
def test_transforms(f, x, options):
    check(lambda x: f(x, **options), x)


@pytest.mark.parametrize("f", [np.fft.fft, np.fft.rfft, np.fft.ifft])
def test_spectral_energy_to_second_order(f):
    check(lambda x: np.sum(np.abs(f(x * x)) ** 2), REAL)


@pytest.mark.parametrize("f", [np.fft.rfft, np.fft.fftn])
def test_single_precision(f):
    check_single(lambda x: np.abs(f(x)) ** 2, REAL)
