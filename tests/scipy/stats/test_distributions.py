"""Mirrors of distribution objects, and frozen ones."""

import numpy as np
import pytest
import scipy.stats

from diffops import NoDerivativeError, grad, jvp
from diffops.scipy import stats


def test_plain_values_go_to_scipy():
    x = np.array([0.3, 1.2])
    np.testing.assert_array_equal(stats.norm.pdf(x), scipy.stats.norm.pdf(x))
    np.testing.assert_array_equal(
        stats.gamma(2.0).cdf(x), scipy.stats.gamma(2.0).cdf(x)
    )
    assert stats.norm.mean(loc=3.0) == 3.0
    assert stats.gamma.shapes == "a"
    assert stats.norm(1.0, 2.0).std() == 2.0
    assert stats.norm(1.0).dist is stats.norm
    assert stats.binom(4, 0.5).pmf(2) == scipy.stats.binom(4, 0.5).pmf(2)
    assert stats.norm(2.0).args == (2.0,)
    assert stats.norm(2.0).a == -np.inf
    assert "norm" in repr(stats.norm)
    assert "frozen" in repr(stats.norm(1.0))


def test_rvs_are_those_of_scipy():
    found = stats.norm(1.0, 2.0).rvs(3, random_state=1)
    wanted = scipy.stats.norm(1.0, 2.0).rvs(3, random_state=1)
    np.testing.assert_array_equal(found, wanted)


def test_frozen_parameters():
    x = np.array([0.3, 1.2])
    for f in (
        lambda m: stats.norm(m, 2.0).logpdf(x),
        lambda m: stats.norm(loc=m, scale=2.0).logpdf(x),
        lambda m: stats.norm.freeze(m, scale=2.0).logpdf(x),
    ):
        slope = grad(lambda m, f=f: np.sum(f(m)))(0.5)
        np.testing.assert_allclose(slope, np.sum(x - 0.5) / 4)
    point = grad(lambda x: np.sum(stats.norm(0.5, 2.0).logpdf(x)))(x)
    np.testing.assert_allclose(point, (0.5 - x) / 4)
    both = grad(lambda t: stats.gamma(t).logpdf(t))(2.0)
    wanted = 1 / 2 + np.log(2.0) - scipy.special.digamma(2.0) - 1
    np.testing.assert_allclose(both, wanted)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda x: stats.norm.expect(scale=x), r"scipy\.stats\.norm\.expect"),
        (lambda x: stats.norm.rvs(x), r"scipy\.stats\.norm\.rvs"),
        (lambda x: stats.norm(x).stats(), r"scipy\.stats\.norm\.stats"),
        (lambda x: stats.norm(0.0).expect(x), r"scipy\.stats\.norm\.expect"),
        (lambda x: stats.nct.logpdf(x, 1.0, 2.0), r"scipy\.stats\.nct\.logpdf"),
        (lambda x: stats.nct(x, 2.0).logpdf(1.0), r"scipy\.stats\.nct\.logpdf"),
        (
            lambda x: stats.wishart(3, np.eye(2) * x).rvs(),
            r"scipy\.stats\.wishart\.rvs",
        ),
        (lambda x: stats.kstat(x * np.ones(3)), r"scipy\.stats\.kstat"),
    ],
)
def test_what_has_no_rule_is_refused_by_name(call, match):
    with pytest.raises(NoDerivativeError, match=match):
        grad(lambda x: np.sum(call(x)))(1.0)


def test_names_of_scipys_that_there_are_not():
    with pytest.raises(AttributeError):
        _ = stats.norm.no_such_method
    with pytest.raises(AttributeError):
        _ = stats.no_such_distribution
    with pytest.raises(AttributeError):
        _ = stats.norm(1.0).no_such_method
    assert stats.rv_continuous is scipy.stats.rv_continuous
    assert set(scipy.stats.__all__) <= set(dir(stats))


def test_all_distributions_are_there():
    for name in scipy.stats.__all__:
        original = getattr(scipy.stats, name)
        if isinstance(original, scipy.stats.rv_continuous | scipy.stats.rv_discrete):
            assert getattr(stats, name).original is original


def test_methods_differentiate_with_respect_to_what_a_frozen_one_holds():
    def f(mu):
        frozen = stats.norm(mu)
        return frozen.logpdf(1.0) + frozen.cdf(0.0)

    y, slope = jvp(f, (0.5,), (1.0,))
    plain = scipy.stats.norm(0.5)
    np.testing.assert_allclose(y, plain.logpdf(1.0) + plain.cdf(0.0))
    np.testing.assert_allclose(slope, 0.5 - plain.pdf(0.0))
