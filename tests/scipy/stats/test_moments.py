"""Moments and entropies beside SciPy's own, and differences of them."""

import numpy as np
import pytest
import scipy.stats
from orders import check_orders
from truth import differences

from diffops import NoDerivativeError, grad, jvp
from diffops.scipy import stats
from diffops.scipy.stats.moments import MOMENTS

SHAPES = {
    "gamma": (2.3,),
    "chi2": (3.3,),
    "invgamma": (3.5,),
    "beta": (2.1, 1.7),
    "t": (3.5,),
    "f": (4.0, 5.5),
    "lognorm": (0.7,),
    "weibull_min": (1.6,),
    "pareto": (2.2,),
    "invgauss": (0.8,),
    "powerlaw": (1.8,),
    "triang": (0.45,),
}
PLACE = (0.2, 1.5)
CALLS = [
    (name, method)
    for name, moments in MOMENTS.items()
    for method in ("mean", "var", "std", "entropy", "median")
    if method == "median" or getattr(moments, method.replace("std", "var"))
]


@pytest.mark.parametrize(("name", "method"), CALLS)
def test_parameters(name, method):
    f, plain = (getattr(getattr(m, name), method) for m in (stats, scipy.stats))
    args = (*SHAPES.get(name, ()), *PLACE)
    y, change = jvp(f, args, args)
    np.testing.assert_allclose(y, plain(*args), rtol=1e-12)
    along = lambda t: plain(*(x * (1 + t) for x in args))  # noqa: E731
    np.testing.assert_allclose(change, differences(along), rtol=1e-7, atol=1e-9)
    slopes = grad(lambda x: f(*(x[i] for i in range(len(args)))))(np.array(args))
    np.testing.assert_allclose(slopes @ args, change, rtol=1e-12, atol=1e-14)


def test_all_orders():
    check_orders(stats.gamma.entropy, np.float64(2.3), np.float64(0.2), np.float64(1.5))
    check_orders(stats.f.var, np.float64(4.0), np.float64(5.5))


def test_frozen_and_arrays():
    scales = np.array([1.0, 2.0])
    slope = grad(lambda s: np.sum(stats.norm(scale=s).entropy()))(scales)
    np.testing.assert_allclose(slope, 1 / scales)
    low, high = jvp(lambda s: stats.norm.interval(0.9, 0.0, s), (2.0,), (1.0,))[1]
    np.testing.assert_allclose([low, high], scipy.stats.norm.ppf([0.05, 0.95]))


def test_what_does_not_exist_is_a_constant():
    df = np.array([1.5, 3.5])
    y, change = jvp(stats.t.var, (df,), (np.ones(2),))
    np.testing.assert_allclose(y, scipy.stats.t.var(df))
    np.testing.assert_allclose(change, [0.0, -2 / 1.5**2])
    with pytest.raises(NoDerivativeError, match=r"cauchy\.mean"):
        grad(lambda s: stats.cauchy.mean(0.0, s))(1.0)
