"""Loops that Python unrolled are found again."""

import numpy as np
import pytest

from diffops.jit.numbers.rolling import Stretch, stretches


def covered(found, length):
    """Check that stretches partition a tape, and return its loops."""
    at = 0
    for stretch in found:
        assert stretch.start == at
        at = stretch.stop
    assert at == length
    return [stretch for stretch in found if stretch.turns > 1]


def test_a_loop_between_straight_stretches():
    codes = np.array([9, 8, 7] + [1, 2, 3, 4] * 50 + [5, 6])
    (loop,) = covered(stretches(codes), len(codes))
    assert (loop.start, loop.period, loop.turns) == (3, 4, 50)


def test_two_loops_after_each_other():
    codes = np.array([1, 2, 3] * 40 + [7, 7, 9] + [4, 5] * 60)
    loops = covered(stretches(codes), len(codes))
    assert [(loop.period, loop.turns) for loop in loops] == [(3, 40), (2, 60)]


def test_of_a_period_and_its_multiples_the_shortest():
    codes = np.array([1, 2, 1, 3] * 100)
    (loop,) = covered(stretches(codes), len(codes))
    assert (loop.period, loop.turns) == (4, 100)


def test_one_code_all_over():
    (loop,) = covered(stretches(np.full(500, 4)), 500)
    assert loop == Stretch(0, 1, 500)


def test_straight_code_stays_straight():
    codes = np.random.default_rng(0).integers(0, 30, 400)
    assert covered(stretches(codes), 400) == []


def test_what_saves_little_is_no_loop():
    codes = np.array([1, 2] * 5)
    assert stretches(codes) == [Stretch(0, 10, 1)]
    assert stretches(codes[:0]) == []


@pytest.mark.parametrize("seed", range(20))
def test_random_programs_with_loops_are_partitioned(seed):
    random = np.random.default_rng(seed)
    pieces = []
    saved = 0
    for _ in range(random.integers(1, 6)):
        body = random.integers(0, 12, random.integers(1, 40))
        turns = random.integers(1, 60)
        saved += len(body) * (turns - 1)
        pieces.append(np.tile(body, turns))
    codes = np.concatenate(pieces)
    found = stretches(codes)
    covered(found, len(codes))
    for start, period, turns in found:
        body = codes[start : start + period]
        assert (codes[start : start + period * turns] == np.tile(body, turns)).all()
    left = sum(stretch.period for stretch in found)
    assert left <= (len(codes) - saved) * 2 + 100
