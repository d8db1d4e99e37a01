"""The Bessel function I₀ of NumPy, and the Kaiser window that is made of it."""

import mpmath
import numpy as np
import pytest
from truth import check, check_single

from diffops import diff, diffn


@pytest.mark.parametrize("x", [0.0, 0.7, -2.3, 9.4])
def test_derivatives_of_any_order(x):
    f = np.i0
    for n in range(1, 5):
        f = diff(f)
        wanted = float(mpmath.diff(lambda t: mpmath.besseli(0, t), x, n))
        np.testing.assert_allclose(f(x), wanted, rtol=1e-12, atol=1e-12)


def test_arrays():
    check(np.i0, np.array([[0.3, -1.2], [4.5, 9.1]]))
    check_single(np.i0, np.array([0.3, -1.2]))


def test_windows():
    check(lambda beta: np.kaiser(7, beta), 3.4)
    assert diffn(2, lambda beta: np.kaiser(7, beta)[3])(3.4) == 0.0  # 1 in the middle
