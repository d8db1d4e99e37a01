"""Discrete distributions: derivatives in their parameters against differences."""

from functools import partial

import numpy as np
import pytest
import scipy.stats
from orders import check_batch, check_orders
from truth import check

from diffops import NoDerivativeError, diff, grad, jit, jvp, vmap
from diffops.scipy import stats

#: Counts before the parameters that vary, and these.
CASES = {
    "bernoulli": ((), (0.3,)),
    "binom": ((6,), (0.3,)),
    "poisson": ((), (2.3,)),
    "nbinom": ((), (2.5, 0.4)),
    "geom": ((), (0.3,)),
    "betabinom": ((6,), (1.7, 2.4)),
    "zipf": ((), (2.3,)),
    "logser": ((), (0.4,)),
    "planck": ((), (0.7,)),
    "yulesimon": ((), (1.8,)),
}
WITHOUT_CDF = ("betabinom", "zipf", "logser", "yulesimon")
K = np.array([-1.0, 0.0, 1.0, 2.0, 2.5, 5.0, 6.0, 7.0])
METHODS = ["logpmf", "pmf", "cdf", "sf", "logcdf", "logsf"]


def partly(name, method, k=K):
    """Return a method as a function of the parameters that are no counts."""
    counts, values = CASES[name]
    f = getattr(getattr(stats, name), method)
    return (lambda *values: f(k, *counts, *values)), values


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("method", METHODS)
def test_parameters(name, method):
    f, values = partly(name, method)
    if name in WITHOUT_CDF and "pmf" not in method:
        with pytest.raises(NoDerivativeError, match=rf"{name}\.{method}"):
            grad(lambda a: np.sum(f(a, *values[1:])))(values[0])
        return
    wanted = f(*values)
    y, _ = jvp(f, values, values)
    np.testing.assert_allclose(y, wanted, rtol=1e-12, atol=1e-14)
    # Differences of infinities are no truth: they do not change.
    finite = np.isfinite(wanted)
    check(lambda *values: f(*values)[finite], *values)
    change = jvp(f, values, values)[1]
    np.testing.assert_array_equal(change[~finite], 0.0)


@pytest.mark.parametrize("name", CASES)
def test_all_orders(name):
    f, values = partly(name, "pmf")
    check_orders(f, *map(np.float64, values))
    check_batch(f, *map(np.float64, values))


#: At the ends of the parameters: the probabilities of 0, 1, 2 and their slopes.
ENDS = [
    (lambda p: stats.binom.pmf([0, 1, 2], 5, p), 0.0, [-5, 5, 0], [20, -40, 20]),
    (lambda p: stats.binom.pmf([5, 4, 3], 5, p), 1.0, [5, -5, 0], [20, -40, 20]),
    (lambda p: stats.bernoulli.pmf([0, 1, 2], p), 0.0, [-1, 1, 0], [0, 0, 0]),
    (lambda mu: stats.poisson.pmf([0, 1, 2], mu), 0.0, [-1, 1, 0], [1, -2, 1]),
    (lambda p: stats.geom.pmf([0, 1, 2], p), 1.0, [0, 1, -1], [0, 0, -2]),
    (lambda p: stats.nbinom.pmf([0, 1, 2], 2, p), 1.0, [2, -2, 0], [2, -8, 6]),
    (lambda p: stats.binom.cdf([0, 1, 2], 5, p), 0.0, [-5, 0, 0], [20, -20, 0]),
    (lambda p: stats.geom.cdf([0, 1, 2], p), 1.0, [0, 1, 0], [0, 0, -2]),
]


@pytest.mark.parametrize("number", range(len(ENDS)))
def test_ends_of_parameters(number):
    f, at, slopes, bends = ENDS[number]
    for i in range(3):
        one = lambda p, i=i: f(p)[i]  # noqa: E731
        for d in (diff, grad):
            np.testing.assert_allclose(d(one)(at), slopes[i], atol=1e-12)
            np.testing.assert_allclose(d(d(one))(at), bends[i], atol=1e-11)


def test_impossible_parameters_give_nan():
    for f, at in [
        (lambda p: stats.binom.pmf(1, 3, p), 1.5),
        (lambda p: stats.binom.pmf(1, 2.5, p), 0.5),
        (lambda mu: stats.poisson.logpmf(1, mu), -1.0),
        (lambda p: stats.geom.cdf(1, p), 0.0),
    ]:
        assert np.isnan(f(at))
        assert np.isnan(jvp(f, (at,), (1.0,))[0])


def test_counts_have_no_derivative():
    for call, name in [
        (lambda t: stats.binom.pmf(t, 3, 0.5), "'k'"),
        (lambda t: stats.binom.pmf(1, t, 0.5), "'n'"),
        (lambda t: stats.binom.pmf(1, 3, 0.5, t), "'loc'"),
        (lambda t: stats.poisson(1.0).cdf(t), "'k'"),
    ]:
        with pytest.raises(NoDerivativeError, match=f"{name}, a count"):
            grad(call)(2.0)


@pytest.mark.parametrize("method", ["pmf", "logpmf", "cdf", "logsf"])
def test_counts_may_be_those_of_a_batch_or_of_a_program(method):
    """They vary without being differentiated."""
    counts, n = np.array([0, 3, 2, 1]), np.array([3, 4, 5, 3])
    same = partial(np.testing.assert_allclose, rtol=1e-12)
    truth = getattr(scipy.stats.binom, method)
    f = getattr(stats.binom, method)
    same(vmap(lambda k, n: f(k, n, 0.4))(counts, n), truth(counts, n, 0.4))
    scores = vmap(grad(lambda p, k, n: f(k, n, p)), (None, 0, 0))(0.4, counts, n)
    for score, k, m in zip(scores, counts.tolist(), n.tolist(), strict=True):
        same(score, diff(lambda p, k=k, m=m: f(k, m, p))(0.4))
    again = jit(lambda k: f(k, 5, 0.4))
    for k in (counts + 0.0, counts + 0.0, counts + 1.0):
        same(again(k), truth(k, 5, 0.4))


def test_quantiles_are_constants():
    def f(p):
        k = stats.binom.ppf(0.7, 5, p)
        assert k == scipy.stats.binom.ppf(0.7, 5, 0.4)
        assert stats.poisson.isf(p, 2.0) == scipy.stats.poisson.isf(0.4, 2.0)
        return k * p

    assert grad(f)(0.4) == scipy.stats.binom.ppf(0.7, 5, 0.4)


def test_locations_and_names():
    found = grad(lambda p: stats.binom.logpmf(3, n=4, p=p, loc=1))(0.3)
    np.testing.assert_allclose(found, 2 / 0.3 - 2 / 0.7)
    for call, match in [
        (lambda p: stats.binom.pmf(1, 3, p, 0, 1), "too many"),
        (lambda p: stats.binom.pmf(1, 3, p, n=2), "unexpected keyword"),
        (lambda p: stats.binom.pmf(1, p=p), "missing arguments: n"),
    ]:
        with pytest.raises(TypeError, match=match):
            grad(call)(0.5)


def test_score_of_a_sample():
    k = np.array([3, 1, 4])
    score = grad(lambda mu: np.sum(stats.poisson.logpmf(k, mu)))(2.0)
    np.testing.assert_allclose(score, np.sum(k / 2.0 - 1))
