"""Splines through images, and images moved about, beside differences of SciPy's own."""

import numpy as np
import pytest
import scipy.ndimage
from mirrored import compare
from orders import check_batch, check_orders, drawing
from truth import check

from diffops import NoDerivativeError, grad, jvp
from diffops.scipy import ndimage

array = drawing(97)
MODES = ["constant", "nearest", "mirror", "reflect", "wrap", "grid-wrap", "grid-mirror"]
MODES += ["grid-constant"]
each_mode = pytest.mark.parametrize("mode", MODES)
each_order = pytest.mark.parametrize("order", range(6))


@each_mode
@each_order
@pytest.mark.parametrize("prefilter", [True, False])
@pytest.mark.parametrize("shape", [(7,), (5, 6), (1, 4)])
def test_values_are_those_of_scipy(shape, mode, order, prefilter):
    image = array(shape)
    points = np.random.default_rng(3).uniform(-12, 16, (len(shape), 60))
    options = {"order": order, "mode": mode, "cval": 1.5, "prefilter": prefilter}
    y, _ = jvp(
        lambda p: ndimage.map_coordinates(image, p, **options), (points,), (points,)
    )
    wanted = scipy.ndimage.map_coordinates(image, points, **options)
    np.testing.assert_allclose(y, wanted, rtol=1e-11, atol=1e-12)


@each_mode
@each_order
def test_images_and_points(mode, order):
    """At points about which the spline is smooth: away from knots, and from ends."""
    image = array((5, 6))
    points = np.array([[0.3, 1.8, 3.7, -1.3], [2.3, 4.2, 0.8, 6.7]])
    f = lambda x, p: ndimage.map_coordinates(x, p, order=order, mode=mode)  # noqa: E731
    check(f, image, points, order=2 if order in (1, 3) else 1)


@pytest.mark.parametrize("order", [1, 3, 5])
def test_all_orders(order):
    image, points = array((4, 5)), np.array([[0.3, 1.8], [2.3, 1.2]])
    f = lambda x, p: ndimage.map_coordinates(x, p, order=order)  # noqa: E731
    check_orders(f, image, points)
    check_batch(f, image, points)


def test_cubic_splines_of_polynomials_are_these():
    """About the middle of a long row, where its ends are not felt."""
    x = np.arange(41.0)
    row = ((x - 20) / 7) ** 3
    f = lambda p: ndimage.map_coordinates(row, p[None])[0]  # noqa: E731
    point = np.array([21.3])
    np.testing.assert_allclose(f(point), (1.3 / 7) ** 3, rtol=1e-6)
    np.testing.assert_allclose(grad(f)(point), 3 * 1.3**2 / 7**3, rtol=1e-6)


def test_dtypes():
    points = np.array([[0.3, 1.8], [2.3, 1.2]])
    for kind in (np.float32, complex):
        image = array((4, 5), complex if kind is complex else float).astype(kind)
        f = lambda x: ndimage.map_coordinates(x, points)  # noqa: E731
        y, _ = jvp(f, (image,), (image,))
        wanted = scipy.ndimage.map_coordinates(image, points)
        assert y.dtype == wanted.dtype == kind
        np.testing.assert_allclose(y, wanted, rtol=1e-5)
    check(f, image)


@pytest.mark.parametrize("name", ["spline_filter", "spline_filter1d"])
@pytest.mark.parametrize("mode", ["mirror", "reflect", "grid-wrap"])
def test_filters(name, mode):
    mirror, original = getattr(ndimage, name), getattr(scipy.ndimage, name)
    for order in (2, 3, 5):
        compare(mirror, original, array((4, 5)), order=0)
        f = lambda x, o=order: mirror(x, o, mode=mode)  # noqa: E731
        compare(f, lambda x, o=order: original(x, o, mode=mode), array((4, 5)), order=1)
    compare(
        ndimage.spline_filter1d, scipy.ndimage.spline_filter1d, array((4, 5)), axis=0
    )
    y, _ = jvp(lambda x: ndimage.spline_filter1d(x, 1), (array(3),), (array(3),))
    assert y.shape == (3,)


@each_mode
def test_moving(mode):
    image = array((5, 6))
    options = {"mode": mode, "order": 3, "cval": 0.5}

    def shift(module):
        return lambda x, v: module.shift(x, v, **options)

    compare(shift(ndimage), shift(scipy.ndimage), image, np.array([0.3, -1.2]), order=1)
    compare(
        lambda v: shift(ndimage)(image, v),
        lambda v: shift(scipy.ndimage)(image, v),
        0.3,
        order=1,
    )


def test_affine_transforms():
    image = array((5, 6)) / 10  # so that rounding is small beside the bounds
    matrix, offset = np.eye(2) + array((2, 2)) / 9, np.array([0.13, -0.21])
    whole = np.concatenate([matrix, offset[:, None]], axis=1)
    below = np.concatenate([whole, [[0.0, 0.0, 1.0]]])

    def f(module, **options):
        options = {"mode": "mirror", "order": 5} | options  # smooth across pixels
        return lambda *args: module.affine_transform(*args, **options)

    for args, options in (
        ((image, matrix, offset), {}),
        ((image, np.array([0.9, 1.1]), offset), {}),
        ((image, whole), {"output_shape": (3, 4)}),
    ):
        compare(
            f(ndimage, **options),
            f(scipy.ndimage, **options),
            *args,
            bound=1e-11,
            order=1,
        )
    check(lambda m: f(ndimage)(image, np.concatenate([m, below[2:]])), whole, order=1)


def test_what_is_refused():
    image, points = array((4, 5)), np.ones((2, 3))
    with pytest.raises(NoDerivativeError, match="output"):
        grad(lambda p: ndimage.map_coordinates(image, p, output=np.float32)[0])(points)
    with pytest.raises(NoDerivativeError, match="integers"):
        grad(lambda p: ndimage.map_coordinates(np.eye(2, dtype=int), p)[0])(points)
    for options in ({"order": 6}, {"mode": "odd"}):
        with pytest.raises(RuntimeError, match="support"):
            grad(lambda p, o=options: ndimage.map_coordinates(image, p, **o)[0])(points)
    with pytest.raises(RuntimeError, match="shape"):
        grad(lambda p: ndimage.map_coordinates(image, p)[0])(np.ones((3, 3)))
    with pytest.raises(RuntimeError, match="order"):
        grad(lambda x: ndimage.spline_filter(x, 6)[0, 0])(image)
    with pytest.raises(RuntimeError, match="matrix"):
        grad(lambda x: ndimage.affine_transform(x, np.ones(3))[0, 0])(image)
