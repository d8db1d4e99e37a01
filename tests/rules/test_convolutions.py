"""Convolution and correlation against differences of NumPy's own."""

import numpy as np
import pytest
from slopes import check, check_single

from diffops import grad

RNG = np.random.default_rng(3)
LENGTHS = [(5, 3), (3, 5), (4, 4), (6, 2), (2, 6), (3, 1), (1, 4), (5, 4)]


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("function", [np.convolve, np.correlate])
def test_all_modes(function, mode, kind):
    for lengths in LENGTHS:
        imaginary = 1j if kind is complex else 0.0
        a, v = (RNG.normal(size=n) + imaginary * RNG.normal(size=n) for n in lengths)
        check(lambda a, v: function(a, v, mode=mode), a, v, rtol=1e-5)
        check_single(lambda a, v: function(a, v, mode=mode), a.real, v.real)


def test_default_modes_and_numbers():
    a, v = RNG.normal(size=5), RNG.normal(size=3)
    check(np.convolve, a, v)
    check(np.correlate, a, v)
    check(lambda x: np.convolve(x, v), 1.5)


def test_errors():
    with pytest.raises(ValueError, match="mode"):
        grad(lambda x: np.sum(np.convolve(x, x, mode="loop")))(np.ones(3))
    with pytest.raises(ValueError):
        grad(lambda x: np.sum(np.convolve(x, np.ones(0))))(np.ones(3))
