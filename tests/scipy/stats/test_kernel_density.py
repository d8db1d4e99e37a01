"""Kernel densities beside differences of SciPy's own."""

import numpy as np
import pytest
import scipy.stats
from orders import check_batch, check_orders, drawing
from truth import check

from diffops import NoDerivativeError, grad, jvp
from diffops.scipy import stats

array = drawing(83)
LINE, PLANE = array(6), array((2, 6))
POINTS = array(4) / 2
WEIGHTS = np.linspace(0.5, 1.5, 6)


@pytest.mark.parametrize("name", ["logpdf", "pdf", "evaluate", "__call__"])
@pytest.mark.parametrize(
    ("sample", "points"), [(LINE, POINTS), (PLANE, PLANE[:, 1:] / 2)]
)
def test_points_samples_and_weights(sample, points, name):
    def f(x, sample, weights):
        return getattr(stats.gaussian_kde(sample, weights=weights), name)(x)

    check(f, points, sample, WEIGHTS)
    plain = getattr(scipy.stats.gaussian_kde(sample, weights=WEIGHTS), name)
    y, _ = jvp(lambda x: f(x, sample, WEIGHTS), (points,), (points,))
    np.testing.assert_allclose(y, plain(points), rtol=1e-12)
    np.testing.assert_array_equal(f(points, sample, WEIGHTS), plain(points))


def test_bandwidths():
    x = array(3)
    for method in (None, "scott", "silverman", 0.4, lambda kde: kde.neff**-0.3):
        plain = scipy.stats.gaussian_kde(LINE, method)
        f = lambda x, m=method: stats.gaussian_kde(LINE, m).logpdf(x)  # noqa: E731
        np.testing.assert_allclose(jvp(f, (x,), (x,))[0], plain.logpdf(x), 1e-12)
    check(lambda h: stats.gaussian_kde(LINE, h).logpdf(x), 0.4)


def test_all_orders():
    f = lambda x, sample: stats.gaussian_kde(sample).logpdf(x)  # noqa: E731
    check_orders(f, array((2, 3)), PLANE)
    check_batch(f, array((2, 3)), PLANE)


def test_a_single_point_of_several_dimensions():
    check(lambda x: stats.gaussian_kde(PLANE).logpdf(x), array(2))
    with pytest.raises(ValueError, match="dimension"):
        grad(lambda x: stats.gaussian_kde(PLANE)(x)[0])(array(3))


def test_all_else_is_of_plain_samples():
    kde = stats.gaussian_kde(LINE)
    wanted = scipy.stats.gaussian_kde(LINE).integrate_box_1d(-1, 1)
    assert kde.integrate_box_1d(-1, 1) == wanted
    with pytest.raises(NoDerivativeError, match="integrate_box_1d"):
        grad(lambda x: kde.integrate_box_1d(-1, x))(1.0)
    with pytest.raises(NoDerivativeError, match="integrate_box_1d"):
        grad(lambda x: stats.gaussian_kde(LINE * x).integrate_box_1d(-1, 1))(1.0)
    assert "6 points" in repr(kde)
