"""Differences of functions of one number, beside closed forms."""

import numpy as np
import pytest
from bounds import bounded
from scenarios import CURVES, curves

from diffops.numerical import (
    diff,
    diff2,
    diffn,
    fdiff,
    fdiff2,
    fdiffn,
    ffdiff2,
    ffdiffn,
)


@curves
def test_orders(curve):
    f, x, orders = curve.f, curve.x, curve.orders
    bounded(diff(f, error=True)(x), orders[1], 1e-11)
    for n, wanted in enumerate(orders):
        precision = [1e-15, 1e-11, 1e-9, 1e-7, 1e-5][n]
        bounded(diffn(n, f, error=True)(x), wanted, precision)
    if len(orders) > 2:
        bounded(diff2(f, error=True)(x), orders[2], 1e-9)


@curves
def test_values_come_first(curve):
    f, x, orders = curve.f, curve.x, curve.orders
    n = len(orders) - 1
    value, slope = fdiff(f)(x)
    np.testing.assert_array_equal(value, f(x))
    np.testing.assert_array_equal(slope, diff(f)(x))
    everything, errors = ffdiffn(n, f, error=True)(x)
    assert len(everything) == n + 1
    assert np.shape(errors)[:1] == (n,) or n == 1
    np.testing.assert_array_equal(everything[-1], fdiffn(n, f)(x)[1])
    if n > 1:
        np.testing.assert_array_equal(everything[2], fdiff2(f)(x)[1])
        np.testing.assert_array_equal(everything[:3], ffdiff2(f)(x))


def test_orders_cost_digits_and_say_so():
    f, x = CURVES["exp"].f, CURVES["exp"].x
    worst = 0.0
    for n in range(1, 9):
        found, error = diffn(n, f, error=True)(x)
        assert abs(found - 2.0**n * np.exp(2 * x)) <= error
        assert error > worst
        worst = error


def test_misuse():
    with pytest.raises(ValueError, match="order"):
        diffn(-1, np.sin)
    with pytest.raises(TypeError, match="the order comes first"):
        diffn(np.sin, 2)
    with pytest.raises(TypeError, match="with respect to a number"):
        diff(np.sin)(np.ones(2))
