"""Polynomial functions against differences."""

import warnings

import numpy as np
import pytest
from truth import check

from diffops import NoDerivativeError, grad, jvp

P, Q, X = np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.3]), np.array([0.3, -0.7])
T = np.array([-1.1, -0.4, 0.2, 0.7, 1.6])
V = np.array([0.3, 1.2, -0.5, 0.8, 2.1])
W = np.array([1.0, 0.5, 2.0, 1.5, 0.7])


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (np.polyval, (P, X)),
        (np.polyval, (P, np.float64(0.3))),
        (lambda p: np.polyval(p, 2), (P,)),
        (np.polyadd, (P, Q)),
        (np.polysub, (Q, P)),
        (np.polymul, (P, Q)),
        (lambda p: np.polyder(p * p), (P,)),
        (lambda p: np.polyder(p * p, 2), (P,)),
        (lambda p: np.polyder(p, 0), (P,)),
        (lambda p: np.polyder(p, 4), (P,)),
        (lambda p: np.polyint(p * p), (P,)),
        (lambda p: np.polyint(p, 0), (P,)),
        (lambda p, k: np.polyint(p * p, 2, k), (P, Q)),
        (lambda p: np.polyint(p * p, 2, p[0]), (P,)),
        (lambda p: np.polyint(p, 1, p), (P,)),
    ],
)
def test_polynomials(f, args):
    check(f, *args)


def test_a_list_of_tracked_coefficients():
    check(lambda x: np.polyval([x[0], 2.0, x[1]], x[0] * x[1]), X)


@pytest.mark.parametrize("v", [P, Q, Q[:1], np.array([2.0, 1.0, 0.5, 0.3, 1.0, 0.7])])
def test_division(v):
    check(np.polydiv, V, v)
    y, _ = jvp(
        np.polydiv, (np.float32(V), np.float32(v)), (np.float32(V), np.float32(v))
    )
    wanted = np.polydiv(np.float32(V), np.float32(v))
    for p, q in zip(y, wanted, strict=True):
        assert (p.shape, p.dtype) == (q.shape, q.dtype)


def test_division_without_remainder():
    product = np.polymul(P, Q)
    quotient, rest = jvp(np.polydiv, (product, Q), (product, 0 * Q))[0]
    np.testing.assert_allclose(quotient, P)
    np.testing.assert_array_equal(rest, np.polydiv(product, Q)[1])


FITS = {
    "line": lambda t, v: np.polyfit(t, v, 1),
    "constant": lambda t, v: np.polyfit(t, v, 0),
    "through all points": lambda t, v: np.polyfit(t, v, 4),
    "weights": lambda t, v: np.polyfit(t, v, 2, w=W * t**2),
    "columns": lambda t, v: np.polyfit(t, np.stack([v, v * t], 1), 1),
    "full": lambda t, v: np.polyfit(t, v, 2, full=True)[:2],
    "covariance": lambda t, v: np.polyfit(t, v, 2, cov=True),
    "unscaled": lambda t, v: np.polyfit(t, v, 1, cov="unscaled")[1],
    "covariances": lambda t, v: np.polyfit(t, np.stack([v, v * t], 1), 1, cov=True)[1],
}


@pytest.mark.parametrize("fit", FITS.values(), ids=FITS)
def test_fits(fit):
    check(fit, T, V)


def test_fit_of_ranks_and_precision():
    found = jvp(lambda v: np.polyfit(T, v, 1, full=True), (V,), (V,), has_aux=False)[0]
    for p, q in zip(found, np.polyfit(T, V, 1, full=True), strict=True):
        np.testing.assert_allclose(p, q)
    check(lambda v: np.polyfit(np.float32(T), v, 1), np.float32(V), order=1)


def test_a_fit_that_is_not_determined_warns():
    with pytest.warns(np.exceptions.RankWarning):
        grad(lambda v: np.sum(np.polyfit(np.ones(5), v, 2)))(V)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grad(lambda v: np.sum(np.polyfit(np.ones(5), v, 2, full=True)[0]))(V)


def test_polynomial_objects():
    p, x = np.poly1d([2.0, -1.0]), X
    for f in (np.polyadd, np.polysub, np.polymul):
        for g in (lambda x, f=f: f(p, x), lambda x, f=f: f(x, p)):
            assert isinstance(g(x), np.poly1d)
            check(lambda x, g=g: g(x).coeffs, x)
    check(lambda x: np.polydiv(x, p)[0].coeffs, V)
    check(lambda x: np.polyval(p, x), x)
    check(lambda x: np.polyval(x, p).coeffs, V)


@pytest.mark.parametrize(
    ("f", "error"),
    [
        (lambda x: np.polyder(x, -1), ValueError),
        (lambda x: np.polyint(x, -1), ValueError),
        (lambda x: np.polyint(x, 3, [1.0, 2.0]), ValueError),
        (lambda x: np.polyfit(T, x, -1), ValueError),
        (lambda x: np.polyfit(T[:, None], x, 1), TypeError),
        (lambda x: np.polyfit(T, x[:, None, None], 1), TypeError),
        (lambda x: np.polyfit(T[:3], x, 1), TypeError),
        (lambda x: np.polyfit(T, x, 1, w=W[:3]), TypeError),
        (lambda x: np.polyfit(T[:2], x[:2], 1, cov=True), ValueError),
    ],
)
def test_errors_are_numpys(f, error):
    for run in (f, grad(lambda x: np.sum(f(x)))):
        with pytest.raises(error) as raised:
            run(V)
        assert not isinstance(raised.value, NoDerivativeError)
