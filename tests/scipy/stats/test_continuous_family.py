"""What all continuous distributions share: arguments, validity, edges, dtypes."""

import numpy as np
import pytest
import scipy.stats

from diffops import grad, hessian, jvp
from diffops.scipy import stats
from diffops.scipy.stats.continuous_family import METHODS, Continuous, continuous


def both(f, *args):
    """Return what a mirror and what SciPy's method give."""
    tangents = tuple(np.ones_like(np.asarray(x, float))[()] for x in args)
    return jvp(f, args, tangents)


def test_arguments_by_position_and_by_name():
    x, mu, sigma, a = 1.3, 0.2, 1.5, 2.3
    wanted = grad(lambda x: stats.gamma.logpdf(x, a, mu, sigma))(x)
    for call in (
        lambda x: stats.gamma.logpdf(x, a, loc=mu, scale=sigma),
        lambda x: stats.gamma.logpdf(x, scale=sigma, a=a, loc=mu),
        lambda x: stats.gamma(a, mu, scale=sigma).logpdf(x),
    ):
        assert grad(call)(x) == wanted
    assert grad(lambda x: stats.gamma.logpdf(x, a))(x) == pytest.approx(1.3 / x - 1)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda x: stats.gamma.logpdf(x), "missing arguments: a"),
        (lambda x: stats.gamma.logpdf(x, 1.0, a=1.0), "unexpected keyword"),
        (lambda x: stats.gamma.logpdf(x, 1.0, odd=1.0), "unexpected keyword"),
        (lambda x: stats.norm.logpdf(x, 1.0, 2.0, 3.0), "too many"),
    ],
)
def test_wrong_arguments(call, match):
    with pytest.raises(TypeError, match=match):
        grad(call)(1.0)


def test_impossible_parameters_give_nan_as_scipy_does():
    for f, plain, at in [
        (stats.norm.logpdf, scipy.stats.norm.logpdf, (1.0, 0.0, -1.0)),
        (stats.norm.cdf, scipy.stats.norm.cdf, (1.0, 0.0, 0.0)),
        (stats.gamma.pdf, scipy.stats.gamma.pdf, (1.0, -1.0)),
        (stats.truncnorm.pdf, scipy.stats.truncnorm.pdf, (1.0, 2.0, 1.0)),
        (stats.gamma.ppf, scipy.stats.gamma.ppf, (0.5, -1.0)),
    ]:
        with np.errstate(all="ignore"):
            assert np.isnan(plain(*at))
        assert np.isnan(both(f, *at)[0])
    mixed = both(lambda s: stats.norm.logpdf(1.0, 0.0, s), np.array([-1.0, 1.0]))
    assert np.isnan(mixed[0][0])
    np.testing.assert_allclose(mixed[1][1], 0.0)


def test_nan_and_infinite_points():
    x = np.array([np.nan, np.inf, -np.inf, 1.0])
    for name in ("norm", "expon"):
        for method in METHODS[:6]:
            f = getattr(getattr(stats, name), method)
            wanted = getattr(getattr(scipy.stats, name), method)(x)
            np.testing.assert_allclose(both(f, x)[0], wanted)


def test_broadcasting():
    x, a = np.array([[0.5], [1.0]]), np.array([1.5, 2.0, 2.5])
    h = hessian(lambda a: np.sum(stats.gamma.logpdf(x, a)))(a)
    # −2 ψ′(a) on the diagonal
    np.testing.assert_allclose(h, np.diag(-2 * scipy.special.polygamma(1, a)))
    y, _ = jvp(lambda x: stats.gamma.cdf(x, a), (x,), (x,))
    assert y.shape == (2, 3)


def test_dtypes_and_kinds():
    y, change = jvp(stats.norm.logpdf, (np.float32(0.5),), (np.float32(1.0),))
    assert y.dtype == scipy.stats.norm.logpdf(np.float32(0.5)).dtype == np.float64
    assert change.dtype == np.float64
    assert grad(stats.norm.logpdf)(np.float32(0.5)).dtype == np.float32
    assert isinstance(jvp(stats.norm.logpdf, (0.5,), (1.0,))[0], float)
    slope = grad(lambda mu: np.sum(stats.norm.logpdf([1, 2], mu)))(0.0)
    assert slope == 3.0
    assert grad(lambda x: np.sum(stats.norm.logpdf([x, 2 * x])))(1.0) == -5.0


def test_empty_arrays():
    assert grad(lambda x: np.sum(stats.gamma.logpdf(x, 2.0)))(np.zeros(0)).shape == (0,)


def test_survival_and_logarithms_follow_from_the_distribution_function():
    triangle = continuous(
        scipy.stats.triang,
        Continuous(
            powers=lambda z, c: [(z, 1.0)],
            rest=lambda z, c: np.log(2.0) + 0 * c,
            cdf=lambda z, c: z * z,
            low=0.0,
            high=1.0,
            valid=lambda c: c == 1,
        ),
    )
    for method in METHODS:
        f = lambda x, m=method: getattr(triangle, m)(x, 1.0)  # noqa: E731
        wanted = getattr(scipy.stats.triang, method)(0.4, 1.0)
        np.testing.assert_allclose(both(f, 0.4)[0], wanted)
    assert grad(lambda x: triangle.sf(x, 1.0))(0.4) == pytest.approx(-0.8)
    assert grad(lambda x: triangle.logcdf(x, 1.0))(0.4) == pytest.approx(5.0)
    assert grad(lambda q: triangle.isf(q, 1.0))(0.36) == pytest.approx(-1 / 1.6)
