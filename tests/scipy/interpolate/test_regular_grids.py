"""Interpolation on grids beside SciPy's, whose splines are solved for directly."""

import numpy as np
import pytest
import scipy.interpolate
import scipy.sparse.linalg
from mirrored import compare
from orders import thorough
from splines import both

from diffops import NoDerivativeError, grad, jacobian
from diffops.scipy import interpolate

GRID = (
    np.array([0.0, 0.9, 1.7, 2.8, 3.5, 4.4]),
    np.array([0.0, 0.6, 1.5, 2.3, 3.3, 4.2]),
)
VALUES = np.sin(2.0 * GRID[0])[:, None] * np.cos(GRID[1]) + GRID[1] ** 2 / 9
PLACES = np.array([[0.4, 0.25], [2.2, 3.9], [4.0, 1.1]])


def options(method):
    direct = {"solver": scipy.sparse.linalg.spsolve}
    return {"method": method} | ({} if method in ("linear", "nearest") else direct)


@pytest.mark.parametrize("method", ["linear", "nearest", "slinear", "cubic", "quintic"])
def test_methods(method):
    def make(m, values, places):
        return m.RegularGridInterpolator(GRID, values, **options(method))(places)

    compare(*both(make), VALUES, PLACES, bound=1e-11)
    compare(*both(make), VALUES, PLACES[0], bound=1e-11)

    def moving(m, line, places):
        grid = line, GRID[1]
        return m.RegularGridInterpolator(grid, VALUES, **options(method))(places)

    compare(*both(moving), GRID[0], PLACES, bound=1e-11)


def test_values_with_more_axes_and_lines_that_descend():
    values = np.stack([VALUES, VALUES**2], axis=-1)
    for grid in (GRID, (GRID[0][::-1].copy(), GRID[1])):
        mirror, original = both(
            lambda m, v, p, grid=grid: m.RegularGridInterpolator(grid, v)(p)
        )
        compare(mirror, original, values, PLACES)
    mirror, original = both(lambda m, v, p: m.RegularGridInterpolator(GRID[:1], v)(p))
    compare(mirror, original, VALUES[:, 0], PLACES[:, :1])


def test_beyond_the_grid():
    outside = np.array([[-1.0, 5.0], [1.0, 1.0]])

    def extrapolated(m, values, places):
        return m.RegularGridInterpolator(
            GRID, values, bounds_error=False, fill_value=None
        )(places)

    compare(*both(extrapolated), VALUES, outside)

    def filled(m, values, fill):
        return m.RegularGridInterpolator(
            GRID, values, bounds_error=False, fill_value=fill
        )(outside)

    wanted = scipy.interpolate.RegularGridInterpolator(
        GRID, VALUES, bounds_error=False, fill_value=0.3
    )(outside)
    np.testing.assert_array_equal(filled(interpolate, VALUES, 0.3), wanted)
    slopes = jacobian(lambda fill: filled(interpolate, VALUES, fill))(0.3)
    np.testing.assert_array_equal(slopes, [1.0, 0.0])
    with pytest.raises(ValueError, match="out of bounds"):
        grad(lambda v: interpolate.RegularGridInterpolator(GRID, v)(outside)[0])(VALUES)


def test_orders_and_batches():
    def linear(values, places):
        return interpolate.RegularGridInterpolator(GRID, values)(places)

    thorough(linear, VALUES, PLACES)
    smooth = interpolate.RegularGridInterpolator(GRID, VALUES, **options("cubic"))
    thorough(smooth, PLACES)


def test_in_one_call():
    compare(*both(lambda m, v, p: m.interpn(GRID, v, p)), VALUES, PLACES)
    slope = grad(lambda x: interpolate.interpn(GRID, VALUES, (x, 1.1))[()])(4.0)
    step = lambda x: scipy.interpolate.interpn(GRID, VALUES, [x, 1.1])  # noqa: E731
    np.testing.assert_allclose(slope, (step(4.1) - step(3.9)) / 0.2)


def test_parts_are_seen_as_they_are():
    make = lambda v: interpolate.RegularGridInterpolator(GRID, v)  # noqa: E731
    assert grad(lambda v: make(v).values[1, 2])(VALUES)[1, 2] == 1.0
    np.testing.assert_array_equal(make(VALUES).values, VALUES)
    np.testing.assert_array_equal(make(VALUES).grid[0], GRID[0])


def test_what_is_refused():
    smooth = interpolate.RegularGridInterpolator(GRID, VALUES, **options("cubic"))
    with pytest.raises(NoDerivativeError, match=r"RegularGridInterpolator .*nu="):
        grad(lambda p: smooth(p, nu=(1, 0))[0])(PLACES)
    monotone = interpolate.RegularGridInterpolator(GRID, VALUES, method="pchip")
    with pytest.raises(NoDerivativeError, match=r"method='pchip'"):
        grad(lambda p: monotone(p)[0])(PLACES)
    with pytest.raises(NoDerivativeError, match="splinef2d"):
        grad(lambda v: interpolate.interpn(GRID, v, PLACES, "splinef2d")[0])(VALUES)
