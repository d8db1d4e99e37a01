"""Splines of tracked knots, coefficients and places beside SciPy's."""

import numpy as np
import pytest
import scipy.interpolate
from mirrored import compare
from orders import thorough
from splines import both

from diffops import NoDerivativeError, fjacobian, grad
from diffops.scipy import interpolate
from diffops.scipy.interpolate.bsplines import basis, intervals

T = np.array([0.0, 0.3, 0.7, 1.1, 1.6, 2.0, 2.5, 3.0, 3.3, 3.8, 4.2])
C = np.array([0.4, -1.0, 0.7, 2.0, -0.3, 0.9, 1.4])
INSIDE = np.array([1.3, 1.8, 2.2, 2.7])


@pytest.mark.parametrize("nu", [0, 1, 2, 3, 4])
def test_derivatives(nu):
    compare(*both(lambda m, t, c, q: m.BSpline(t, c, 3)(q, nu)), T, C, INSIDE)
    if nu < 4:
        mirror, original = both(lambda m, t, c, q: m.BSpline(t, c, 3).derivative(nu)(q))
        compare(mirror, original, T, C, INSIDE)


@pytest.mark.parametrize("degree", [0, 1, 2, 5])
def test_degrees(degree):
    t = np.concatenate([T, T[-1] + T[1:]])
    c = np.resize(C, len(t) - degree - 1)
    q = np.array([3.15, 3.5, 4.35])
    compare(*both(lambda m, t, c, q: m.BSpline(t, c, degree)(q)), t, c, q)


def test_integrals():
    mirror, original = both(lambda m, t, c, q: m.BSpline(t, c, 3).antiderivative(2)(q))
    compare(mirror, original, T, C, INSIDE)
    mirror, original = both(lambda m, t, c, a, b: m.BSpline(t, c, 3).integrate(a, b))
    compare(mirror, original, 3 * T, C, 3.6, 8.7)
    compare(mirror, original, 3 * T, C, 8.7, 3.6)
    for a, b in ((1.3, 7.5), (-2.4, 1.5)):
        mirror, original = both(
            lambda m, c, a, b: m.BSpline(T, c, 3).integrate(a, b, "periodic")
        )
        compare(mirror, original, C, a, b)
    mirror, original = both(
        lambda m, c, a, b: m.BSpline(T, c, 3).integrate(a, b, False)
    )
    compare(mirror, original, C, 0.2, 2.2)


def test_beyond_the_ends():
    outside = np.array([-0.5, 3.6])
    compare(*both(lambda m, t, c, q: m.BSpline(t, c, 3)(q)), T, C, outside)
    mirror, original = both(
        lambda m, c, q: m.BSpline(T, c, 3, extrapolate="periodic")(q)
    )
    compare(mirror, original, C, outside)
    lost = lambda a: interpolate.BSpline(T, a * C, 3, False)(outside)  # noqa: E731
    assert np.isnan(fjacobian(lost)(1.0)[0]).all()


def test_axes():
    rows = np.stack([C, C[::-1]])
    compare(*both(lambda m, c, q: m.BSpline(T, c, 3, axis=1)(q)), rows, INSIDE)
    compare(*both(lambda m, c, q: m.BSpline(T, c, 3, axis=1)(q)), rows, 1.7)
    compare(*both(lambda m, c, q: m.BSpline(T, c, 3)(q)), C, INSIDE.reshape(2, 2))


def test_orders_and_batches():
    thorough(lambda t, c: interpolate.BSpline(t, c, 3)(INSIDE), T, C)
    thorough(lambda q: interpolate.BSpline(T, C, 3)(q), INSIDE)


def test_knots_that_meet():
    t = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 3.0])
    places = np.array([0.4, 1.4, 2.7])
    for nu in (0, 1, 2):
        mirror, original = both(lambda m, c, q, nu=nu: m.BSpline(t, c, 3)(q, nu))
        compare(mirror, original, C, places)
    mirror, original = both(lambda m, c, q: m.BSpline(t, c, 3).antiderivative()(q))
    compare(mirror, original, C, places)


def test_the_basis_sums_to_one():
    values, first = basis(T, 3, INSIDE)
    np.testing.assert_allclose(values.sum(axis=1), 1.0, rtol=1e-14)
    np.testing.assert_array_equal(first, intervals(T, 3, INSIDE) - 3)
    matrix = scipy.interpolate.BSpline.design_matrix(INSIDE, T, 3).toarray()
    for row, value, k in zip(matrix, values, first, strict=True):
        np.testing.assert_allclose(row[k : k + 4], value, rtol=1e-13)


def test_what_is_refused():
    spline = lambda c: interpolate.BSpline(T, c, 3)  # noqa: E731
    with pytest.raises(NoDerivativeError, match="insert_knot"):
        grad(lambda c: spline(c).insert_knot(1.9).c[0])(C)
    with pytest.raises(TypeError):
        grad(lambda c: scipy.interpolate.PPoly.from_spline(spline(c))(1.5))(C)
    with pytest.raises(ValueError, match="Order of derivative"):
        grad(lambda c: spline(c).derivative(4)(1.5))(C)
    # SciPy's function calls the curve, and so it is followed.
    slope = grad(lambda c: np.sum(scipy.interpolate.splev(INSIDE, spline(c))))(C)
    np.testing.assert_allclose(slope, grad(lambda c: np.sum(spline(c)(INSIDE)))(C))
