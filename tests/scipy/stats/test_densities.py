"""Products of powers, also where a base is 0."""

import numpy as np
import pytest

from diffops import diff, grad
from diffops.scipy.stats.densities import (
    log_of_product,
    precise,
    product,
    where_valid,
)


@pytest.mark.parametrize("e", [0.0, 1.0, 2.0, 3.0])
def test_powers_of_zero_have_the_derivatives_of_powers(e):
    f = lambda b: product([(b, e)], 0.5 + b)  # noqa: E731
    plain = lambda b: np.exp(0.5 + b) * b**e  # noqa: E731
    for b in (0.0, 0.7):
        for d in (grad, diff):
            assert d(f)(b) == pytest.approx(d(plain)(b))
            assert d(d(f))(b) == pytest.approx(d(d(plain))(b))


def test_exponents():
    f = lambda e: product([(np.array([0.0, 2.0]), e)], 0.0)  # noqa: E731
    np.testing.assert_allclose(f(1.5), [0.0, 2**1.5])
    slope = grad(lambda e: np.sum(f(e)))(1.5)
    assert slope == pytest.approx(2**1.5 * np.log(2))


def test_large_powers_do_not_overflow():
    assert product([(400.0, 500.0)], -3000.0) == pytest.approx(
        np.exp(500 * np.log(400.0) - 3000)
    )


def test_logarithms():
    f = lambda b, e: log_of_product([(b, e)], 1.0)  # noqa: E731
    assert f(2.0, 3.0) == pytest.approx(1 + 3 * np.log(2))
    assert f(0.0, 0.0) == 1.0
    assert grad(f)(0.0, 0.0) == 0.0
    with np.errstate(divide="ignore"):
        assert f(0.0, 2.0) == -np.inf
        assert grad(lambda e: f(0.0, e))(0.0) == -np.inf


def test_precision_and_validity():
    assert precise(np.float32(1.5)).dtype == np.float64
    assert precise([1, 2]).dtype == np.float64
    assert type(precise(1)) is np.float64
    found = where_valid(np.array([True, False]), np.array([1.0, 2.0]))
    np.testing.assert_array_equal(found, [1.0, np.nan])
    assert type(where_valid(True, np.array(1.0))) is np.float64
