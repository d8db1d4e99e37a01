"""The callback that remembers a search."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from landscapes import rosen

from diffops import optimize

START = np.array([1.3, 0.7, 0.8])


def test_it_remembers():
    history = optimize.History()
    found = optimize.minimize(rosen, START, method="trust-ncg", callback=history)
    assert len(history) == len(history.xs) == len(history.slopes)
    assert history.values[-1] == found.fun
    np.testing.assert_array_equal(history.xs[-1], found.x)
    assert history.slopes[-1] == np.max(np.abs(found.jac))
    assert history.evaluations == sorted(history.evaluations)
    assert all(value == rosen(x) for value, x in zip(*history_of(history), strict=True))


def history_of(history):
    return history.values, history.xs


def test_it_counts_products_with_the_hessian():
    history = optimize.History()
    found = optimize.minimize(rosen, START, method="newton-cg", callback=history)
    assert len(history.products) == len(history)
    assert history.products == sorted(history.products)
    assert 0 < history.products[0] < history.products[-1] <= found.nhev
    first_order = optimize.History()
    optimize.minimize(rosen, START, method="bfgs", callback=first_order)
    assert set(first_order.products) == {0}


def test_methods_without_gradients_leave_the_slopes_out():
    history = optimize.History()
    optimize.minimize(rosen, START, method="nelder-mead", callback=history)
    assert np.all(np.isnan(history.slopes))
    assert np.all(np.isfinite(history.values))


def test_it_plots():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    history = optimize.History()
    optimize.minimize(rosen, START, callback=history)
    axes = history.plot()
    first, second = axes.get_lines()
    np.testing.assert_array_equal(first.get_ydata(), history.values)
    np.testing.assert_array_equal(second.get_ydata(), history.slopes)
    assert axes.get_yscale() == "log"
    _, given = pyplot.subplots()
    assert history.plot(given, best=1.0) is given
    assert given.get_yscale() == "linear"
    pyplot.close("all")


def test_misuse(monkeypatch):
    history = optimize.History()
    with pytest.raises(ValueError, match="the history is empty"):
        history.plot()
    optimize.minimize(rosen, START, callback=history)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"diffops\[plot\]"):
        history.plot()
