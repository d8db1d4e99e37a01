"""Spectra of segments against SciPy's own and differences of them."""

import numpy as np
import pytest
import scipy.signal
from mirrored import compare
from truth import check_single, sampler

from diffops import grad
from diffops.scipy import signal

array = sampler(42)  # medians far from ties
OPTIONS = [
    {},
    {"nperseg": 7, "noverlap": 3, "nfft": 10, "fs": 2.0},
    {"detrend": "linear", "scaling": "spectrum"},
    {"detrend": False, "return_onesided": False},
    {"window": "boxcar", "average": "median"},
    {"window": ("kaiser", 4.0), "noverlap": 0, "average": "median"},
    {"window": np.arange(1.0, 9.0)},
    {"detrend": lambda x: x - x[..., :1]},
]


def both(name):
    return getattr(signal, name), getattr(scipy.signal, name)


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("options", OPTIONS)
def test_welch_and_cross_spectra(options, kind):
    options = {"nperseg": 8} | options
    compare(*both("welch"), array((2, 20), kind), **options)
    compare(*both("welch"), array((20,), kind), axis=0, **options)
    compare(*both("csd"), array((2, 20), kind), array((2, 20), kind), **options)
    compare(*both("csd"), array((2, 20), kind), array((2, 17), kind), **options)
    plain = ("average", "scaling", "return_onesided")
    options = {key: value for key, value in options.items() if key not in plain}
    if "boxcar" not in str(options):  # 0 / 0 at frequency 0
        compare(*both("coherence"), array(20, kind), array(20, kind), **options)


def test_periodogram():
    for options in (
        {},
        {"window": "hann"},
        {"nfft": 8},
        {"nfft": 20, "scaling": "spectrum"},
        {"detrend": False, "return_onesided": False, "fs": 2.0},
        {"window": np.arange(1.0, 13.0)},
    ):
        compare(*both("periodogram"), array((2, 12)), **options)
        compare(*both("periodogram"), array((12, 2), complex), axis=0, **options)


def test_single_precision():
    check_single(lambda x: signal.welch(x, nperseg=8)[1], array(20))


def test_short_signals_warn_as_in_scipy():
    x = array(6)
    for function in both("welch"):
        with pytest.warns(UserWarning, match="nperseg=256 is greater than signal"):
            function(x)
    with pytest.warns(UserWarning, match="nperseg=256 is greater than signal"):
        slope = grad(lambda x: signal.welch(x)[1][1])(x)
    wanted = grad(lambda x: signal.welch(x, nperseg=6)[1][1])(x)
    np.testing.assert_array_equal(slope, wanted)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"nperseg": 4, "nfft": 3}, "nfft"),
        ({"nperseg": 4, "noverlap": 4}, "noverlap"),
        ({"window": np.ones((2, 2))}, "1-D"),
        ({"window": np.ones(4), "nperseg": 5}, "nperseg"),
        ({"window": np.ones(40)}, "longer"),
        ({"nperseg": 4, "scaling": "loud"}, "scaling"),
        ({"nperseg": 4, "average": "mode"}, "average"),
    ],
)
def test_errors_are_those_of_scipy(options, match):
    x = np.ones(12)
    with pytest.raises(ValueError):
        scipy.signal.welch(x, **options)
    with pytest.raises(ValueError, match=match):
        grad(lambda x: np.sum(signal.welch(x, **options)[1]))(x)


def test_a_window_of_another_size_than_the_signal():
    with pytest.raises(ValueError, match="same size"):
        grad(lambda x: signal.periodogram(x, window=np.ones(3))[1][0])(np.ones(4))
