"""The polynomial through all values, also at the values."""

import numpy as np
import pytest
from mirrored import compare
from orders import thorough
from splines import PLACES, ROWS, X, Y, both

from diffops import NoDerivativeError, diff, grad
from diffops.scipy import interpolate

NAMES = ["BarycentricInterpolator", "KroghInterpolator"]
CALLS = ["barycentric_interpolate", "krogh_interpolate"]
#: SciPy takes the samples in a random order, unless it is told which.
ORDER = {"BarycentricInterpolator": {"rng": 7}, "barycentric_interpolate": {"rng": 7}}


@pytest.mark.parametrize("name", NAMES)
def test_polynomials(name):
    mirror, original = both(
        lambda m, x, y, q: getattr(m, name)(x, y, **ORDER.get(name, {}))(q)
    )
    compare(mirror, original, X, Y, PLACES, bound=1e-11)
    compare(mirror, original, X, ROWS, PLACES, bound=1e-11)
    compare(mirror, original, X[:2], Y[:2], PLACES)
    mirror, original = both(
        lambda m, y, q: getattr(m, name)(X, y, 1, **ORDER.get(name, {}))(q)
    )
    compare(mirror, original, ROWS.T.copy(), PLACES.reshape(2, 2), bound=1e-11)


@pytest.mark.parametrize("name", CALLS)
def test_in_one_call(name):
    compare(
        *both(lambda m, x, y, q: getattr(m, name)(x, y, q, **ORDER.get(name, {}))),
        X,
        Y,
        1.4,
        bound=1e-11,
    )
    with pytest.raises(NoDerivativeError, match=f"{name} .* der"):
        grad(lambda y: getattr(interpolate, name)(X, y, 1.4, der=1))(Y)


@pytest.mark.parametrize("name", NAMES)
def test_derivatives_at_the_samples_themselves(name):
    cube = getattr(interpolate, name)(X, X**3)
    for place in (*X, 1.0):
        for order, wanted in ((1, 3 * place**2), (2, 6 * place), (3, 6.0)):
            f = cube
            for _ in range(order):
                f = diff(f)
            np.testing.assert_allclose(f(place), wanted, rtol=1e-9, atol=1e-9)


def test_orders_and_batches():
    f = lambda x, y, q: interpolate.BarycentricInterpolator(x, y)(q)  # noqa: E731
    thorough(f, X[:4], Y[:4], PLACES[:2])


def test_samples_are_seen_as_they_are():
    make = interpolate.BarycentricInterpolator
    assert grad(lambda y: make(X, y).yi[2, 0])(Y)[2] == 1.0
    assert grad(lambda x: make(x, Y).xi[2])(X)[2] == 1.0


def test_plain_samples_change_as_scipys_do():
    curve = interpolate.BarycentricInterpolator(X[:5], Y[:5])
    curve.add_xi(X[5:], Y[5:])
    whole = interpolate.BarycentricInterpolator(X, Y)
    np.testing.assert_allclose(curve(PLACES), whole(PLACES))
    np.testing.assert_allclose(diff(curve)(1.4), diff(whole)(1.4))
    curve.set_yi(2 * Y)
    np.testing.assert_allclose(diff(curve)(1.4), 2 * diff(whole)(1.4))
    np.testing.assert_allclose(curve.derivative(1.4), diff(curve)(1.4))
    later = interpolate.BarycentricInterpolator(X)
    later.set_yi(Y)
    np.testing.assert_allclose(diff(later)(1.4), diff(whole)(1.4))


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda m, y: m.BarycentricInterpolator(y), "without yi"),
        (lambda m, y: m.BarycentricInterpolator(X, Y).set_yi(y), "set_yi"),
        (lambda m, y: m.BarycentricInterpolator(X, y).add_xi([9.0], [1.0]), "add_xi"),
        (lambda m, y: m.BarycentricInterpolator(X, y).derivative(1.0), "derivative"),
        (lambda m, y: m.KroghInterpolator(X, y).derivatives(1.0), "derivatives"),
        (lambda m, y: m.KroghInterpolator([0, 0, 1], y[:3])(0.5), "repeated xi"),
    ],
)
def test_what_is_refused(call, match):
    with pytest.raises(NoDerivativeError, match=match):
        grad(lambda y: np.sum(call(interpolate, y)))(Y)
