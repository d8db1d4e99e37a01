"""Histograms: sums of weights, edges and densities, beside differences."""

import numpy as np
import pytest
from truth import check, check_single

from diffops import grad, gradv, jvp

X = np.array([0.4, -1.7, 0.45, 2.6, 1.1])
Y = np.array([1.3, 0.2, 0.9, -0.8, 0.5])
W = np.array([1.0, 0.5, -2.0, 1.5, 0.7])
BINS = np.array([-2.0, 0.0, 1.0, 3.0])


@pytest.mark.parametrize("density", [False, True])
@pytest.mark.parametrize("bins", [3, BINS.tolist(), "sturges"], ids=str)
def test_with_respect_to_the_data(bins, density):
    check(lambda x: np.histogram(x, bins, density=density)[1] ** 2, X)
    if density and bins != "sturges":
        check(lambda x: np.histogram(x, bins, density=True)[0], X)


@pytest.mark.parametrize("bins", [3, BINS], ids=str)
@pytest.mark.parametrize("options", [{}, {"density": True}, {"range": (-1.0, 2.0)}])
def test_with_respect_to_weights(bins, options):
    check(lambda w: np.histogram(X, bins, weights=w, **options)[0] ** 2, W)
    check(lambda w: np.histogram(X, bins, weights=w + 2j * w, **options)[0], W)
    check_single(lambda w: np.histogram(X, bins, weights=w)[0], W)


def test_with_respect_to_edges_and_range():
    check(lambda b: np.histogram(X, b, density=True), BINS)
    check(lambda b: np.histogram(X, b, weights=W, density=True), BINS)
    check(lambda x: np.histogram(x, 3, (x[1] - 0.1, 3.0), density=True), X)


def test_counts_are_plain():
    def f(x):
        for bins in (3, BINS, "auto"):
            counts = np.histogram(x, bins)[0]
            assert type(counts) is np.ndarray
            assert counts.dtype == np.histogram(X, bins)[0].dtype
            np.testing.assert_array_equal(counts, np.histogram(X, bins)[0])
        return np.sum(x)

    grad(f)(X)


@pytest.mark.parametrize(
    ("bins", "options"), [(3, {"range": (0, 3)}), ([0, 1, 2, 3], {}), (4, {})]
)
def test_values_on_edges_fall_as_numpys_do(bins, options):
    x = np.array([0.0, 1.0, 1.0, 2.0, 3.0, 3.0, 4.0, -1.0])
    w = 2.0 ** np.arange(8)
    found, _ = jvp(lambda w: np.histogram(x, bins, weights=w, **options), (w,), (w,))
    for p, q in zip(found, np.histogram(x, bins, weights=w, **options), strict=True):
        np.testing.assert_array_equal(p, q)


def test_the_extent_of_equal_values_and_of_none():
    found = jvp(lambda x: np.histogram_bin_edges(x, 2), (np.ones(3),), (np.ones(3),))
    np.testing.assert_array_equal(found, [[0.5, 1.0, 1.5], [1, 1, 1]])
    y, change = jvp(lambda x: np.histogram_bin_edges(x, 2), (X[:0],), (X[:0],))
    np.testing.assert_array_equal(y, np.histogram_bin_edges(X[:0], 2))
    assert not np.any(change)


def test_edges_follow_the_extent_of_the_data():
    def edge(a):
        return np.histogram(a, bins=3)[1][1]

    found = grad(edge)(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(found, [2 / 3, 0.0, 1 / 3], atol=1e-15)


def test_the_places_that_were_seen_count():
    """The user may change the data afterwards."""

    def f(w):
        data = X.copy()
        sums = np.histogram(data, BINS, weights=w)[0]
        data[:] = 0.0
        return np.sum(sums**2)

    sums = np.histogram(X, BINS, weights=W)[0]
    wanted = 2 * sums[np.searchsorted(BINS, X) - 1]
    np.testing.assert_allclose(grad(f)(W), wanted)
    np.testing.assert_allclose([gradv(f)(W, e) for e in np.eye(5)], wanted)


CELLS = {
    "extent": lambda x, y, w: np.histogram2d(x, y, [2, 3])[1:],
    "edges": lambda x, y, w: np.histogram2d(x, y, [BINS + w[0], 2], density=True)[0],
    "one list of edges": lambda x, y, w: np.histogram2d(x, y, BINS, weights=w),
    "range": lambda x, y, w: np.histogram2d(
        x, y, 2, [(-2, 3), (x[1], 2)], density=True, weights=w
    )[0],
    "array": lambda x, y, w: np.histogramdd(np.stack([x, y, w], 1), 2)[1],
    "rows": lambda x, y, w: np.histogramdd([x, y], [BINS, 2], weights=w)[0],
    "vector": lambda x, y, w: np.histogramdd(x, (BINS,), weights=w, density=True)[0],
}


@pytest.mark.parametrize("f", CELLS.values(), ids=CELLS)
def test_histograms_of_several_axes(f):
    check(lambda x, y, w: f(x, y, w), X, Y, W)
    found, _ = jvp(lambda x: f(x, Y, W), (X,), (X,))
    wanted = f(X, Y, W)
    assert type(found) is type(wanted)


def test_errors_are_numpys():
    for f in (
        lambda x: np.histogram(x, 0),
        lambda x: np.histogram(x, BINS[::-1]),
        lambda x: np.histogram(x, 3, (1, 0)),
        lambda x: np.histogram(x, 3, weights=x[:2]),
        lambda x: np.histogram2d(x, x[:2]),
        lambda x: np.histogram2d(x, x, [2, 2, 2, 1]),
        lambda x: np.histogramdd(x[:, None], 2, [(0, 1)] * 3),
    ):
        with pytest.raises((ValueError, TypeError)) as wanted:
            f(X)
        with pytest.raises((ValueError, TypeError)) as found:
            grad(lambda x, f=f: np.sum(f(x)[0]))(X)
        assert type(found.value) is type(wanted.value)
