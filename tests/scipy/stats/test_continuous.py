"""Continuous distributions against differences of SciPy's, and closed forms."""

import mpmath
import numpy as np
import pytest
import scipy.stats
from orders import check_batch, check_orders
from truth import check

from diffops import NoDerivativeError, diff, grad, jvp
from diffops.scipy import stats

#: Shapes of each distribution, around which it is smooth.
SHAPES = {
    "norm": (),
    "t": (3.5,),
    "cauchy": (),
    "laplace": (),
    "logistic": (),
    "expon": (),
    "gamma": (2.3,),
    "chi2": (3.3,),
    "beta": (2.1, 1.7),
    "f": (4.0, 5.0),
    "lognorm": (0.7,),
    "weibull_min": (1.6,),
    "pareto": (2.2,),
    "uniform": (),
    "truncnorm": (-0.5, 2.0),
    "gumbel_r": (),
    "gumbel_l": (),
    "halfnorm": (),
    "halfcauchy": (),
    "invgamma": (2.5,),
    "rayleigh": (),
    "vonmises": (1.3,),
}
METHODS = ["logpdf", "pdf", "cdf", "sf", "logcdf", "logsf"]
PLACE = (0.2, 1.5)
LEVELS = np.array([0.15, 0.4, 0.8])

each = pytest.mark.parametrize("name", SHAPES)


def points(name):
    return getattr(scipy.stats, name).ppf(LEVELS, *SHAPES[name], *PLACE)


@each
@pytest.mark.parametrize("method", METHODS)
def test_points_and_parameters(name, method):
    f = getattr(getattr(stats, name), method)
    if name == "vonmises" and "pdf" not in method:
        f = lambda x, *rest: getattr(stats.vonmises, method)(x, 1.3, *rest)  # noqa: E731
        check(f, points(name), *PLACE)
    else:
        check(f, points(name), *SHAPES[name], *PLACE)


@each
@pytest.mark.parametrize("method", ["ppf", "isf"])
def test_quantiles(name, method):
    f = getattr(getattr(stats, name), method)
    shapes = SHAPES[name]
    if name == "vonmises":
        f, shapes = lambda q, *rest: getattr(stats.vonmises, method)(q, 1.3, *rest), ()
    # Quantiles that SciPy finds by iteration are good to some 12 digits.
    found = jvp(f, (LEVELS, *shapes, *PLACE), (1.0 + 0 * LEVELS, *shapes, *PLACE))[1]
    h = 1e-4

    def along(t):
        return f(LEVELS + t, *(s * (1 + t) for s in (*shapes, *PLACE)))

    wide, near = (along(2 * h) - along(-2 * h)) / 4, (along(h) - along(-h)) / 2
    np.testing.assert_allclose(found, (4 * near - wide) / (3 * h), rtol=1e-7)


@pytest.mark.parametrize("name", ["norm", "gamma", "beta", "t"])
def test_all_orders(name):
    dist, shapes = getattr(stats, name), SHAPES[name]
    for method in ("logpdf", "cdf"):
        f = getattr(dist, method)
        check_orders(f, points(name), *map(np.float64, (*shapes, *PLACE)))
        check_batch(f, points(name), *map(np.float64, (*shapes, *PLACE)))
    check_orders(lambda q: dist.ppf(q, *shapes), LEVELS)
    check_batch(lambda q: dist.ppf(q, *shapes), LEVELS)


@each
def test_beyond_the_support_all_is_constant(name):
    dist = getattr(stats, name)
    low, high = getattr(scipy.stats, name).support(*SHAPES[name])
    outside = [end + step for end, step in ((low, -0.5), (high, 0.5)) if abs(end) < 9]
    for x in outside:
        for method in METHODS:
            f = getattr(dist, method)
            wanted = getattr(getattr(scipy.stats, name), method)(x, *SHAPES[name])
            args = (x, *SHAPES[name], 0.0, 1.0)
            for i in range(len(args)):
                if name == "vonmises":
                    continue

                def of_one(value, i=i, f=f, args=args):
                    return f(*args[:i], value, *args[i + 1 :])

                value, slope = jvp(of_one, (args[i],), (1.0,))
                assert value == wanted
                assert slope == 0
                assert grad(of_one)(args[i]) == 0
                assert diff(diff(of_one))(args[i]) == 0


#: Where a density is 0 or a shape special: slopes of the density at the edge.
EDGES = [
    (stats.expon, (), 0.0, -1.0, 1.0),
    (stats.gamma, (1.0,), 0.0, -1.0, 1.0),
    (stats.gamma, (2.0,), 0.0, 1.0, -2.0),
    (stats.gamma, (3.0,), 0.0, 0.0, 1.0),
    (stats.chi2, (2.0,), 0.0, -0.25, 0.125),
    (stats.beta, (2.0, 3.0), 0.0, 12.0, -48.0),
    (stats.beta, (2.0, 3.0), 1.0, 0.0, 24.0),
    (stats.beta, (1.0, 1.0), 1.0, 0.0, 0.0),
    (stats.uniform, (), 1.0, 0.0, 0.0),
    (stats.weibull_min, (1.0,), 0.0, -1.0, 1.0),
    (stats.weibull_min, (2.0,), 0.0, 2.0, 0.0),
    (stats.rayleigh, (), 0.0, 1.0, 0.0),
    (stats.pareto, (2.0,), 1.0, -6.0, 24.0),
    (stats.halfnorm, (), 0.0, 0.0, -np.sqrt(2 / np.pi)),
    (stats.lognorm, (1.0,), 0.0, 0.0, 0.0),
    (stats.invgamma, (1.0,), 0.0, 0.0, 0.0),
    (stats.f, (4.0, 2.0), 0.0, 8.0, -96.0),
]


@pytest.mark.parametrize("number", range(len(EDGES)))
def test_slopes_of_densities_at_the_ends_of_the_support(number):
    dist, shapes, x, slope, bend = EDGES[number]
    f = lambda x: dist.pdf(x, *shapes)  # noqa: E731
    for first in (diff(f)(x), grad(f)(x)):
        np.testing.assert_allclose(first, slope, rtol=1e-12)
    for second in (diff(diff(f))(x), grad(grad(f))(x), diff(grad(f))(x)):
        np.testing.assert_allclose(second, bend, rtol=1e-12)


def test_logarithms_at_the_ends_of_the_support():
    assert grad(lambda x: stats.gamma.logpdf(x, 1.0))(0.0) == -1
    assert grad(lambda x: stats.gamma.logpdf(x, 2.0))(0.0) == np.inf
    assert grad(lambda a: stats.gamma.logpdf(0.0, a))(1.0) == -np.inf
    assert grad(lambda s: stats.expon.logpdf(np.array([-1.0, 1.0]), 0, s).max())(
        2.0
    ) == pytest.approx(-0.25)
    x = np.array([-1.0, 0.0, 2.0])
    total = grad(lambda x: np.sum(stats.expon.logpdf(x)))(x)
    np.testing.assert_array_equal(total, [0.0, -1.0, -1.0])


def test_the_middle_of_laplace():
    assert grad(stats.laplace.logpdf)(0.0) == 0
    assert grad(stats.laplace.cdf)(0.0) == 0.5
    np.testing.assert_array_equal(
        grad(lambda x: stats.laplace.logcdf(x).sum())(np.array([-900.0, 0.0])), [1, 1]
    )


def test_student_becomes_normal():
    x = np.array([0.3, 2.0])
    for df in (np.inf, np.array([np.inf, np.inf])):
        y, change = jvp(lambda x, df=df: stats.t.logpdf(x, df), (x,), (np.ones(2),))
        np.testing.assert_allclose(y, scipy.stats.norm.logpdf(x))
        np.testing.assert_allclose(change, -x)


FAR = [
    (30.0, 31.0),
    (-31.0, -30.0),
    (-np.inf, -5.0),
    (5.0, np.inf),
    (-np.inf, np.inf),
    (100.0, 101.0),
    (-np.inf, 0.0),
    (0.0, np.inf),
    (-1e-3, 1e-3),
]


@pytest.mark.parametrize(("a", "b"), FAR)
def test_truncated_normal_far_out(a, b):
    """Against mpmath: log φ(x) − log ∫ φ, and the share of the integral up to x."""
    start = a if np.isfinite(a) else min(b, 0.5) - 1
    stop = min(b, start + 1)
    x = start + 0.3 * (stop - start)
    with mpmath.workdps(60):
        whole = mpmath.ncdf(b) - mpmath.ncdf(a)
        if a > 0:
            whole = mpmath.ncdf(-a) - mpmath.ncdf(-b)
        part = mpmath.ncdf(-x) - mpmath.ncdf(-b) if a > 0 else None
        part = whole - part if a > 0 else mpmath.ncdf(x) - mpmath.ncdf(a)
        density = mpmath.npdf(x) / whole
        wanted = {
            "logpdf": (float(mpmath.log(density)), -x),
            "cdf": (float(part / whole), float(density)),
            "sf": (float(1 - part / whole), -float(density)),
            "logcdf": (float(mpmath.log(part / whole)), float(density * whole / part)),
        }
    for method, (value, slope) in wanted.items():
        f = lambda x, m=method: getattr(stats.truncnorm, m)(x, a, b)  # noqa: E731
        y, change = jvp(f, (x,), (1.0,))
        np.testing.assert_allclose(y, value, rtol=1e-9)
        np.testing.assert_allclose(change, slope, rtol=1e-9)


def test_densities_of_large_shapes_do_not_overflow():
    for dist, shapes, x in [
        (stats.gamma, (500.0,), 510.0),
        (stats.beta, (800.0, 900.0), 0.47),
        (stats.chi2, (900.0,), 910.0),
        (stats.weibull_min, (400.0,), 1.001),
    ]:
        y, slope = jvp(lambda x, d=dist, s=shapes: d.pdf(x, *s), (x,), (1.0,))
        np.testing.assert_allclose(y, dist.original.pdf(x, *shapes), rtol=1e-10)
        assert np.isfinite(slope)


def test_likelihood_of_a_sample():
    """The score of the normal distribution, and Fisher's information."""
    x = np.array([0.5, 1.5, 4.0])

    def log_likelihood(theta):
        return np.sum(stats.norm.logpdf(x, theta[0], np.exp(theta[1])))

    theta = np.array([1.0, 0.3])
    z = (x - 1.0) / np.exp(0.3)
    wanted = [np.sum(z) / np.exp(0.3), np.sum(z * z - 1)]
    np.testing.assert_allclose(grad(log_likelihood)(theta), wanted)


def test_the_concentration_of_the_von_mises_distribution():
    with pytest.raises(NoDerivativeError, match=r"vonmises\.cdf.*'kappa'"):
        grad(lambda kappa: stats.vonmises.cdf(1.0, kappa))(2.0)
    assert np.isfinite(grad(lambda kappa: stats.vonmises.logpdf(1.0, kappa))(900.0))
