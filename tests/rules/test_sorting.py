"""Sorting: the permutation carries derivatives, ties keep their order."""

import inspect

import numpy as np
import pytest
from truth import check, check_single

from diffops import NoDerivativeError, grad, jacobian, jvp, vjp

CUBE = np.random.default_rng(0).permutation(np.linspace(-1.3, 1.6, 12)).reshape(2, 3, 2)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sort(x, axis=0),
        lambda x: np.sort(x, axis=1),
        lambda x: np.sort(x),
        lambda x: np.sort(x, axis=None),
        lambda x: np.sort(x, axis=-2, kind="heapsort"),
        lambda x: np.sort(x, stable=True)[..., ::-1],
        lambda x: np.sort(np.reshape(x, (-1,)))[2:5],
        lambda x: np.partition(x, 1, axis=1)[:, 1],
        lambda x: np.partition(x, (0, 4), axis=None)[[0, 4]],
        lambda x: np.unique(x),
        lambda x: np.unique(x, axis=1),
        lambda x: np.sort_complex(x),
    ],
)
def test_distinct_entries(f):
    check(lambda x: f(x) ** 2, CUBE)


def test_single_precision():
    check_single(np.sort, CUBE)
    check_single(np.unique, CUBE)
    check_single(lambda x: np.partition(x, 1), CUBE)


def test_sort_in_place():
    def f(x):
        y = x * 1.0
        y.sort(axis=0)
        return y

    np.testing.assert_array_equal(
        jacobian(f)(CUBE), jacobian(lambda x: np.sort(x, axis=0))(CUBE)
    )


def test_ties_keep_their_order():
    x = np.array([1.0, 0.0, 1.0, 0.0])
    order = [1, 3, 0, 2]
    for mode in ("forward", "reverse"):
        np.testing.assert_array_equal(jacobian(np.sort, mode=mode)(x), np.eye(4)[order])


def test_nan_goes_last():
    x = np.array([np.nan, 2.0, 1.0])
    y, pullback = vjp(np.sort, x)
    np.testing.assert_array_equal(y, [1.0, 2.0, np.nan])
    np.testing.assert_array_equal(pullback(np.array([1.0, 2.0, 3.0]))[0], [3, 2, 1])


def test_unique_picks_the_first_of_equals():
    x = np.array([3.0, 1.0, 3.0, 1.0, 2.0])
    np.testing.assert_array_equal(jacobian(np.unique)(x), np.eye(5)[[1, 4, 0]])

    def f(x):
        values, index, inverse, counts = np.unique(
            x, return_index=True, return_inverse=True, return_counts=True
        )
        assert [type(a) for a in (index, inverse, counts)] == [np.ndarray] * 3
        return np.sum(values * counts) + np.sum(values[inverse] ** 2) + x[index[0]]

    np.testing.assert_allclose(grad(f)(x), [14, 7, 0, 0, 5])


def test_complex_and_empty():
    check(lambda z: np.sort(z) ** 2, np.array([1 + 2j, 0.5 - 1j, 0.8 - 2j]))
    empty = np.zeros((2, 0))
    for f in (np.sort, np.unique):
        y, change = jvp(f, (empty,), (empty,))
        assert y.shape == change.shape == f(empty).shape
        assert vjp(f, empty)[1](y)[0].shape == (2, 0)


def test_fields_are_refused():
    with pytest.raises(NoDerivativeError, match="order"):
        grad(lambda x: np.sort(x, order="a")[0])(np.ones(2))


@pytest.mark.skipif(
    "descending" not in inspect.signature(np.sort).parameters, reason="NumPy before 2.5"
)
def test_descending():
    x = np.array([[2.0, 3.0, 1.0, 2.0], [0.5, -1.0, 4.0, 0.0]])
    check(lambda x: np.sort(x[:, 1:], axis=0, descending=True), x)
    slopes = jacobian(lambda x: np.sort(x, descending=True))(x[0])
    np.testing.assert_array_equal(slopes, np.eye(4)[[1, 0, 3, 2]])  # ties stay

    def f(x):
        y = x * 1.0
        y.sort(descending=True)
        return y

    np.testing.assert_array_equal(jacobian(f)(x[0]), slopes)
