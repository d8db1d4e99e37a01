"""Names of `scipy.interpolate` without a rule: SciPy's on plain values, or an error."""

import pickle

import numpy as np
import pytest
import scipy.interpolate
from splines import X, Y

from diffops import NoDerivativeError, grad, stop_gradient
from diffops.scipy import interpolate

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
INSIDE = np.array([[0.2, 0.3]])

CALLS = {
    "BPoly": lambda m, a: m.BPoly(np.array([[1.0], [3.0]]) * a, [0, 1])(0.5),
    "NdPPoly": lambda m, a: m.NdPPoly(np.ones((2, 1)) * a, ([0.0, 1.0],))([0.5]),
    "NdBSpline": lambda m, a: m.NdBSpline((np.arange(9.0),), np.ones(5) * a, 3)([4.0]),
    "RectBivariateSpline": lambda m, a: m.RectBivariateSpline(
        X, X, np.outer(Y, Y) * a
    ).ev(1.0, 1.0),
    "LinearNDInterpolator": lambda m, a: m.LinearNDInterpolator(
        CORNERS, np.ones(4) * a
    )(INSIDE),
    "NearestNDInterpolator": lambda m, a: m.NearestNDInterpolator(
        CORNERS, np.ones(4) * a
    )(INSIDE),
    "CloughTocher2DInterpolator": lambda m, a: m.CloughTocher2DInterpolator(
        CORNERS, np.ones(4) * a
    )(INSIDE),
    "RBFInterpolator": lambda m, a: m.RBFInterpolator(CORNERS, np.ones(4) * a)(INSIDE),
    "AAA": lambda m, a: m.AAA(X, Y * a)(1.0),
    "FloaterHormannInterpolator": lambda m, a: m.FloaterHormannInterpolator(X, Y * a)(
        1.0
    ),
    "griddata": lambda m, a: m.griddata(CORNERS, np.ones(4) * a, INSIDE),
    "make_lsq_spline": lambda m, a: m.make_lsq_spline(
        X, Y * a, np.repeat([0.0, 2.0, 5.3], (4, 1, 4))
    )(1.0),
    "make_smoothing_spline": lambda m, a: m.make_smoothing_spline(X, Y * a)(1.0),
    "splprep": lambda m, a: m.splprep([X * a, Y])[1],
    "splint": lambda m, a: m.splint(0, 1, m.make_interp_spline(X, Y * a)),
    "splder": lambda m, a: m.splder(m.make_interp_spline(X, Y * a))(1.0),
    "sproot": lambda m, a: m.sproot(m.make_interp_spline(X, Y * a)),
    "lagrange": lambda m, a: m.lagrange(X, Y * a)(1.0),
    "pade": lambda m, a: m.pade([1.0, a, 0.5], 1)[0](1.0),
    "pchip_interpolate": lambda m, a: m.pchip_interpolate(X, Y * a, 1.0),
}


@pytest.mark.parametrize("name", CALLS)
def test_names_without_a_rule(name):
    call = CALLS[name]
    found, wanted = call(interpolate, 1.0), call(scipy.interpolate, 1.0)
    np.testing.assert_array_equal(found, wanted)
    with pytest.raises(NoDerivativeError, match=rf"scipy\.interpolate\.{name} of a"):
        grad(lambda a: np.sum(call(interpolate, a)))(1.0)
    still = grad(lambda a: a * np.sum(call(interpolate, stop_gradient(a))))(1.0)
    np.testing.assert_allclose(still, np.sum(wanted))


def test_tracked_places_of_plain_data():
    plane = interpolate.LinearNDInterpolator(CORNERS, CORNERS.sum(axis=1))
    for call in (lambda q: plane(q)[0], lambda q: plane(q[0, 0], q[0, 1])):
        with pytest.raises(NoDerivativeError, match="LinearNDInterpolator"):
            grad(call)(INSIDE)
    surface = interpolate.RectBivariateSpline(X, X, np.outer(Y, Y))
    with pytest.raises(NoDerivativeError, match="RectBivariateSpline"):
        grad(lambda x: surface.ev(x, 1.0))(1.0)


def test_every_name_of_scipy_is_there():
    for name in scipy.interpolate.__all__:
        assert hasattr(interpolate, name), name
    assert isinstance(
        plane := interpolate.BPoly([[1.0]], [0, 1]), scipy.interpolate.BPoly
    )
    assert pickle.loads(pickle.dumps(plane))(0.5) == 1.0
    with pytest.raises(AttributeError):
        interpolate.__wrapped__  # noqa: B018
