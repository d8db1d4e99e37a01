"""Step lengths that look along the direction."""

from __future__ import annotations

import numpy as np
import pytest
from trainings import agrees_with_differences

from diffops import fgrad, grad, optimize
from diffops.optimize._line_search import Along


def along(f, w, d):
    return Along(fgrad(f), f, np.atleast_1d(w), np.atleast_1d(d))


FUNCTIONS = {
    "cosine": lambda w: -np.sum(np.cos(w)),
    "steep": lambda w: np.sum(np.exp(3 * w) - w),
    "flat": lambda w: np.sum(np.sqrt(1 + w**2)),
    "rational": lambda w: np.sum(-w / (w**2 + 2)),  # of Moré and Thuente
}


@pytest.mark.parametrize("start", [1e-3, 0.1, 1.0, 10.0])
@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_strong_wolfe_lengths_fulfil_its_conditions(f, start):
    w = np.array([-1.0])
    value, slope = fgrad(f)(w)
    d = -slope
    begin = slope @ d
    for flat in (0.9, 0.1):
        search = optimize.StrongWolfe(start, curvature=flat)
        a = search.length(along(f, w, d), value, begin)
        after, after_slope = fgrad(f)(w + a * d)
        assert after <= value + 1e-4 * a * begin
        assert abs(after_slope @ d) <= flat * abs(begin)


@pytest.mark.parametrize("start", [1e-3, 1.0, 100.0])
@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_backtracking_takes_the_first_length_that_decreases_enough(f, start):
    w = np.array([-1.0])
    value, slope = fgrad(f)(w)
    begin = -slope @ slope
    a = optimize.Backtracking(start).length(along(f, w, -slope), value, begin)
    enough = lambda a: f(w - a * slope) <= value + 1e-4 * a * begin  # noqa: E731
    assert enough(a)
    assert a == start or not enough(2 * a)
    assert np.log2(start / a) == int(np.log2(start / a))


def test_a_direction_that_does_not_descend_is_not_gone():
    up = along(lambda w: np.sum(w**2), 1.0, 1.0)
    assert optimize.StrongWolfe().length(up, 1.0, 2.0) == 0.0


def test_a_quadratic_is_minimised_by_one_cubic():
    """From f(0), f′(0), f(a), f′(a) the cubic is the parabola itself."""
    f = lambda w: np.sum((w - 3.0) ** 2)  # noqa: E731
    search = optimize.StrongWolfe(start=10.0, curvature=1e-6)
    assert search.length(along(f, 0.0, 1.0), 9.0, -6.0) == pytest.approx(3.0)


@pytest.mark.parametrize(
    "method",
    [
        lambda start: optimize.GradientDescent(optimize.Backtracking(start)),
        lambda start: optimize.GradientDescent(optimize.StrongWolfe(start)),
        lambda start: optimize.Momentum(optimize.Backtracking(start), 0.2),
    ],
)
def test_differences_of_the_whole_training(method):
    agrees_with_differences(method, [0.9], steps=4)


def test_the_closed_form_on_a_quadratic():
    """The interpolated length is that of the minimum, whatever the first one."""

    def end(start):
        rate = optimize.StrongWolfe(start, curvature=1e-3)
        method = optimize.GradientDescent(rate)
        return optimize.descend(lambda w: (w - 3.0) ** 2, 0.0, method, 1)

    assert end(2.0) == pytest.approx(3.0)
    assert grad(end)(2.0) == pytest.approx(0.0, abs=1e-12)
