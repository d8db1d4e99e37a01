"""Distances against SciPy's own, differences of them, and the kinks."""

import numpy as np
import pytest
import scipy.spatial.distance
from mirrored import compare
from truth import check, check_single, sampler

from diffops import NoDerivativeError, grad, hessian
from diffops.scipy.spatial import distance

array = sampler(61)
SMOOTH = ["euclidean", "sqeuclidean", "cityblock", "chebyshev", "cosine"]
SMOOTH += ["correlation", "canberra", "braycurtis"]
WEIGHTS = np.array([0.5, 1.5, 1.0, 2.0])


def both(name):
    return getattr(distance, name), getattr(scipy.spatial.distance, name)


def rows(count):
    """Return rows whose entries are far from those of other rows, and from zero."""
    grid = np.arange(1.0, 4 * count + 1).reshape(4, count).T
    return (grid + 0.1 * array((count, 4))) * np.array([1, -1, 1, -1])


@pytest.mark.parametrize("name", SMOOTH)
def test_of_two_vectors(name):
    u, v = rows(2)
    compare(*both(name), u, v)
    compare(*both(name), u, v, w=WEIGHTS)
    if name in ("euclidean", "sqeuclidean", "cosine"):
        check(lambda u, v, w: distance.__dict__[name](u, v, w), u, v, WEIGHTS)


@pytest.mark.parametrize("name", SMOOTH)
def test_of_all_rows(name):
    mirror, original = (lambda a, b, f=f: f(a, b, name) for f in both("cdist"))
    compare(mirror, original, rows(5)[:2], rows(5)[2:])
    mirror, original = (lambda a, f=f: f(a, name) for f in both("pdist"))
    compare(mirror, original, rows(3))
    if name != "correlation":
        mirror, original = (
            lambda a, b, f=f: f(a, b, name, w=WEIGHTS) for f in both("cdist")
        )
        compare(mirror, original, rows(5)[:2], rows(5)[2:])
    original = getattr(scipy.spatial.distance, name)
    compare(
        lambda a: distance.pdist(a, original),
        lambda a: scipy.spatial.distance.pdist(a, original),
        rows(3),
        order=0,
    )


@pytest.mark.parametrize("p", [1, 1.5, 2, 3, np.inf])
def test_minkowski(p):
    u, v = rows(2)
    for w in (None, WEIGHTS):
        mirror, original = (
            lambda u, v, f=f, w=w: f(u, v, p, w) for f in both("minkowski")
        )
        compare(mirror, original, u, v)
    mirror, original = (
        lambda a, b, f=f: f(a, b, "minkowski", p=p) for f in both("cdist")
    )
    compare(mirror, original, rows(5)[:2], rows(5)[2:])


def test_the_exponent_of_minkowski_may_vary():
    u, v = rows(2)
    check(lambda p: distance.minkowski(u, v, p), 1.5)


def test_metrics_with_parameters():
    a, b = rows(6)[:4], array((3, 4))
    variances, matrix = np.array([0.5, 1.0, 2.0, 3.0]), np.eye(4) + 0.1
    compare(*both("seuclidean"), a[0], a[1], variances)
    compare(*both("mahalanobis"), a[0], a[1], matrix)
    mirror, original = (
        lambda a, b, V, f=f: f(a, b, "seuclidean", V=V) for f in both("cdist")
    )
    compare(mirror, original, a, b, variances)
    mirror, original = (
        lambda a, b, VI, f=f: f(a, b, "mahalanobis", VI=VI) for f in both("cdist")
    )
    compare(mirror, original, a, b, matrix)


def test_parameters_that_are_estimated_from_the_data():
    a, b = array((4, 2)), array((3, 2))
    for name in ("seuclidean", "mahalanobis"):
        compare(*both("cdist"), a, b, metric=name)
        compare(*both("pdist"), a, metric=name)
    with pytest.raises(ValueError, match="number of observations"):
        grad(lambda a: distance.pdist(a, "mahalanobis")[0])(array((2, 2)))


def test_jensen_shannon():
    p, q = np.array([0.2, 0.5, 0.3]), np.array([0.4, 0.1, 0.5])
    compare(*both("jensenshannon"), p, q)
    compare(*both("jensenshannon"), p, q, base=2)
    columns = np.stack([p, q], axis=1), np.stack([q, q[::-1]], axis=1)
    compare(*both("jensenshannon"), *columns)
    compare(*both("jensenshannon"), *columns, axis=1, keepdims=True)
    mirror, original = (lambda a, b, f=f: f(a, b, "js") for f in both("cdist"))
    compare(mirror, original, np.stack([p, q]), np.stack([q[::-1]]))


def test_metrics_of_the_user():
    def metric(u, v, scale=1.0):
        return scale * np.sum(np.abs(u - v) ** 3)

    mirror, original = (
        lambda a, b, f=f: f(a, b, metric, scale=2.0) for f in both("cdist")
    )
    compare(mirror, original, array((2, 3)), array((3, 3)))
    mirror, original = (lambda a, f=f: f(a, metric) for f in both("pdist"))
    compare(mirror, original, array((3, 3)))


def test_squareform():
    compare(*both("squareform"), array(6))
    matrix = scipy.spatial.distance.squareform(array(3))
    mirror, original = (lambda x, f=f: f(x, checks=False) for f in both("squareform"))
    compare(mirror, original, matrix)
    assert distance.squareform(np.zeros(0)).shape == (1, 1)
    for x, force in ((np.ones(4), "no"), (np.ones(3), "tovector"), (np.eye(2), "no")):
        with pytest.raises(ValueError):
            scipy.spatial.distance.squareform(x, force)
        with pytest.raises(ValueError):
            grad(lambda x, force=force: np.sum(distance.squareform(x, force)))(x)


@pytest.mark.parametrize(
    "name", ["euclidean", "cityblock", "chebyshev", "canberra", "minkowski"]
)
def test_the_derivative_at_the_kink_is_zero(name):
    x = np.array([[1.0, 2.0]])
    f = lambda x: distance.cdist(x, np.array([[1.0, 2.0]]), name)[0, 0]  # noqa: E731
    assert f(x) == 0
    np.testing.assert_array_equal(grad(f)(x), [[0.0, 0.0]])


def test_other_kinks_and_squares():
    x, other = np.array([1.0, 2.0]), np.array([1.0, 2.0])
    mahalanobis = lambda x: distance.mahalanobis(x, other, np.eye(2))  # noqa: E731
    np.testing.assert_array_equal(grad(mahalanobis)(x), [0.0, 0.0])
    shannon = lambda x: distance.jensenshannon(x, other)  # noqa: E731
    np.testing.assert_array_equal(grad(shannon)(x), [0.0, 0.0])
    zero = np.zeros(2)
    np.testing.assert_array_equal(
        grad(lambda x: distance.canberra(x, zero))(zero), zero
    )
    square = lambda x: distance.euclidean(x, other) ** 2  # noqa: E731
    np.testing.assert_array_equal(hessian(square)(x), 2 * np.eye(2))
    square = lambda x: mahalanobis(x) ** 2  # noqa: E731
    np.testing.assert_array_equal(hessian(square)(x), 2 * np.eye(2))
    # Half of Σ (pᵢ - qᵢ)² / (4 qᵢ) to second order, along p = q + t (1, -1) / 3.
    square = lambda t: shannon(x + np.stack([t, -t])) ** 2  # noqa: E731
    wanted = (1 / x[0] + 1 / x[1]) / 12
    np.testing.assert_allclose(grad(grad(square))(0.0), wanted, rtol=1e-13)


def test_single_precision():
    u, v = np.array([1.0, 2.0, 4.0]), np.array([2.5, 0.5, 1.0])
    check_single(distance.sqeuclidean, u, v)
    check_single(distance.cosine, u, v)
    u = u.astype(np.float32)
    for name in ("canberra", "braycurtis"):  # computed in double precision
        compare(*both(name), u, v.astype(np.float32), bound=1e-6, order=1)
    check(lambda u: distance.pdist(u[:, None]), u, order=1)


def test_errors():
    x = np.ones((2, 2))

    def raising(error, match, f):
        with pytest.raises(error, match=match):
            grad(lambda x: np.sum(f(x)))(x)

    raising(NoDerivativeError, "'jaccard'", lambda x: distance.pdist(x, "jaccard"))
    raising(NoDerivativeError, "'blue'", lambda x: distance.cdist(x, x, "blue"))
    raising(NoDerivativeError, "out=", lambda x: distance.pdist(x, out=np.ones(1)))
    raising(NoDerivativeError, r"distance\.dice", lambda x: distance.dice(x[0], x[1]))
    raising(ValueError, "2-dimensional", lambda x: distance.pdist(x[0]))
    raising(ValueError, "columns", lambda x: distance.cdist(x, np.ones((2, 3))))
    raising(ValueError, "1-D", lambda x: distance.cosine(x, x))
    raising(ValueError, "greater than 0", lambda x: distance.minkowski(x[0], x[1], -1))
