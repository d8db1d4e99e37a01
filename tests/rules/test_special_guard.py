"""Factorials of SciPy's that meet tracked numbers, and everybody else's isnan."""

import numpy as np
import pytest
from scipy import special

from diffops import NoDerivativeError, diff, grad, vmap


@pytest.mark.parametrize("name", ["factorial", "factorial2"])
@pytest.mark.parametrize("n", [0.0, 1.0, 3.0, 2.5])
def test_a_factorial_does_not_drop_a_derivative(name, n):
    f = getattr(special, name)
    for mode in (grad, diff):
        message = r"lose the derivative .*; use the one of diffops\.scipy\.special"
        with pytest.raises(NoDerivativeError, match=message):
            mode(lambda n: n + f(n))(n)


def test_one_of_several_levels():
    with pytest.raises(NoDerivativeError, match="factorial"):
        grad(lambda x: grad(lambda y: y * special.factorialk(x, 3))(1.0))(4.0)


def test_plain_numbers_pass():
    assert grad(lambda x: x * special.factorial(3))(1.0) == 6


def test_others_may_ask_what_is_nan():
    def f(x):
        return np.sum(np.where(np.isnan(x), 0.0, 2 * x))

    np.testing.assert_array_equal(grad(f)(np.array([1.0, np.nan])), [2, 0])
    assert grad(lambda x: x if np.isnan(x) else 2 * x)(1.0) == 2
    found = vmap(lambda x: np.where(np.isnan(x), 0.0, x))(np.array([1.0, np.nan]))
    np.testing.assert_array_equal(found, [1, 0])
