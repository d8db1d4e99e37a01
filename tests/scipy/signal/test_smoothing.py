"""Linear maps of sequences against SciPy's own and differences of them."""

import itertools

import numpy as np
import pytest
import scipy.signal
from mirrored import compare
from truth import check_single, sampler

from diffops import NoDerivativeError, grad
from diffops.scipy import signal

array = sampler(33)


def both(name):
    return getattr(signal, name), getattr(scipy.signal, name)


def test_detrend():
    for axis, kind in itertools.product((0, -1), ("linear", "constant")):
        compare(*both("detrend"), array((5, 6)), axis=axis, type=kind)
    compare(*both("detrend"), array((9,)), bp=[3, 7])
    compare(*both("detrend"), array((6,), complex), bp=2)
    check_single(signal.detrend, array(6))


@pytest.mark.parametrize("mode", ["interp", "mirror", "constant", "nearest", "wrap"])
def test_savgol_filter(mode):
    for window, deriv, axis in itertools.product((4, 5), (0, 1), (0, -1)):
        options = {
            "deriv": deriv,
            "delta": 0.3,
            "axis": axis,
            "mode": mode,
            "cval": 0.7,
        }
        mirror, original = (
            lambda x, f=f, window=window, options=options: f(x, window, 2, **options)
            for f in both("savgol_filter")
        )
        compare(mirror, original, array((7, 8)))
    check_single(lambda x: signal.savgol_filter(x, 5, 2, mode=mode), array(8))


@pytest.mark.parametrize("size", [7, 8])
def test_hilbert(size):
    for n, axis in itertools.product((None, 6, 9), (0, -1)):
        compare(*both("hilbert"), array((size, size)), N=n, axis=axis)


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("size", [8, 9])
def test_resample(size, kind):
    for num in (1, 2, 5, 6, 7, 8, 9, 11, 12, 16):
        mirror, original = (lambda x, f=f, n=num: f(x, n) for f in both("resample"))
        compare(mirror, original, array((size, 2), kind))
    mirror, original = (
        lambda x, t, f=f: f(x, 5, t=t, axis=1) for f in both("resample")
    )
    compare(mirror, original, array((2, 6), kind), np.arange(6) * 0.5)


@pytest.mark.parametrize("rate", [(1, 1), (2, 1), (1, 2), (3, 2), (2, 4)])
def test_rates_by_filters(rate):
    mirror, original = (lambda h, x, f=f: f(h, x, *rate) for f in both("upfirdn"))
    compare(mirror, original, array(4), array((2, 6)))
    compare(mirror, original, array(3), array(6, complex))
    for padtype in ("constant", "mean", "median", "maximum", "minimum"):
        mirror, original = (
            lambda x, f=f, p=padtype: f(x, *rate, padtype=p)
            for f in both("resample_poly")
        )
        far_from_ties = np.array([[3.0, 1, 7, 5, 2, 4, 6], [1, 4, 3, 2, 7, 6, 5]]).T
        compare(mirror, original, far_from_ties)
    taps = array(3)
    mirror, original = (
        lambda x, f=f: f(x, *rate, axis=1, window=taps) for f in both("resample_poly")
    )
    compare(mirror, original, array((2, 7)))


@pytest.mark.parametrize("ftype", ["iir", "fir"])
def test_decimate(ftype):
    for q, axis in ((2, 0), (3, 1)):
        mirror, original = (
            lambda x, f=f, q=q, axis=axis: f(x, q, ftype=ftype, axis=axis)
            for f in both("decimate")
        )
        compare(mirror, original, array((32, 32)), bound=1e-10, order=0)
    mirror, original = (
        lambda x, f=f: f(x, 2, 2, ftype=ftype) for f in both("decimate")
    )
    compare(mirror, original, array(32))


def test_errors():
    x = np.ones(6)

    def raising(error, match, f):
        with pytest.raises(error, match=match):
            grad(lambda x: np.sum(np.real(f(x))))(x)

    raising(ValueError, "Trend", lambda x: signal.detrend(x, type="cubic"))
    raising(ValueError, "Breakpoints", lambda x: signal.detrend(x, bp=9))
    raising(ValueError, "mode", lambda x: signal.savgol_filter(x, 3, 1, mode="far"))
    raising(ValueError, "window_length", lambda x: signal.savgol_filter(x, 9, 1))
    raising(ValueError, "real", lambda x: signal.hilbert(1j * x))
    raising(ValueError, "positive", lambda x: signal.hilbert(x, 0))
    for match, f in (
        ("window=", lambda x: signal.resample(x, 4, window="hann")),
        ("domain=", lambda x: signal.resample(x, 4, domain="freq")),
        ("mode='wrap'", lambda x: signal.upfirdn([1.0], x, mode="wrap")),
        ("padtype='line'", lambda x: signal.resample_poly(x, 2, 1, padtype="line")),
        ("decimate", lambda x: signal.decimate(x, 2, zero_phase=False)),
        (r"scipy\.signal\.medfilt", signal.medfilt),
    ):
        raising(NoDerivativeError, match, f)
