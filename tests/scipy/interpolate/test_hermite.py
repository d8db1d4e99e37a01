"""Cubics with slopes, given or chosen, beside SciPy's."""

import numpy as np
import pytest
from mirrored import compare
from orders import thorough
from splines import PLACES, ROWS, X, Y, both

from diffops import grad
from diffops.scipy import interpolate

MAKERS = {
    "pchip": lambda m, x, y: m.PchipInterpolator(x, y),
    "akima": lambda m, x, y: m.Akima1DInterpolator(x, y),
    "makima": lambda m, x, y: m.Akima1DInterpolator(x, y, method="makima"),
}
each = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


@each
def test_slopes_chosen_from_neighbours(make):
    compare(*both(lambda m, x, y, q: make(m, x, y)(q)), X, Y, PLACES)
    compare(*both(lambda m, x, y, q: make(m, x, y)(q)), X, ROWS, PLACES)
    compare(*both(lambda m, x, y, q: make(m, x, y).derivative()(q)), X, Y, PLACES)
    thorough(lambda x, y: make(interpolate, x, y)(PLACES), X, Y)


@each
@pytest.mark.parametrize("size", [3, 4])
def test_few_samples(make, size):
    mirror, original = both(lambda m, x, y, q: make(m, x, y)(q))
    compare(mirror, original, X[:size], Y[:size], np.array([0.2, 0.5]))


@each
def test_two_samples_have_a_line(make):
    value = lambda y: make(interpolate, X[:2], y)(0.2)  # noqa: E731
    np.testing.assert_allclose(grad(value)(Y[:2]), [0.75, 0.25], rtol=1e-14)


def test_given_slopes():
    slopes = np.sin(X)
    mirror, original = both(lambda m, x, y, d, q: m.CubicHermiteSpline(x, y, d)(q))
    compare(mirror, original, X, Y, slopes, PLACES)
    compare(mirror, original, X, ROWS, ROWS[::-1].copy(), PLACES)
    mirror, original = both(lambda m, y, d: m.CubicHermiteSpline(X, y, d, 1)(PLACES))
    compare(mirror, original, ROWS.T.copy(), ROWS.T.copy())


def test_monotone_data_have_a_monotone_curve_and_flat_extrema():
    rising = np.array([0.0, 1.0, 1.0, 3.0, 4.0, 4.5, 9.0])
    mirror, original = both(lambda m, x, q: m.PchipInterpolator(x, rising)(q))
    compare(mirror, original, X, PLACES)
    peak = lambda y: interpolate.PchipInterpolator(X, y)(X[3] + 0.001)  # noqa: E731
    assert abs(np.sum(grad(peak)(Y)) - 1) < 1e-12  # a shift of all values


def test_the_last_slopes_that_are_limited():
    # The parabola at the left end turns, at the right end it is too steep.
    y = np.array([0.0, 0.1, 2.0, 1.0, 1.4, 1.5, -2.0])
    compare(*both(lambda m, x, y, q: m.PchipInterpolator(x, y)(q)), X, y, PLACES)
    y = np.array([0.0, 2.0, -3.0, 1.0, 1.4, 6.0, 5.5])
    compare(*both(lambda m, x, y, q: m.PchipInterpolator(x, y)(q)), X, y, PLACES)


def test_straight_data_bend_nowhere():
    mirror, original = both(
        lambda m, a, q: m.Akima1DInterpolator(X, a * X, method="makima")(q)
    )
    compare(mirror, original, 1.5, PLACES)
