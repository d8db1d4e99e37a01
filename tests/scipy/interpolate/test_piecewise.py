"""The methods of piecewise polynomials, of tracked coefficients and places."""

import numpy as np
import pytest
import scipy.interpolate
from mirrored import compare
from orders import thorough
from splines import PLACES, ROWS, X, Y, both
from truth import entries

from diffops import NoDerivativeError, fdiff, grad, jit, vmap
from diffops.scipy import interpolate


def cubic(m, x, y):
    return m.CubicSpline(x, y)


@pytest.mark.parametrize("nu", [1, 2, 3, 4])
def test_derivatives(nu):
    compare(*both(lambda m, x, y, q: cubic(m, x, y)(q, nu)), X, Y, PLACES)
    compare(*both(lambda m, y, q: cubic(m, X, y).derivative(nu)(q)), Y, PLACES)


def test_integrals():
    mirror, original = both(lambda m, x, y, q: cubic(m, x, y).antiderivative(2)(q))
    compare(mirror, original, X, Y, PLACES)
    mirror, original = both(lambda m, x, y, a, b: cubic(m, x, y).integrate(a, b))
    compare(mirror, original, X, Y, 0.4, 4.9)
    compare(mirror, original, X, ROWS, 4.9, -0.4)
    turned = both(lambda m, y, q: cubic(m, X, y).derivative(-1)(q))
    compare(*turned, Y, PLACES)
    turned = both(lambda m, y, q: cubic(m, X, y).antiderivative(-1)(q))
    compare(*turned, Y, PLACES)


def test_integrals_over_periods():
    def make(m, y, a, b):
        y = np.concatenate([y, y[:1]])
        return m.CubicSpline(X, y, bc_type="periodic").integrate(a, b)

    for a, b in ((0.4, 21.3), (-7.7, 1.0), (3.0, -9.0)):
        compare(*both(make), Y[:-1], a, b)


def test_coefficients_and_breakpoints():
    c = entries(3, 6)
    mirror, original = both(lambda m, c, x, q: m.PPoly(c, x)(q))
    compare(mirror, original, c, X, PLACES)
    compare(*both(lambda m, c, q: m.PPoly(c, X[::-1].copy())(q)), c, PLACES)
    c = entries(2, 3, 6)
    compare(*both(lambda m, c, q: m.PPoly(c, X, axis=1)(q)), c, PLACES)
    thorough(lambda c, q: interpolate.PPoly(c, X)(q), entries(3, 6), PLACES)


def test_beyond_the_ends():
    outside = np.array([-0.7, 1.0, 6.1])
    compare(*both(lambda m, x, y, q: cubic(m, x, y)(q)), X, Y, outside)
    found, slope = fdiff(
        lambda a: interpolate.CubicSpline(X, a * Y)(outside, 0, False)
    )(1.0)
    wanted = scipy.interpolate.CubicSpline(X, Y)(outside, 0, False)
    np.testing.assert_allclose(found, wanted, rtol=1e-14)
    np.testing.assert_allclose(slope[1], wanted[1], rtol=1e-14)
    assert np.isnan(wanted[[0, 2]]).all()
    lost = interpolate.PPoly(np.ones((2, 1)), [0.0, 1.0], extrapolate=False)
    assert np.isnan(fdiff(lambda b: lost.integrate(0.0, b))(2.0)[0])


def test_plain_curves_are_scipys():
    curve = interpolate.CubicSpline(X, Y)
    original = scipy.interpolate.CubicSpline(X, Y)
    assert isinstance(curve, scipy.interpolate.CubicSpline)
    np.testing.assert_array_equal(curve.c, original.c)
    np.testing.assert_array_equal(curve.roots(), original.roots())
    np.testing.assert_array_equal(curve(PLACES, 1), original(PLACES, 1))
    power = scipy.interpolate.BPoly.from_power_basis(curve)
    np.testing.assert_allclose(power(PLACES), curve(PLACES))


def test_parts_are_seen_as_they_are():
    assert grad(lambda y: interpolate.CubicSpline(X, y).c[-1, 2])(Y)[2] == 1.0
    assert grad(lambda x: interpolate.CubicSpline(x, Y).x[2])(X)[2] == 1.0


def test_nothing_tracked_is_hidden_from_scipy():
    """SciPy's own code reads a curve's plain parts, and would drop derivatives."""

    def converted(y):
        curve = interpolate.CubicSpline(X, y)
        return scipy.interpolate.BPoly.from_power_basis(curve)(1.0)

    with pytest.raises(TypeError):  # of which kind goes by SciPy's version
        grad(converted)(Y)
    with pytest.raises(NoDerivativeError, match=r"CubicSpline .* SciPy's own"):
        grad(lambda y: interpolate.CubicSpline(X, y)._c[0, 0])(Y)

    def swallowing(y):
        try:
            return interpolate.CubicSpline(X, y).roots()[0]
        except TypeError:
            return y[0]

    with pytest.raises(NoDerivativeError, match="roots"):
        grad(swallowing)(Y)
    with pytest.raises(NoDerivativeError, match="extend"):
        grad(lambda y: interpolate.CubicSpline(X, y).extend(np.ones((4, 1)), [6.0]))(Y)


def test_jit_and_batches():
    f = lambda y: interpolate.CubicSpline(X, y)(PLACES)[1]  # noqa: E731
    slope = jit(grad(f))
    for y in (Y, 2 * Y + 1):
        np.testing.assert_allclose(slope(y), grad(f)(y))
    many = np.stack([Y, Y**2])
    np.testing.assert_allclose(vmap(f)(many), [f(Y), f(Y**2)])
    np.testing.assert_allclose(vmap(grad(f))(many), [grad(f)(Y)] * 2)
