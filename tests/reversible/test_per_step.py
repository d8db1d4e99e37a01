"""Schedules: a number, or one for each step."""

from __future__ import annotations

import numpy as np
import pytest

from diffops.reversible._per_step import Schedule, checked_momentum


def test_numbers_of_the_steps():
    array = np.array([1.0, 2.0, 3.0])
    for leaves, wanted in (([5.0], [5.0] * 3), ([array], array), (list(array), array)):
        schedule = Schedule("momenta", leaves, 3)
        assert [schedule.at(leaves, t) for t in range(3)] == list(wanted)


def test_cotangents_are_like_the_leaves():
    array = np.array([1.0, 2.0, 3.0])
    steps = [0.5, 0.25, 2.0]
    assert Schedule("momenta", [5.0], 3).cotangents([5.0], steps) == [2.75]
    (found,) = Schedule("momenta", [array], 3).cotangents([array], steps)
    np.testing.assert_array_equal(found, steps)
    assert Schedule("momenta", list(array), 3).cotangents(list(array), steps) == steps
    (none,) = Schedule("momenta", [array[:0]], 0).cotangents([array[:0]], [])
    assert none.shape == (0,)


@pytest.mark.parametrize(
    ("leaves", "what"),
    [
        ([np.ones(2)], r"shape \(2,\)"),
        ([np.ones((3, 1))], r"shape \(3, 1\)"),
        ([1.0, 2.0], "2 parts"),
        ([], "0 parts"),
    ],
)
def test_other_lengths_raise(leaves, what):
    with pytest.raises(ValueError, match=f"rates.*3 steps.*{what}"):
        Schedule("rates", leaves, 3)


@pytest.mark.parametrize("momentum", [1.0, -0.1, 1.5, np.nan])
def test_momenta_that_do_not_slow_down_raise(momentum):
    with pytest.raises(ValueError, match=r"\[0, 1\)"):
        checked_momentum(momentum)
    assert checked_momentum(0.0) == 0.0
