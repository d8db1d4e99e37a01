"""Progress bars, callbacks, and results without constants."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from landscapes import rosen
from scipy.optimize import OptimizeResult

from diffops import optimize
from diffops.implicit._solution import Unknown
from diffops.optimize._minimize import METHODS
from diffops.optimize._reports import Reports, differentiable_result, progress_bar

START = np.array([1.3, 0.7, 0.8])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("method", [m for m in METHODS if m != "dogleg"])
def test_both_kinds_of_callbacks_are_called(method):
    xs, results = [], []

    def at(x):
        xs.append(x["a"])

    def told(intermediate_result):
        results.append(intermediate_result)

    f = lambda w: rosen(w["a"])  # noqa: E731
    given = {"x0": {"a": START}, "method": method}
    given["options"] = {"maxiter": 60} if method == "cobyla" else {}
    found = optimize.minimize(f, callback=at, **given)
    again = optimize.minimize(f, callback=told, **given)
    assert len(xs) == len(results) > 3
    np.testing.assert_array_equal(found.x["a"], again.x["a"])
    for x, result in zip(xs, results, strict=True):
        np.testing.assert_array_equal(x, result.x["a"])
        if not np.isnan(result.fun):
            assert result.fun == rosen(x)
    known = [not np.isnan(result.fun) for result in results]
    assert np.mean(known) > 0.9


def test_a_callback_can_stop():
    def stop(x):
        raise StopIteration

    found = optimize.minimize(rosen, START, callback=stop)
    assert found.nit == 1
    assert not found.success


def test_nothing_is_watched_for_nobody():
    unknown = Unknown(START)
    assert Reports(unknown, None, False).watch is None
    assert Reports(unknown, print, False).watch is not None


def test_a_result_without_constants():
    found = OptimizeResult(
        x=START, fun=1.0, jac=START, success=np.True_, nit=3, message="done", status=0
    )
    kept = differentiable_result(found, x=2.0)
    assert dict(kept) == {
        "x": 2.0,
        "success": True,
        "nit": 3,
        "message": "done",
        "status": 0,
    }


class Bar:
    """What of tqdm's bar is used."""

    def __init__(self, total, unit):
        self.total, self.unit, self.count, self.text = total, unit, 0, ""
        self.closed = False

    def update(self):
        self.count += 1

    def set_postfix_str(self, text, refresh):
        self.text = text

    def close(self):
        self.closed = True


@pytest.fixture
def bars(monkeypatch):
    """Put a stand-in in the place of tqdm, which need not be installed."""
    made = []

    def tqdm(total, unit):
        made.append(Bar(total, unit))
        return made[-1]

    module = type(sys)("tqdm.auto")
    module.tqdm = tqdm
    monkeypatch.setitem(sys.modules, "tqdm", type(sys)("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", module)
    return made


def test_the_bar_counts_evaluations(bars):
    found = optimize.minimize(rosen, START, progress=True)
    assert bars[0].count == found.nfev
    assert bars[0].closed
    optimize.root(lambda x: x - 1, START, progress=True)
    optimize.least_squares(lambda x: x - 1, START, progress=True)
    optimize.curve_fit(lambda x, a: a * x, START, START, progress=True)
    method = optimize.Adam()
    optimize.descend(rosen, START, method, 5, progress=True)
    assert [bar.count > 0 and bar.closed for bar in bars] == [True] * 5
    assert bars[4].total == bars[4].count == 5
    with pytest.raises(TypeError):
        optimize.minimize(lambda x: x, START, progress=True)
    assert bars[5].closed


def test_the_real_bar():
    tqdm = pytest.importorskip("tqdm")
    assert isinstance(progress_bar(3), tqdm.tqdm)
