"""Variance, deviation, average, covariance, correlation."""

import numpy as np
import pytest
from truth import check, check_single

from diffops import grad, hessian, jacobian, jvp

RNG = np.random.default_rng(0)
MATRIX = RNG.permutation(np.linspace(-1.9, 2.1, 6)).reshape(2, 3)
LONG = RNG.uniform(-1, 1, (2, 4))
MASK = np.array([[True, False, True], [True, True, True]])
HOLEY = np.where(MASK, MATRIX, np.nan)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"axis": 0},
        {"axis": -1, "keepdims": True},
        {"axis": (0, 1), "ddof": 1},
        {"axis": 1, "ddof": 1.5},
        {"axis": 1, "correction": 1},
        {"where": MASK},
        {"where": MASK, "axis": 1, "ddof": 1},
        {"mean": np.array([[0.1], [0.2]]), "axis": 1},
        {"dtype": np.float64},
    ],
    ids=str,
)
@pytest.mark.parametrize("function", [np.var, np.std])
def test_spread(function, options):
    check(lambda x: function(x, **options), MATRIX)


@pytest.mark.parametrize("options", [{}, {"axis": 1, "ddof": 1}], ids=str)
@pytest.mark.parametrize("function", [np.nanvar, np.nanstd])
def test_nan_is_left_out(function, options):
    check(lambda x: function(np.where(MASK, x, np.nan), **options), MATRIX)
    g = grad(lambda x: np.sum(function(x, **options)))(HOLEY)
    assert np.all(g[~MASK] == 0) and np.all(np.isfinite(g))


@pytest.mark.parametrize("f", [lambda x: x.var(0), lambda x: x.std(1), np.var, np.std])
def test_methods_single_precision_and_complex(f):
    check(f, MATRIX)
    check_single(f, MATRIX)
    check(f, MATRIX + 1j * MATRIX[::-1])


@pytest.mark.parametrize("function", [np.nanvar, np.nanstd, np.average])
def test_more_single_precision(function):
    check_single(lambda x: function(x, axis=0), MATRIX)


def test_constant_array():
    """At its minimum the deviation has derivative 0; that of the variance is exact."""
    n = 4
    x = np.full(n, 1.7)
    for mode in ("forward", "reverse"):
        np.testing.assert_array_equal(jacobian(np.std, mode=mode)(x), 0)
        np.testing.assert_array_equal(hessian(np.std, mode=mode)(x), 0)
        np.testing.assert_allclose(
            hessian(np.var, mode=mode)(x), 2 / n * (np.eye(n) - 1 / n), atol=1e-15
        )
    np.testing.assert_array_equal(grad(np.std)(np.ones((1, 1))), 0)
    assert grad(np.std)(2.0) == 0.0


def test_third_derivative_of_the_deviation():
    """std([x, 0, 0]) is sqrt(2) |x| / 3, which is linear."""
    x = np.array([1.5, 0.0, 0.0])
    assert grad(np.std)(x)[0] == pytest.approx(np.sqrt(2) / 3)
    third = jacobian(hessian(np.std))(x)
    assert abs(third[0, 0, 0]) < 1e-14


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.average(x),
        lambda x: np.average(x, axis=0, keepdims=True),
        lambda x: np.average(x, weights=x**2),
        lambda x: np.average(MATRIX, axis=1, weights=x),
        lambda x: np.average(x, axis=1, weights=[1.0, 2.0, 3.0]),
        lambda x: np.average(x, axis=1, weights=x[0] + 3.0, keepdims=True),
        lambda x: np.average(x, axis=(1, 0), weights=x.T**2),
        lambda x: np.average(x, axis=1, weights=x[0] + 3.0, returned=True)[1],
        lambda x: np.average(x, axis=1, returned=True)[0],
    ],
)
def test_average(f):
    check(f, MATRIX)


def test_average_refuses_what_numpy_does():
    with pytest.raises(ZeroDivisionError):
        grad(lambda x: np.average(x, weights=np.zeros((2, 3))))(MATRIX)
    with pytest.raises(TypeError, match="Axis"):
        grad(lambda x: np.average(x, weights=np.ones(3)))(MATRIX)
    with pytest.raises(ValueError, match="consistent"):
        grad(lambda x: np.sum(np.average(x, axis=0, weights=np.ones(3))))(MATRIX)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.cov(x),
        lambda x: np.cov(x[0]),
        lambda x: np.cov(x[0], x[1]),
        lambda x: np.cov(x, x[0] ** 2),
        lambda x: np.cov(x.T, rowvar=False, bias=True),
        lambda x: np.cov(x.T, x.T[:, :1] ** 2, rowvar=False),
        lambda x: np.cov(x, ddof=0, fweights=[1, 2, 1, 3]),
        lambda x: np.cov(x, fweights=np.array([1, 2, 1, 3])),
        lambda x: np.cov(x, aweights=x[0] ** 2),
        lambda x: np.cov(x, fweights=[1, 2, 1, 3], aweights=x[1] ** 2, ddof=1),
        lambda x: np.corrcoef(x),
        lambda x: np.corrcoef(x[0], x[1])[0, 1],
        lambda x: np.corrcoef(x.T, rowvar=False),
    ],
)
def test_covariance(f):
    check(f, LONG)


def test_covariance_of_complex_and_single_precision():
    check(np.cov, LONG + 1j * LONG[:, ::-1] ** 2)
    check_single(lambda x: np.cov(x, dtype=np.float32), LONG)
    _, change = jvp(np.cov, (np.float32(LONG),), (np.float32(LONG),))
    assert change.dtype == np.float64


def test_perfect_correlation_is_a_maximum():
    x = np.array([[1.0, 2.0, 4.0], [2.0, 4.0, 8.0]])
    y, change = jvp(lambda x: np.corrcoef(x)[0, 1], (x,), (LONG[:, :3],))
    assert y == pytest.approx(1.0) and abs(change) < 1e-14


def test_too_few_observations_warn_as_numpy():
    x = np.ones((2, 1))
    with np.errstate(all="ignore"), pytest.warns(RuntimeWarning, match="Degrees"):
        y, _ = jvp(np.cov, (x,), (x,))
    assert np.all(np.isnan(y))
