"""Integrals over an interval of length zero, one of whose ends moves."""

import numpy as np
import pytest

from diffops import NoDerivativeError, diff, grad
from diffops.scipy.integrate.moving_limits import moved_limit


def test_derivatives_up_to_the_eighth():
    f = lambda b: moved_limit(lambda x: np.exp(2 * x), b, 0.5, "f")  # noqa: E731
    for order in range(1, 9):
        derivative = f
        for _ in range(order):
            derivative = diff(derivative)
        wanted = 2 ** (order - 1) * np.e
        assert derivative(0.5) == pytest.approx(wanted, rel=1e-12)


def test_infinity():
    assert moved_limit(lambda x: np.exp(-x), np.inf, np.inf, "f") == 0.0
    with pytest.raises(NoDerivativeError, match="f has no derivative"):
        moved_limit(lambda x: 1.0, np.inf, np.inf, "f")
    with pytest.raises(NoDerivativeError, match="integrand is inf"):
        grad(lambda b: moved_limit(lambda x: np.inf, b, 1.0, "f"))(1.0)
