"""Functions at kinks, whose derivatives are infinite or unknown."""

import itertools

import numpy as np
import pytest

from diffops import grad, hessian, jvp, vjp
from diffops.primitive import table
from diffops.slopes import steep_product, unknown_bend, unknown_slope

MODES = {"F": lambda f: lambda x: jvp(f, (x,), (1.0,))[1], "R": grad}
PAIRS = list(itertools.product(MODES.values(), repeat=2))


@pytest.mark.parametrize("D", MODES.values(), ids=MODES)
def test_a_zero_wins_over_an_infinite_slope(D):
    product = table[steep_product]
    assert D(lambda x: product(x, np.sqrt(x)))(0.0) == 0.0
    assert D(lambda x: product(0.0, np.sqrt(x)))(0.0) == 0.0
    assert D(lambda x: product(2.0, np.sqrt(x)))(0.0) == np.inf
    assert D(lambda x: product(x, x * x))(3.0) == 27.0
    assert product(0.0, np.inf) == 0.0


@pytest.mark.parametrize("pair", PAIRS)
def test_the_bend_of_a_steep_product_is_infinite(pair):
    outer, inner = pair
    product = table[steep_product]
    assert outer(inner(lambda x: product(x, np.sqrt(x))))(0.0) == np.inf
    assert outer(inner(lambda x: product(x, x * x)))(3.0) == 18.0


def test_entries_do_not_spoil_each_other():
    x = np.array([0.0, 4.0])
    y, pullback = vjp(lambda x: table[steep_product](x, np.sqrt(x)), x)
    np.testing.assert_array_equal(y, [0.0, 8.0])
    np.testing.assert_array_equal(pullback(np.ones(2))[0], [0.0, 3.0])


def test_unknown_derivatives_are_nan():
    x = np.array([1.0, 2.0])
    for function in (unknown_slope, unknown_bend):
        np.testing.assert_array_equal(function(x), [0.0, 0.0])
    assert np.isnan(grad(lambda x: table[unknown_slope](x))(1.0))
    assert grad(lambda x: table[unknown_bend](x))(1.0) == 0.0
    assert np.isnan(hessian(lambda x: np.sum(table[unknown_bend](x)))(x)).any()
