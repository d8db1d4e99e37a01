"""FITPACK's splines of plain data at tracked places, beside SciPy's own."""

import numpy as np
import pytest
import scipy.interpolate
from mirrored import compare
from orders import thorough
from splines import PLACES, X, Y, both

from diffops import NoDerivativeError, diff, grad
from diffops.scipy import interpolate

MAKERS = {
    "smoothing": lambda m: m.UnivariateSpline(X, Y, s=0.5),
    "interpolating": lambda m: m.InterpolatedUnivariateSpline(X, Y, k=4),
    "fitted": lambda m: m.LSQUnivariateSpline(X, Y, [3.0]),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_places(make):
    compare(*both(lambda m, q: make(m)(q)), PLACES)
    compare(*both(lambda m, q: make(m)(q, 1)), PLACES)
    compare(*both(lambda m, q: make(m).derivative()(q)), PLACES)
    compare(*both(lambda m, q: make(m).antiderivative()(q)), PLACES)
    compare(*both(lambda m, a, b: make(m).integral(a, b)), 0.4, 4.1)
    thorough(make(interpolate), PLACES)


def test_all_derivatives_at_a_place():
    curve = MAKERS["smoothing"](interpolate)
    found = diff(curve.derivatives)(1.4)
    np.testing.assert_allclose(found[:-1], curve.derivatives(1.4)[1:], rtol=1e-11)


@pytest.mark.parametrize("ext", ["zeros", "const", 0])
def test_beyond_the_data(ext):
    curve = interpolate.UnivariateSpline(X, Y, ext=ext)
    inside = interpolate.UnivariateSpline(X, Y)
    wanted = diff(inside)(7.0) if ext == 0 else 0.0
    assert diff(curve)(7.0) == wanted
    assert diff(curve)(1.4) == diff(inside)(1.4)
    if ext != 0:
        with pytest.raises(NoDerivativeError, match=r"integral .* ext"):
            grad(lambda b: curve.integral(0.0, b))(2.0)


def test_plain_splines_are_scipys():
    curve, original = (make(X, Y) for make in both(lambda m, x, y: MAKERS["fitted"](m)))
    assert isinstance(curve, scipy.interpolate.LSQUnivariateSpline)
    np.testing.assert_array_equal(curve.get_knots(), original.get_knots())
    np.testing.assert_array_equal(curve.integral(0, 2), original.integral(0, 2))


def test_tracked_data_are_refused():
    names = ["UnivariateSpline", "InterpolatedUnivariateSpline", "LSQUnivariateSpline"]
    for name in names:
        more = ([3.0],) if name.startswith("LSQ") else ()
        kind = getattr(interpolate, name)
        with pytest.raises(NoDerivativeError, match=rf"\.{name} of tracked data"):
            grad(lambda y, kind=kind, more=more: kind(X, y, *more)(1.0))(Y)
