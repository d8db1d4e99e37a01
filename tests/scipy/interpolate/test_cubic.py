"""Cubic splines beside SciPy's, under every condition at the ends."""

import numpy as np
import pytest
from mirrored import compare
from orders import thorough
from splines import PLACES, ROWS, X, Y, both, closing

from diffops import NoDerivativeError, grad, jacobian
from diffops.scipy import interpolate

CONDITIONS = [
    "not-a-knot",
    "natural",
    "clamped",
    ((1, 0.3), (2, -0.5)),
    ((2, 0.0), "not-a-knot"),
]


@pytest.mark.parametrize("ends", CONDITIONS)
def test_conditions(ends):
    mirror, original = both(lambda m, x, y, q: m.CubicSpline(x, y, bc_type=ends)(q))
    compare(mirror, original, X, Y, PLACES)
    compare(mirror, original, X[:4], Y[:4], PLACES[:3])


def test_conditions_of_rows():
    mirror, original = both(lambda m, x, y, q: m.CubicSpline(x, y)(q))
    compare(mirror, original, X, ROWS, PLACES)
    compare(mirror, original, X, ROWS[:, 0] + 1j * ROWS[:, 1], PLACES)
    mirror, original = both(lambda m, y, q: m.CubicSpline(X, y, axis=1)(q))
    compare(mirror, original, ROWS.T.copy(), PLACES)
    compare(mirror, original, ROWS.T.copy(), 1.3)


def test_curves_that_close():
    def make(m, x, y, q):
        return m.CubicSpline(x, closing(y), bc_type="periodic")(q)

    compare(*both(make), X, Y, PLACES)
    compare(*both(lambda m, y, q: make(m, X, y, q)), Y, PLACES + 20)
    compare(*both(lambda m, x, y, q: make(m, x, y, q)), X[:3], Y[:3], PLACES[:2])


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("ends", CONDITIONS[:4])
def test_few_samples(size, ends):
    mirror, original = both(lambda m, x, y, q: m.CubicSpline(x, y, bc_type=ends)(q))
    compare(mirror, original, X[:size], Y[:size], PLACES[:2])


def test_values_of_conditions_may_vary():
    def make(m, slope, bend):
        ends = ((1, slope), (2, bend))
        return m.CubicSpline(X, Y, bc_type=ends)(PLACES)

    compare(*both(make), 0.3, -0.7)


def test_orders_and_batches():
    thorough(lambda y, q: interpolate.CubicSpline(X, y)(q), Y, PLACES)
    thorough(lambda x: interpolate.CubicSpline(x, Y)(PLACES), X)


def test_the_slope_at_a_place_is_that_of_the_spline():
    curve = interpolate.CubicSpline(X, Y)
    slopes = np.diag(jacobian(curve)(PLACES))
    np.testing.assert_allclose(slopes, curve(PLACES, 1), rtol=1e-12)


def test_a_cubic_is_met():
    third = lambda x: interpolate.CubicSpline(x, x**3)(1.7)  # noqa: E731
    np.testing.assert_allclose(grad(third)(X), np.zeros(7), atol=1e-12)


def test_what_is_found_is_not_followed():
    for method in ("roots", "solve"):
        with pytest.raises(NoDerivativeError, match=rf"CubicSpline .* {method}\(\)"):
            grad(lambda y, m=method: getattr(interpolate.CubicSpline(X, y), m)()[0])(Y)
