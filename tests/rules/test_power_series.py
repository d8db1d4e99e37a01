"""Polynomials in two variables, the lowest powers first."""

import numpy as np
import pytest
from numpy.polynomial import polynomial
from truth import check, entries

from diffops import grad
from diffops.rules.power_series import polyvalnd

X, Y, C = entries(3), entries(3) + 0.2, entries(3, 4)
DEEP = entries(2, 3, 2)


@pytest.mark.parametrize("c", [C, DEEP, C[:1], C[:, :1]])
def test_points_and_grids(c):
    check(polynomial.polyval2d, X, Y, c)
    check(polynomial.polygrid2d, X, Y[:2], c)
    check(polynomial.polyval2d, 0.3, -1.2, c)
    check(polynomial.polyval2d, entries(2, 2), entries(2, 2) + 0.1, c)


@pytest.mark.parametrize("c", [C, DEEP, C[0], entries(2, 2, 2, 2)])
def test_any_number_of_variables(c):
    """As NumPy does where it has the function: one variable after the other."""

    def f(x, y, z):
        return polyvalnd((x, y, z), c)

    points = X, Y, X + Y
    full = c.reshape(c.shape + (1,) * (3 - c.ndim))
    wanted = polynomial.polyval3d(*points, full)
    np.testing.assert_allclose(f(*points), wanted, rtol=1e-14)
    check(f, *points)
    check(lambda c: polyvalnd((0.3, -0.4), c), c)
    with pytest.raises(ValueError, match="incompatible"):
        polyvalnd((X, Y[:2]), C)


def test_lists_of_tracked_numbers():
    def f(x):
        return polynomial.polyval2d(x[0], x[1], [[x[2], 1.0], [0.5, x[0]]])

    x0, x1, x2 = X
    np.testing.assert_allclose(
        grad(f)(X), [0.5 + 2 * x0 * x1, 1.0 + x0**2, 1.0], rtol=1e-14
    )
    assert f(X) == pytest.approx(x2 + x1 + 0.5 * x0 + x0**2 * x1)


def test_points_must_match():
    with pytest.raises(ValueError, match="incompatible"):
        grad(lambda x: np.sum(polynomial.polyval2d(x, Y[:2], C)))(X)
