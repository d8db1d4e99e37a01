"""Trimmed statistics beside differences of SciPy's own."""

import numpy as np
import pytest
import scipy.stats
from mirrored import compare
from orders import check_batch, check_orders
from truth import check_single

from diffops import grad
from diffops.scipy import stats

#: Apart from each other, as their distances are.
LINE = np.array([1.21, 0.3, 2.83, 0.75, 1.9])
X = np.stack([[np.roll(LINE, 2 * i + j) + 0.03 * j for j in range(3)] for i in (0, 1)])
CALLS = [
    *((name, {"axis": 2}) for name in ("tmean", "tvar", "tstd", "tsem")),
    *(
        (name, {"axis": 2, "limits": (0.5, 2.5)})
        for name in ("tmean", "tvar", "tstd", "tsem")
    ),
    ("tmean", {"limits": (None, 2.5), "inclusive": (True, False), "axis": 2}),
    ("tvar", {"limits": (0.5, None), "axis": None, "ddof": 0}),
    ("tsem", {"axis": (0, 2), "keepdims": True}),
    ("trim_mean", {"proportiontocut": 0.25, "axis": 2}),
    ("trim_mean", {"proportiontocut": 0.0, "axis": None}),
    ("iqr", {"axis": 2}),
    ("iqr", {"axis": 2, "rng": (10, 60), "scale": "normal"}),
    ("iqr", {"axis": 2, "keepdims": True, "scale": 2.0}),
    ("iqr", {"axis": 2, "interpolation": "higher"}),
    ("median_abs_deviation", {"axis": 2}),
    ("median_abs_deviation", {"axis": -1, "scale": "normal", "keepdims": True}),
    ("median_abs_deviation", {"axis": 2, "center": np.mean, "scale": 2.0}),
]


@pytest.mark.parametrize(("name", "options"), CALLS)
def test_options(name, options):
    compare(getattr(stats, name), getattr(scipy.stats, name), X, **options)


@pytest.mark.parametrize("name", ["tmean", "tstd", "tsem", "iqr"])
def test_all_orders(name):
    f = getattr(stats, name)
    check_orders(f, LINE)
    check_batch(f, LINE)


@pytest.mark.parametrize("name", ["tmean", "tstd", "tsem", "trim_mean", "iqr"])
def test_single_precision(name):
    cut = (0.25,) if name == "trim_mean" else ()
    check_single(lambda x: getattr(stats, name)(x, *cut), LINE)


def test_flat_samples():
    compare(stats.iqr, scipy.stats.iqr, LINE)
    deviation = scipy.stats.median_abs_deviation
    compare(stats.median_abs_deviation, deviation, LINE, axis=None)


def test_nothing_is_left():
    with pytest.raises(ValueError, match="Proportion"):
        grad(lambda x: stats.trim_mean(x, 0.6))(LINE)
