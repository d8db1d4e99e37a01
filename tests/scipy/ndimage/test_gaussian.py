"""Gaussian filters against SciPy's own, differences of them, and closed forms."""

import numpy as np
import pytest
import scipy.ndimage
from mirrored import compare
from truth import check, sampler

from diffops import grad, jvp
from diffops.scipy import ndimage

array = sampler(52)
MODES = ["reflect", "mirror", "nearest", "wrap", "constant"]


def both(name):
    return getattr(ndimage, name), getattr(scipy.ndimage, name)


@pytest.mark.parametrize("mode", MODES)
def test_smoothing(mode):
    for order in range(4):
        mirror, original = (
            lambda x, f=f, n=order: f(x, 1.3, 0, n, mode=mode, cval=0.2)
            for f in both("gaussian_filter1d")
        )
        compare(mirror, original, array((4, 3)))
    for name in ("gaussian_laplace", "gaussian_gradient_magnitude"):
        mirror, original = (lambda x, f=f: f(x, 1.2, mode=mode) for f in both(name))
        compare(mirror, original, array((4, 3)))
        compare(mirror, original, array((3, 3), complex), order=1)
    mirror, original = (
        lambda x, f=f: f(x, (1.3, 0.6), (1, 0), mode=mode)
        for f in both("gaussian_filter")
    )
    compare(mirror, original, array((4, 3)))


@pytest.mark.parametrize("order", range(4))
def test_the_width_may_vary(order):
    x = array((5, 4))
    f = lambda s: ndimage.gaussian_filter1d(x, s, 0, order)  # noqa: E731
    found, _ = jvp(f, (1.3,), (1.0,))
    wanted = scipy.ndimage.gaussian_filter1d(x, 1.3, 0, order)
    np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-14)
    check(f, 1.3)
    check(lambda x, s: ndimage.gaussian_filter(x, s, order), x, np.array([1.3, 0.8]))


def test_the_spread_of_the_kernel():
    """The second moment of a wide kernel is σ², whose derivative is 2 σ."""
    place = np.arange(-60.0, 61)
    impulse = (place == 0).astype(float)
    moment = lambda s: ndimage.gaussian_filter1d(impulse, s, truncate=10.0) @ place**2  # noqa: E731
    assert abs(grad(moment)(5.0) - 10.0) < 1e-11
    assert abs(grad(grad(moment))(5.0) - 2.0) < 1e-10


def test_options():
    x = array((4, 5))
    options = {"sigma": 1.0, "axes": 0, "radius": 2}
    compare(*both("gaussian_filter"), x, **options)
    compare(*both("gaussian_filter"), x, sigma=(0.0, 1.0), truncate=2.0)
    compare(*both("gaussian_laplace"), x, sigma=1.0, truncate=2.0, axes=(1,))


def test_the_magnitude_is_flat_where_the_gradient_vanishes():
    f = lambda x: np.sum(ndimage.gaussian_gradient_magnitude(x, 1.0))  # noqa: E731
    np.testing.assert_array_equal(grad(f)(np.zeros((3, 3))), np.zeros((3, 3)))


def test_errors_are_those_of_scipy():
    x = np.ones(4)
    for options in ({"order": -1}, {"radius": 1.5}):
        for f in both("gaussian_filter1d"):
            with pytest.raises(ValueError):
                grad(lambda x, f=f, options=options: f(x, 1.0, **options)[0])(x)
