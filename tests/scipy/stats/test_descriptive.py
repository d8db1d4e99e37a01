"""Means, moments, scores and entropies beside differences of SciPy's own."""

import numpy as np
import pytest
import scipy.stats
from mirrored import compare
from orders import check_batch, check_orders
from truth import check_single, entries

from diffops import NoDerivativeError, grad, jvp
from diffops.scipy import stats

X = entries(2, 3, 4)
LINE = entries(7)
NAMES = ["gmean", "hmean", "moment", "skew", "kurtosis", "variation", "sem", "gstd"]
NAMES += ["zscore", "gzscore", "entropy"]
each = pytest.mark.parametrize("name", NAMES)
SCORES = ("zscore", "gzscore")


def both(name):
    return getattr(stats, name), getattr(scipy.stats, name)


@each
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_axes(name, axis, keepdims):
    options = {"axis": axis}
    if keepdims and name not in SCORES:
        options["keepdims"] = True
    if isinstance(axis, tuple) and name in (*SCORES, "entropy"):
        return
    compare(*both(name), X, order=1, **options)


OPTIONS = [
    ("gmean", {"weights": X**2, "axis": 1}),
    ("gmean", {"weights": LINE, "axis": None, "x": LINE}),
    ("hmean", {"weights": X**2, "axis": 1}),
    ("pmean", {"p": 3, "axis": 2}),
    ("pmean", {"p": 0}),
    ("pmean", {"p": -0.5, "weights": X}),
    ("moment", {"order": 3, "axis": 1}),
    ("moment", {"order": [1, 2, 3], "axis": None}),
    ("moment", {"order": 2, "center": 0.3}),
    ("skew", {"bias": False, "axis": 2}),
    ("kurtosis", {"bias": False, "axis": 2}),
    ("kurtosis", {"fisher": False, "axis": None}),
    ("variation", {"ddof": 1, "axis": 1}),
    ("sem", {"ddof": 0, "axis": 1}),
    ("gstd", {"ddof": 0, "axis": 1}),
    ("zscore", {"ddof": 1, "axis": 1}),
    ("gzscore", {"ddof": 1, "axis": 1}),
    ("entropy", {"base": 2, "axis": 1}),
    ("gmean", {"nan_policy": "raise"}),
]


@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_options(name, options):
    mirror, original = both(name)
    given = dict(options)
    x = given.pop("x", X)
    compare(lambda x: mirror(x, **given), lambda x: original(x, **given), x)


def test_several_arguments():
    compare(stats.zmap, scipy.stats.zmap, X, X[::-1] ** 2, axis=1, ddof=1)
    compare(stats.entropy, scipy.stats.entropy, X, X[::-1] ** 2, axis=1)
    compare(stats.pmean, scipy.stats.pmean, LINE, 1.7)


@each
def test_all_orders(name):
    f = getattr(stats, name)
    check_orders(f, LINE)
    check_batch(f, LINE)


@each
def test_single_precision(name):
    check_single(getattr(stats, name), LINE)


def test_constant_samples_have_no_scores():
    still = np.full(4, 0.7)
    for name in ("skew", "kurtosis", "zscore"):
        y, slope = jvp(getattr(stats, name), (still,), (LINE[:4],))
        assert np.all(np.isnan(y)) and np.all(np.isnan(slope))


def test_nan():
    spoilt = np.array([1.0, np.nan, 2.0])
    assert np.isnan(grad(stats.gmean)(spoilt)).any()
    with pytest.raises(ValueError, match="nan"):
        grad(lambda x: stats.gmean(x, nan_policy="raise"))(spoilt)
    with pytest.raises(NoDerivativeError, match="omit"):
        grad(lambda x: stats.gmean(x, nan_policy="omit"))(spoilt)
    with pytest.raises(ValueError, match="nan_policy"):
        grad(lambda x: stats.gmean(x, nan_policy="odd"))(LINE)


def test_whole_numbers_beside_tracked_ones():
    counts = np.array([1, 2, 3])
    slope = grad(lambda x: stats.zmap(x, counts))(2.0)
    np.testing.assert_allclose(slope, np.sqrt(1.5))
