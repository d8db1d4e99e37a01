"""Convolutions and correlations against SciPy's own and differences of them."""

import itertools

import numpy as np
import pytest
import scipy.signal
from mirrored import compare
from truth import check, check_single, sampler

from diffops import grad
from diffops.scipy import signal

array = sampler(31)
SHAPES = [((5,), (3,)), ((3,), (5,)), ((4,), (4,)), ((3, 4), (2, 3)), ((2, 2), (3, 4))]
MODES = ["full", "same", "valid"]
KINDS = [float, complex]


def both(name):
    return getattr(signal, name), getattr(scipy.signal, name)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["convolve", "correlate", "fftconvolve", "oaconvolve"])
def test_all_modes_and_shapes(name, mode):
    for (n, m), kind in itertools.product(SHAPES, KINDS):
        compare(*both(name), array(n, kind), array(m, kind), mode=mode)


@pytest.mark.parametrize("method", ["direct", "fft", "auto"])
def test_methods(method):
    a, b = array((6, 3)), array((2, 3))
    compare(*both("convolve"), a, b, method=method)
    compare(*both("correlate"), a, b, mode="same", method=method)
    compare(*both("convolve"), array(()), array(()))
    compare(*both("correlate"), array((), complex), array((), complex))
    check_single(lambda a, b: signal.convolve(a, b, method=method), a, b)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["fftconvolve", "oaconvolve"])
def test_along_chosen_axes_the_others_are_broadcast(name, mode):
    for kind in KINDS:
        a, b = array((2, 5), kind), array((1, 3), kind)
        compare(*both(name), a, b, mode=mode, axes=1)
        compare(*both(name), b, a, mode=mode, axes=[-1])


@pytest.mark.parametrize("boundary", ["fill", "wrap", "symm"])
@pytest.mark.parametrize("name", ["convolve2d", "correlate2d"])
def test_in_the_plane(name, boundary):
    for (n, m), mode, kind in itertools.product(SHAPES[3:], MODES, KINDS):
        a, b = array(n, kind), array(m, kind)
        compare(*both(name), a, b, mode=mode, boundary=boundary, order=1)


def test_the_value_beyond_the_edge_may_vary():
    a, b = array((3, 3)), array((2, 2))
    check(lambda a, c: signal.convolve2d(a, b, "same", "fill", c), a, 0.7)


@pytest.mark.parametrize("name", ["convolve", "correlate", "convolve2d"])
def test_errors_are_those_of_scipy(name):
    mirror, original = both(name)
    for a, b, mode in (
        (np.ones((3, 3)), np.ones((2, 2)), "loop"),
        (np.ones((3, 1)), np.ones((2, 2)), "valid"),
        (np.ones((3, 1)), np.ones(2), "full"),
    ):
        with pytest.raises(ValueError):
            original(a, b, mode)
        with pytest.raises(ValueError):
            grad(lambda a, b=b, mode=mode: np.sum(mirror(a, b, mode)))(a)
    with pytest.raises(ValueError, match="2-D"):
        grad(lambda a: np.sum(signal.convolve2d(a, a)))(np.ones(3))
    with pytest.raises(ValueError, match="boundary"):
        grad(lambda a: np.sum(signal.convolve2d(a, a, boundary="sea")))(np.ones((2, 2)))
