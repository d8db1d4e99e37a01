"""Statistics of angles beside differences of SciPy's own."""

import numpy as np
import pytest
import scipy.stats
from mirrored import compare
from orders import check_batch, check_orders
from truth import check_single, entries

from diffops import grad
from diffops.scipy import stats

X = entries(2, 3, 4)
NAMES = ["circmean", "circvar", "circstd"]
CALLS = [
    {},
    {"axis": 1},
    {"axis": (0, 2), "keepdims": True},
    {"axis": None, "keepdims": True},
    {"high": 2.5, "low": -0.7, "axis": 2},
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("options", CALLS)
def test_options(name, options):
    compare(getattr(stats, name), getattr(scipy.stats, name), X, **options)


def test_normalized():
    compare(stats.circstd, scipy.stats.circstd, X, high=3.0, normalize=True)


@pytest.mark.parametrize("name", NAMES)
def test_all_orders(name):
    f = getattr(stats, name)
    check_orders(f, X[0, 0])
    check_batch(f, X[0, 0])
    check_single(f, X[0, 0])


def test_across_the_cut():
    angles = np.array([0.1, 2 * np.pi - 0.3])
    np.testing.assert_allclose(stats.circmean(angles), 2 * np.pi - 0.1)
    np.testing.assert_allclose(grad(stats.circmean)(angles), [0.5, 0.5])
