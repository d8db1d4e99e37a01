"""Convolution and correlation against differences of NumPy's own."""

import numpy as np
import pytest
from truth import check, check_single, sampler

from diffops import grad

array = sampler(3)
LENGTHS = [(5, 3), (3, 5), (4, 4), (6, 2), (2, 6), (3, 1), (1, 4), (5, 4)]


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("function", [np.convolve, np.correlate])
def test_all_modes(function, mode, kind):
    for lengths in LENGTHS:
        a, v = (array(n, kind) for n in lengths)
        check(lambda a, v: function(a, v, mode=mode), a, v)
        check_single(lambda a, v: function(a, v, mode=mode), a.real, v.real)


def test_default_modes_and_numbers():
    a, v = array(5), array(3)
    check(np.convolve, a, v)
    check(np.correlate, a, v)
    check(lambda x: np.convolve(x, v), 1.5)


def test_errors():
    with pytest.raises(ValueError, match="mode"):
        grad(lambda x: np.sum(np.convolve(x, x, mode="loop")))(np.ones(3))
    with pytest.raises(ValueError):
        grad(lambda x: np.sum(np.convolve(x, np.ones(0))))(np.ones(3))
