"""Correlations over windows against SciPy's own and differences of them."""

import itertools

import numpy as np
import pytest
import scipy.ndimage
from mirrored import compare
from truth import check, check_single, sampler

from diffops import NoDerivativeError, grad
from diffops.scipy import ndimage

array = sampler(51)
MODES = ["reflect", "mirror", "nearest", "wrap", "constant", "grid-wrap"]
WINDOWS = [((3, 3), 0), ((2, 3), 0), ((2, 4), (0, 1)), ((3, 3), (1, -1)), ((5, 2), -1)]


def both(name):
    return getattr(ndimage, name), getattr(scipy.ndimage, name)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["correlate", "convolve"])
def test_windows_of_several_axes(name, mode):
    for (shape, origin), kind in itertools.product(WINDOWS, (float, complex)):
        mirror, original = (
            lambda x, w, f=f, o=origin: f(x, w, mode=mode, cval=0.4, origin=o)
            for f in both(name)
        )
        compare(mirror, original, array((4, 5), kind), array(shape, kind), order=1)
    mirror, original = (lambda x, w, f=f: f(x, w, mode=mode) for f in both(name))
    compare(mirror, original, array((3, 4)), array((2, 3)))


@pytest.mark.parametrize("name", ["correlate", "convolve"])
def test_chosen_axes(name):
    x = array((3, 4, 5))
    mirror, original = (lambda x, w, f=f: f(x, w, axes=1) for f in both(name))
    compare(mirror, original, x, array(3), order=1)
    mirror, original = (
        lambda x, w, f=f: f(x, w, axes=(2, 0), origin=(0, 1)) for f in both(name)
    )
    compare(mirror, original, x, array((3, 2)), order=1)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["correlate1d", "convolve1d"])
def test_along_one_axis(name, mode):
    for (size, origin), axis in itertools.product(
        ((3, 0), (4, 0), (4, 1), (5, -2), (1, 0), (2, -1)), (0, -1)
    ):
        mirror, original = (
            lambda x, w, f=f, o=origin, axis=axis: f(
                x, w, axis, mode=mode, cval=0.4, origin=o
            )
            for f in both(name)
        )
        compare(mirror, original, array((3, 4)), array(size))


@pytest.mark.parametrize("mode", MODES)
def test_filters_with_weights_of_their_own(mode):
    x = array((4, 5))
    for name in ("laplace", "sobel", "prewitt", "uniform_filter"):
        compare(*both(name), x, mode=mode, cval=0.3)
    for size, origin in ((3, 1), (4, -2), (1, 0)):
        mirror, original = (
            lambda x, f=f, n=size, o=origin: f(x, n, 0, mode=mode, origin=o)
            for f in both("uniform_filter1d")
        )
        compare(mirror, original, x)


def test_one_option_per_axis():
    x = array((4, 5))
    modes = ("wrap", "nearest")
    compare(*both("uniform_filter"), x, size=(2, 3), mode=modes, origin=(-1, 1))
    compare(*both("uniform_filter"), x, size=3, axes=1)
    compare(*both("laplace"), x, mode=modes)
    compare(*both("laplace"), x, axes=(0,))
    compare(*both("sobel"), x, axis=0, mode=modes)


def test_the_value_beyond_the_edge_may_vary():
    x, w = array(4), array(3)
    check(lambda c: ndimage.correlate1d(x, w, mode="constant", cval=c), 0.7)


def test_precision():
    x, w = array((3, 4)), array((2, 2))
    check_single(ndimage.correlate, x, w)
    compare(*both("correlate"), x.astype(np.float32), w, bound=1e-6, order=0)
    whole = np.arange(6)
    check(lambda w: ndimage.correlate1d(whole, w, output=float), array(3))


def test_errors():
    x = np.ones((3, 3))

    def raising(error, match, f):
        with pytest.raises(error, match=match):
            grad(lambda x: np.sum(f(x)))(x)

    raising(RuntimeError, "mode", lambda x: ndimage.correlate1d(x, [1.0], mode="far"))
    raising(ValueError, "origin", lambda x: ndimage.correlate1d(x, [1.0], origin=1))
    raising(RuntimeError, "weights", lambda x: ndimage.correlate1d(x, []))
    raising(RuntimeError, r"weights\.ndim", lambda x: ndimage.correlate(x, [1.0]))
    raising(RuntimeError, "modes", lambda x: ndimage.correlate(x, x, mode=["wrap"] * 2))
    raising(RuntimeError, "size", lambda x: ndimage.uniform_filter1d(x, 0))
    raising(RuntimeError, "mode", lambda x: ndimage.laplace(x, mode=["wrap"]))
    raising(ValueError, "unique", lambda x: ndimage.laplace(x, axes=(1, -1)))
    out = np.empty((3, 3))
    raising(NoDerivativeError, "output", lambda x: ndimage.laplace(x, output=out))
    raising(
        NoDerivativeError,
        "integers",
        lambda x: ndimage.correlate(np.ones((3, 3), int), x),
    )
    raising(NoDerivativeError, r"scipy\.ndimage\.zoom", lambda x: ndimage.zoom(x, 2))
