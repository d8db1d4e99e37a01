"""Short-time Fourier transforms against SciPy's own and differences of them."""

import itertools

import numpy as np
import pytest
import scipy.signal
from mirrored import compare
from truth import sampler

from diffops import grad
from diffops.scipy import signal

array = sampler(35)


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("boundary", ["zeros", "even", "odd", "constant", None])
def test_stft(boundary, kind):
    for padded, options in itertools.product(
        (True, False),
        (
            {"nperseg": 8},
            {"nperseg": 7, "noverlap": 2, "nfft": 9, "fs": 3.0},
            {"nperseg": 6, "detrend": "constant", "return_onesided": False},
            {"nperseg": 6, "scaling": "psd", "window": ("kaiser", 2.0)},
        ),
    ):
        options = {"boundary": boundary, "padded": padded} | options
        if kind is complex:
            options["return_onesided"] = False
        compare(signal.stft, scipy.signal.stft, array((2, 15), kind), **options)
        rows = array((15, 2), kind)
        compare(signal.stft, scipy.signal.stft, rows, axis=0, order=0, **options)


def test_errors_are_those_of_scipy():
    for options in ({"boundary": "far"}, {"scaling": "density"}):
        options = {"nperseg": 2} | options
        with pytest.raises(ValueError):
            scipy.signal.stft(np.ones(6), **options)
        with pytest.raises(ValueError, match=r"boundary|scaling"):
            grad(lambda x, options=options: signal.stft(x, **options))(np.ones(6))


def test_complex_signals_have_two_sides():
    x = array(8, complex)
    for run in (
        lambda: scipy.signal.stft(x, nperseg=4),
        lambda: grad(lambda t: abs(signal.stft(t * x, nperseg=4)[2][-1, 1]))(1.0),
    ):
        with pytest.warns(UserWarning, match="return_onesided=False"):
            run()
