"""Running sums and products, and the recurrence that differentiates the latter."""

import numpy as np
import pytest
from truth import check, check_single

from diffops import grad, hessian, jacobian, jvp
from diffops.rules.cumulative import recurrence_

MATRIX = np.array([[0.7, -1.2, 0.4], [1.1, 0.3, -0.8]])
ZEROS = np.array([[0.0, -1.2, 0.4], [1.1, 0.0, 0.0]])
FUNCTIONS = [np.cumsum, np.cumprod, np.nancumsum, np.nancumprod]


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("x", [MATRIX, ZEROS], ids=["regular", "zeros"])
def test_axes(function, axis, x):
    check(lambda x: np.sin(function(x, axis=axis)), x)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.cumsum(1),
        lambda x: x.cumprod(),
        lambda x: np.add.accumulate(x),
        lambda x: np.multiply.accumulate(x, axis=1),
        lambda x: np.cumulative_sum(x, axis=1),
        lambda x: np.cumulative_prod(x, axis=0, include_initial=True),
        lambda x: np.cumulative_sum(x[0], include_initial=True),
        lambda x: np.cumsum(x, axis=0, dtype=np.float64),
        lambda x: np.cumsum(x[0, 0]) * np.cumprod(x[0, 1], axis=0),
    ],
)
def test_call_forms(f):
    check(f, MATRIX)


@pytest.mark.parametrize(
    "function", [*FUNCTIONS, np.cumulative_sum, np.cumulative_prod]
)
def test_single_precision(function):
    check_single(lambda x: function(x, axis=1), MATRIX)


@pytest.mark.parametrize("function", [np.nancumsum, np.nancumprod])
def test_nan_is_left_out(function):
    x = np.array([0.5, np.nan, -0.7])
    rest = np.array([0.5, -0.7])
    plain = np.cumsum if function is np.nancumsum else np.cumprod
    want = jacobian(plain)(rest)
    found = jacobian(function)(x)
    np.testing.assert_allclose(found[np.ix_([0, 2], [0, 2])], want)
    np.testing.assert_array_equal(found[:, 1], 0)


def test_product_at_zeros_to_second_order():
    """The nested case of pytorch issue 196701, in closed form."""
    x = np.array([2.0, 0.0, 0.0, 3.0])
    for mode in ("forward", "reverse"):
        h = hessian(lambda x: np.cumprod(x)[-1], mode=mode)(x)
        want = np.zeros((4, 4))
        want[1, 2] = want[2, 1] = 6.0
        np.testing.assert_array_equal(h, want)


def test_third_order_at_zeros():
    x = np.zeros(3)
    third = jacobian(hessian(lambda x: np.cumprod(x)[-1]))(x)
    assert third[0, 1, 2] == third[2, 0, 1] == 1.0 and third[0, 0, 1] == 0.0


@pytest.mark.parametrize("axis", [0, 1])
def test_recurrence(axis):
    check(lambda x: recurrence_(x[:2], x[2:], axis=axis), np.tile(MATRIX, (2, 1)) + 0.1)


@pytest.mark.parametrize("function", [np.cumsum, np.cumprod])
def test_complex_and_empty(function):
    check(lambda z: function(z), np.array([1 + 2j, 0.3 - 1j, 0j]))
    x = np.zeros((2, 0))
    y, change = jvp(lambda x: function(x, axis=1), (x,), (x,))
    assert y.shape == change.shape == (2, 0)
    assert grad(lambda x: np.sum(function(x, axis=1)))(x).shape == (2, 0)
