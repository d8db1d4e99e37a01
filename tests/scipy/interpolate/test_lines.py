"""Interpolation of samples by every kind, beside SciPy's."""

import numpy as np
import pytest
from mirrored import compare
from orders import thorough
from splines import PLACES, ROWS, X, Y, both

from diffops import grad, jacobian
from diffops.scipy import interpolate

KINDS = [
    "linear",
    "nearest",
    "nearest-up",
    "previous",
    "next",
    "zero",
    "slinear",
    "quadratic",
    "cubic",
    4,
]


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind):
    mirror, original = both(lambda m, x, y, q: m.interp1d(x, y, kind)(q))
    compare(mirror, original, X, Y, PLACES)
    compare(mirror, original, X[::-1].copy(), Y, PLACES)
    mirror, original = both(lambda m, x, y, q: m.interp1d(x, y, kind, axis=0)(q))
    compare(mirror, original, X, ROWS, PLACES)
    mirror, original = both(lambda m, y, q: m.interp1d(X, y, kind)(q))
    compare(mirror, original, ROWS.T.copy(), PLACES.reshape(2, 2))


@pytest.mark.parametrize("kind", ["linear", "previous", "next", "cubic"])
def test_beyond_the_samples(kind):
    outside = np.array([-0.7, 1.0, 6.1])

    def make(m, y, q):
        fill = "extrapolate"
        return m.interp1d(X, y, kind, bounds_error=False, fill_value=fill)(q)

    (found,), wanted = jacobian(both(make)[0], argnums=(0,))(Y, outside), None
    slopes = [both(make)[1](np.eye(7)[i], outside) for i in range(7)]
    wanted = np.stack(slopes, axis=1)
    known = np.isfinite(both(make)[1](Y, outside))
    np.testing.assert_allclose(found[known], wanted[known], atol=1e-13)


def test_fill_values_vary():
    def make(m, y, below, above):
        fill = (below, above)
        line = m.interp1d(X, y, bounds_error=False, fill_value=fill)
        return line(np.array([-1.0, 2.0, 9.0]))

    compare(*both(make), Y, 0.7, -0.2)

    def one(m, fill):
        return m.interp1d(X, Y, bounds_error=False, fill_value=fill)(
            np.array([-1, 2.0])
        )

    compare(*both(one), 0.7)


def test_orders_and_batches():
    thorough(lambda x, y: interpolate.interp1d(x, y)(PLACES), X, Y)
    thorough(lambda y, q: interpolate.interp1d(X, y, "cubic")(q), Y, PLACES)


def test_samples_are_seen_as_they_are():
    assert grad(lambda y: interpolate.interp1d(X, y).y[2])(Y)[2] == 1.0
    assert grad(lambda x: interpolate.interp1d(x, Y).x[2])(X)[2] == 1.0


def test_places_outside_raise():
    with pytest.raises(ValueError, match="below"):
        grad(lambda q: interpolate.interp1d(X, Y)(q))(-1.0)
    with pytest.raises(ValueError, match="above"):
        grad(lambda y: np.sum(interpolate.interp1d(X, y)([9.0])))(Y)
