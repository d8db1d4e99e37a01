"""Arrays made beside tracked ones, and from them."""

import numpy as np
import pytest
from truth import check, entries

from diffops import grad, gradv, jvp, vjp

CASES = {
    "full_like": (lambda x: np.full_like(x, x[0] * x[1]), entries(3)),
    "full_like row": (lambda x: np.full_like(x, x[0], shape=(3, 2)), entries(2, 2)),
    "full": (lambda x: np.full((2, 3), x, like=x), entries(3)),
    "array": (lambda x: np.array([[x[0], 1], [x[0] * x[1], x[1]]], like=x), entries(2)),
    "array ndmin": (lambda x: np.array(x, ndmin=3, like=x), entries(2)),
    "asarray": (lambda x: np.asarray([x, x[::-1]], like=x), entries(2)),
    "empty": (lambda x: np.full_like(x, np.sum(x)), entries(0)),
}


@pytest.mark.parametrize("name", CASES)
def test_derivatives_match_differences(name):
    check(*CASES[name])


#: Each makes two floats beside x: three of them hold these entries.
MAKERS = {
    "zeros_like": (np.zeros_like, [0, 0]),
    "ones_like": (np.ones_like, [1, 1]),
    "empty_like": (lambda x: np.empty_like(x) * 0, [0, 0]),
    "full_like": (lambda x: np.full_like(x, 3), [3, 3]),
    "shape": (lambda x: np.zeros_like(x[0], shape=2), [0, 0]),
    "zeros": (lambda x: np.zeros(2, like=x), [0, 0]),
    "zeros beside a number": (lambda x: np.zeros((2,), like=x[0]), [0, 0]),
    "ones": (lambda x: np.ones(2, like=x), [1, 1]),
    "empty": (lambda x: np.empty(2, like=x) * 0, [0, 0]),
    "full": (lambda x: np.full(2, 5.0, like=x), [5, 5]),
    "eye": (lambda x: np.eye(2, like=x)[1], [0, 1]),
    "identity": (lambda x: np.identity(2, like=x)[0], [1, 0]),
    "tri": (lambda x: np.tri(2, like=x)[0], [1, 0]),
    "array": (lambda x: np.array([1.0, 2.0], like=x), [1, 2]),
    "copied array": (lambda x: np.array(x, like=x) * 0, [0, 0]),
    "asarray": (lambda x: np.asarray((1, 2), float, like=x), [1, 2]),
    "arange": (lambda x: np.arange(2.0, like=x), [0, 1]),
    "arange dtype": (lambda x: np.arange(2, dtype=float, like=x), [0, 1]),
    "fromiter": (lambda x: np.fromiter(range(2), float, like=x), [0, 1]),
    "fromfunction": (lambda x: np.fromfunction(lambda i: i, (2,), like=x), [0, 1]),
}


@pytest.mark.parametrize("name", MAKERS)
def test_new_arrays_do_not_depend_on_x_but_can_be_written_into(name):
    make, entries = MAKERS[name]
    x = np.array([2.0, 3.0])
    for transform in (lambda f: grad(f)(x), lambda f: gradv(f)(x, np.ones(2))):
        assert not np.any(transform(lambda x: np.sum(make(x) + 0 * x)))

    def f(x):
        y = make(x)
        y[0] = x[0] * x[1]
        y[1:] += x[1]
        return y

    y, tangent = jvp(f, (x,), (np.array([1.0, 0.0]),))
    np.testing.assert_array_equal(y, [6.0, entries[1] + 3.0])
    np.testing.assert_array_equal(tangent, [3.0, 0.0])
    np.testing.assert_array_equal(vjp(f, x)[1](np.array([1.0, 10.0]))[0], [3.0, 12.0])


@pytest.mark.parametrize(
    "make",
    [
        lambda x: np.zeros_like(x, dtype=int),
        lambda x: np.ones(2, dtype=bool, like=x),
        lambda x: np.arange(3, like=x),
        lambda x: np.array([1, 2], like=x),
    ],
)
def test_integers_are_plain(make):
    def f(x):
        assert isinstance(make(x), np.ndarray)
        return np.sum(x)

    grad(f)(entries(2))


def test_nested_differentiations_write_into_one_array():
    def f(x):
        def inner(y):
            z = np.zeros_like(y)
            z[0] = y[0] * x[0] ** 2
            z[1] = y[1] * y[0]
            w = np.zeros(2, like=x)
            w[0] = z[1]
            return np.sum(z) + np.sum(w)

        return np.sum(grad(inner)(x))

    # the inner gradient is (x₀² + 2x₁, 2x₀)
    np.testing.assert_array_equal(grad(f)(np.array([3.0, 5.0])), [8.0, 2.0])


def test_dtype_follows_numpy():
    def f(x):
        assert np.zeros_like(x).dtype == np.float32
        assert np.zeros_like(x, dtype=float).dtype == np.float64
        assert np.zeros(2, like=x).dtype == np.float64
        assert np.full(2, x[0], like=x).dtype == np.float32
        assert np.array([x[0], 1.0], np.float32, like=x).dtype == np.float32
        return np.sum(np.full(2, x[0], np.complex64, like=x).real)

    np.testing.assert_array_equal(grad(f)(np.float32([1, 2])), [2, 0])


def test_converted_arrays_share_or_copy():
    def f(x):
        y = x * 1.0
        np.asarray(y, like=x)[0] = 7.0
        np.array(y, like=x)[1] = 7.0
        return y

    np.testing.assert_array_equal(vjp(f, entries(2))[1](np.ones(2))[0], [0.0, 1.0])


def test_what_is_passed_by_name():
    x = entries(2)
    check(lambda x: np.array(object=[x, 2 * x], like=x), x)
