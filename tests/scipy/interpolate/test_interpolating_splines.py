"""Splines through values, and FITPACK's names for them, beside SciPy's."""

import numpy as np
import pytest
from mirrored import compare
from orders import thorough
from splines import PLACES, ROWS, X, Y, both, closing

from diffops import NoDerivativeError, grad
from diffops.scipy import interpolate


@pytest.mark.parametrize("k", range(6))
def test_degrees(k):
    mirror, original = both(lambda m, x, y, q: m.make_interp_spline(x, y, k)(q))
    compare(mirror, original, X, Y, PLACES)
    compare(mirror, original, X, ROWS, PLACES)


@pytest.mark.parametrize(
    "ends", ["natural", "clamped", "not-a-knot", ([(1, 0.3)], [(2, 0.1)])]
)
def test_conditions(ends):
    def make(m, x, y, q):
        return m.make_interp_spline(x, y, 3, bc_type=ends)(q)

    compare(*both(make), X, Y, PLACES)


def test_conditions_that_vary_and_curves_that_close():
    def make(m, y, slope, q):
        ends = [(1, slope)], [(2, 0.1)]
        return m.make_interp_spline(X, y, 3, bc_type=ends)(q)

    compare(*both(make), Y, 0.3, PLACES)
    for k in (1, 2, 3, 5):
        mirror, original = both(
            lambda m, y, q, k=k: m.make_interp_spline(
                X, closing(y), k, bc_type="periodic"
            )(q)
        )
        compare(mirror, original, Y, PLACES)


def test_given_knots():
    t = np.concatenate([[X[0]] * 4, X[2:-2] + 0.1, [X[-1]] * 4])

    def make(m, y, inner, q):
        knots = np.concatenate([t[:4], inner, t[-4:]])
        return m.make_interp_spline(X, y, 3, t=knots)(q)

    compare(*both(make), Y, t[4:-4], PLACES)


def test_orders_and_batches():
    thorough(lambda x, y: interpolate.make_interp_spline(x, y)(PLACES), X, Y)


def test_axes():
    def make(m, y, q):
        return m.make_interp_spline(X, y, axis=1)(q)

    compare(*both(make), ROWS.T.copy(), PLACES)


def test_fitpacks_names():
    def make(m, x, y, q):
        return m.splev(q, m.splrep(x, y))

    compare(*both(make), X, Y, PLACES)
    for k in (1, 3, 5):
        compare(*both(lambda m, y, q, k=k: m.splev(q, m.splrep(X, y, k=k))), Y, PLACES)
    for ext in (0, 1, 3):
        mirror, original = both(
            lambda m, y, q, ext=ext: m.splev(q, m.splrep(X, y), ext=ext)
        )
        compare(mirror, original, Y, np.array([-0.4, 1.0, 7.0]))
    compare(*both(lambda m, y, q: m.splev(q, m.splrep(X, y), der=2)), Y, PLACES)
    curves = interpolate.splrep(X, Y)
    several = (curves[0], [curves[1], 2 * curves[1]], 3)
    found = grad(lambda q: sum(interpolate.splev(q, several)))(1.4)
    np.testing.assert_allclose(found, 3 * interpolate.splev(1.4, curves, 1))


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda m, y: m.splrep(X, y, s=1.0)[1], NoDerivativeError, "splrep .* s="),
        (lambda m, y: m.splrep(X, y, w=Y**2)[1], NoDerivativeError, "w="),
        (lambda m, y: m.splev(1.0, m.splrep(X, y), 4), ValueError, "der=4"),
        (lambda m, y: m.splev(1.0, m.splrep(X, y), ext=5), ValueError, "ext"),
        (lambda m, y: m.splev(9.0, m.splrep(X, y), ext=2), ValueError, "Invalid"),
        (
            lambda m, y: m.make_interp_spline(y, closing(Y), 3, bc_type="periodic")(
                1.0
            ),
            NoDerivativeError,
            "pass the knots",
        ),
    ],
)
def test_misuse(call, error, match):
    with pytest.raises(error, match=match):
        grad(lambda y: np.sum(call(interpolate, y)))(X)
