"""Short-time Fourier transforms against SciPy's own and differences of them."""

import itertools

import numpy as np
import pytest
import scipy.signal
from mirrored import compare
from truth import check, sampler

from diffops import grad, jvp
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


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("mode", ["psd", "complex", "magnitude", "angle", "phase"])
@pytest.mark.parametrize(
    "options",
    [
        {"nperseg": 8},
        {"nperseg": 7, "noverlap": 2, "nfft": 9, "fs": 3.0, "scaling": "spectrum"},
        {"nperseg": 6, "return_onesided": False},
    ],
)
def test_spectrogram(options, mode, kind):
    angles = mode in ("angle", "phase")
    if kind is complex:
        options = options | {"return_onesided": False}
    if angles:
        options = options | {"detrend": False}

    def f(module, axis):
        def run(x):
            found = module.spectrogram(x, mode=mode, axis=axis, **options)
            if angles:  # but for those of real transforms, which may be π or −π
                return np.take(found[2], [1, 2], axis % 2)
            return found

        return run

    for x, axis in ((array((2, 15), kind), -1), (array((15, 2), kind), 0)):
        x, order = (x + 3, 0) if angles else (x, 1)
        compare(f(signal, axis), f(scipy.signal, axis), x, order=order)


def test_unknown_modes():
    with pytest.raises(ValueError, match="mode"):
        grad(lambda x: signal.spectrogram(x, mode="odd")[2][0, 0])(np.ones(9))


def test_phases_vary_smoothly():
    x = 3 + array(24) / 3

    def f(x):
        return signal.spectrogram(x, nperseg=8, detrend=False, mode="phase")[2][1:3]

    check(f, x)


@pytest.mark.parametrize("boundary", [True, False])
@pytest.mark.parametrize("onesided", [True, False])
@pytest.mark.filterwarnings("ignore:NOLA")
def test_istft(boundary, onesided):
    for options in (
        {},
        {"nperseg": 8, "noverlap": 5, "fs": 3.0},
        {"nperseg": 9, "scaling": "psd"},
        {"nperseg": 6, "nfft": 8, "window": ("kaiser", 2.0)},
    ):
        options = {"boundary": boundary, "input_onesided": onesided} | options
        if not onesided:
            options["nperseg"] = 5
            options.pop("nfft", None)
            options.pop("noverlap", None)
        compare(signal.istft, scipy.signal.istft, array((2, 5, 6), complex), **options)
        rows = array((6, 2, 5), complex)
        axes = {"time_axis": 0, "freq_axis": 2}
        compare(signal.istft, scipy.signal.istft, rows, order=0, **axes, **options)


def test_istft_undoes_stft():
    x = array(24)
    f = lambda x: signal.istft(signal.stft(x, nperseg=8)[2])[1]  # noqa: E731
    y, slope = jvp(f, (x,), (x[::-1],))
    np.testing.assert_allclose(y, x, atol=1e-14)
    np.testing.assert_allclose(slope, x[::-1], atol=1e-14)


def test_errors_of_istft():
    for x, options in (
        (np.ones(4), {}),
        (np.ones((3, 4)), {"time_axis": 0, "freq_axis": 0}),
        (np.ones((3, 4)), {"noverlap": 9}),
    ):
        with pytest.raises(ValueError):
            scipy.signal.istft(x, **options)
        with pytest.raises(ValueError):
            grad(lambda x, o=options: signal.istft(x, **o)[1][0])(x)
