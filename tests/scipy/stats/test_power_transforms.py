"""Power transforms beside differences of SciPy's own."""

import numpy as np
import pytest
import scipy.stats
from mirrored import compare
from orders import check_batch, check_orders
from truth import entries

from diffops import NoDerivativeError, grad
from diffops.scipy import stats

X = entries(5, 4)
SIGNED = np.array([-1.3, -0.2, 0.4, 2.0])


def test_transforms():
    for power in (0.7, -0.4, 2.0):
        f = lambda x, p: stats.boxcox(x, p)  # noqa: E731
        compare(f, scipy.stats.boxcox, X[0], power)
        compare(
            lambda x, p: stats.yeojohnson(x, p), scipy.stats.yeojohnson, SIGNED, power
        )
    for power in (0.0, 2.0):
        compare(
            lambda x, p=power: stats.yeojohnson(x, p),
            lambda x, p=power: scipy.stats.yeojohnson(x, p),
            SIGNED,
        )


@pytest.mark.parametrize("name", ["boxcox_llf", "yeojohnson_llf"])
@pytest.mark.parametrize("options", [{}, {"axis": 1}, {"axis": None, "keepdims": True}])
def test_likelihoods(name, options):
    mirror, original = getattr(stats, name), getattr(scipy.stats, name)
    compare(
        lambda p, x: mirror(p, x, **options),
        lambda p, x: original(p, x, **options),
        0.7,
        X,
    )


def test_all_orders():
    check_orders(stats.boxcox_llf, 0.7, X[0])
    check_orders(stats.yeojohnson_llf, 0.7, SIGNED)
    check_batch(stats.yeojohnson, SIGNED, np.array(0.7))


@pytest.mark.parametrize("name", ["boxcox", "yeojohnson"])
def test_the_search_for_the_power_is_refused(name):
    with pytest.raises(NoDerivativeError, match="argmin"):
        grad(lambda x: getattr(stats, name)(x)[0][0])(X[0])
