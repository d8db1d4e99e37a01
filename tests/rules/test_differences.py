"""Differences, numerical gradients, trapezoids."""

import numpy as np
import pytest
from truth import check, check_single

from diffops import grad, jacobian, jvp

MATRIX = np.random.default_rng(0).uniform(-1, 1, (3, 4))
GRID = np.array([0.0, 0.4, 1.1, 1.5])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.diff(x),
        lambda x: np.diff(x, axis=0),
        lambda x: np.diff(x, 2),
        lambda x: np.diff(x, n=3, axis=-1),
        lambda x: np.diff(x, n=0),
        lambda x: np.diff(x, n=5, axis=0),
        lambda x: np.diff(x, prepend=0.0),
        lambda x: np.diff(x, axis=0, prepend=x[:1] * 2, append=x[0, 0]),
        lambda x: np.diff(MATRIX, append=x[:, :2]),
        lambda x: np.ediff1d(x),
        lambda x: np.ediff1d(x, to_end=[1.0, 2.0], to_begin=x[0, :2]),
        lambda x: np.ediff1d(x[0], to_begin=x[1, 1]),
    ],
)
def test_differences(f):
    check(lambda x: f(x) ** 2, MATRIX)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.trapezoid(x),
        lambda x: np.trapezoid(x, dx=0.3, axis=0),
        lambda x: np.trapezoid(x, GRID),
        lambda x: np.trapezoid(x, np.cumsum(x**2 + 0.1, axis=1)),
        lambda x: np.trapezoid(x, x[:, 0], axis=0),
        lambda x: np.trapezoid(MATRIX, dx=x[0, 0]),
        lambda x: np.trapezoid(x[0]),
    ],
)
def test_trapezoids(f):
    check(f, MATRIX)


@pytest.mark.parametrize("edge_order", [1, 2])
@pytest.mark.parametrize(
    "f",
    [
        lambda x, k: np.gradient(x, axis=0, edge_order=k),
        lambda x, k: np.gradient(x, 0.3, axis=-1, edge_order=k),
        lambda x, k: np.gradient(x, 0.3, edge_order=k)[1],
        lambda x, k: np.gradient(x, [0.0, 1.0, 1.5], GRID, edge_order=k)[0],
        lambda x, k: np.gradient(x, 2, GRID, edge_order=k)[1],
        lambda x, k: np.gradient(x, np.array([0, 1, 4, 5]), axis=1, edge_order=k),
        lambda x, k: np.gradient(x, np.cumsum(x[0] ** 2 + 0.2), axis=1, edge_order=k),
        lambda x, k: np.gradient(GRID**2, x[0, 0] + 2.0, edge_order=k),
        lambda x, k: np.gradient(np.arange(4), GRID + x[0] / 9, edge_order=k),
    ],
)
def test_gradient(f, edge_order):
    check(lambda x: f(x, edge_order), MATRIX)


def test_gradient_returns_a_tuple_and_refuses_as_numpy():
    slopes = jvp(lambda x: np.gradient(x), (MATRIX,), (MATRIX,))[0]
    assert isinstance(slopes, tuple) and len(slopes) == 2
    for message, f in {
        "too small": lambda x: np.gradient(x[:1], axis=0),
        "edge_order": lambda x: np.gradient(x, edge_order=3),
        "must match": lambda x: np.gradient(x, GRID, axis=0),
    }.items():
        with pytest.raises(ValueError, match=message):
            grad(f)(MATRIX)
    with pytest.raises(ValueError, match="non-negative"):
        grad(lambda x: np.diff(x, n=-1))(GRID)
    with pytest.raises(ValueError, match="one dimensional"):
        grad(np.diff)(1.0)


def test_interior_skips_a_nan_as_numpy():
    x = np.array([1.0, np.nan, 3.0, 4.0, 6.0])
    y, _ = jvp(np.gradient, (x,), (np.ones(5),))
    np.testing.assert_array_equal(y, np.gradient(x))


@pytest.mark.parametrize("f", [np.diff, np.ediff1d, lambda x: np.gradient(x, axis=1)])
def test_single_precision_and_complex(f):
    check_single(f, MATRIX)
    check(lambda z: f(z) ** 2, MATRIX + 1j * MATRIX[::-1])


def test_single_precision_stays_under_double_steps():
    check_single(lambda x: np.gradient(x, GRID, axis=1), MATRIX)
    check_single(lambda x: np.trapezoid(x, dx=0.1), MATRIX)


def test_empty():
    x = np.zeros((2, 0))
    assert jacobian(np.diff)(x).shape == (2, 0, 2, 0)
    assert grad(lambda x: np.sum(np.diff(x, axis=0)))(x).shape == (2, 0)
