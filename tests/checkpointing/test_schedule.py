"""Binomial schedules: no step is taken more often than the bound says."""

from __future__ import annotations

import math

import pytest

from diffops.checkpointing.schedule import Spaced, advance, repetitions, split


def forward_steps(steps, states):
    """Count the steps that a reversal takes, following `split`."""
    if steps <= 1:
        return 0
    if states <= 0:
        return steps * (steps - 1) // 2
    first = split(steps, states)
    return (
        first + forward_steps(first, states) + forward_steps(steps - first, states - 1)
    )


def optimal(steps, states):
    """Return the least number by the theorem of Griewank & Walther (2000).

    Theirs counts the first state among those that are kept.
    """
    s = states + 1
    r = repetitions(steps, s)
    return r * steps - math.comb(s + r, r - 1) if r else 0


@pytest.mark.parametrize("states", [1, 2, 3, 5, 10])
@pytest.mark.parametrize("steps", [1, 2, 3, 7, 20, 100, 333])
def test_schedules_are_optimal(steps, states):
    assert forward_steps(steps, states) == optimal(steps, states)


@pytest.mark.parametrize("record", [1, 2, 5, 7])
@pytest.mark.parametrize("steps", [1, 2, 6, 7, 8, 50, 333])
def test_blocks_are_the_steps_of_a_schedule(steps, record):
    """All but the last one are whole, and the number of states does not change that."""
    for states in (0, 1, 3, 10):
        first = advance(steps, states, record)
        blocks = math.ceil(steps / record)
        if blocks == 1:
            assert first == steps
        else:
            assert first == split(blocks, states) * record < steps


def test_repetitions():
    assert repetitions(1, 3) == 0
    assert repetitions(4, 3) == 1
    assert repetitions(5, 3) == 2
    assert repetitions(math.comb(13, 10), 10) == 3


def test_spaced_states():
    spaced = Spaced(4)
    for number in range(100):
        spaced.offer(number, f"state {number}")
        assert len(spaced.kept) <= 4
    assert sorted(spaced.kept) == [0, 32, 64, 96]
    assert spaced.kept[64] == "state 64"
