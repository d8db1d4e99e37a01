"""Buffers share memory over time, and never at one time."""

import random

import numpy as np
import pytest
from natively import array_plan

from diffops import grad
from diffops.jit.arrays.buffers import Buffer, whole
from diffops.jit.arrays.live_ranges import ALIGNMENT, _Memory, place
from diffops.jit.arrays.nodes import Move, Plan

N = 1000


def chain(x, steps):
    """Return x after some steps, each of which needs all entries of the one before."""
    for _ in range(steps):
        x = np.sin(x / np.sum(np.exp(x)))
    return x


@pytest.mark.parametrize("steps", [5, 20, 80])
def test_a_chain_takes_the_same_memory_however_long_it_is(steps):
    plan = array_plan(lambda x: chain(x, steps), np.ones(N))
    assert sum(buffer.size for buffer in plan.buffers) >= steps * N
    assert place(plan, []) <= 3 * (N + ALIGNMENT)


def test_reverse_mode_keeps_one_array_a_step():
    sizes = []
    for steps in (10, 20):
        plan = array_plan(grad(lambda x, n=steps: np.sum(chain(x, n))), np.ones(N))
        sizes.append(place(plan, []))
    assert sizes[1] - sizes[0] <= 10 * 4 * (N + 3 * ALIGNMENT)


def plan_of(ranges):
    """Return a plan with buffers that are touched at two levels each."""
    plan = Plan()
    for size, first, last in ranges:
        buffer = Buffer(size)
        plan.buffers.append(buffer)
        plan.nodes += [Move(0.0, whole(buffer, (size,)), n) for n in (first, last)]
    return plan


@pytest.mark.parametrize("seed", range(20))
def test_what_lives_at_one_time_lies_apart(seed):
    draw = random.Random(seed)
    ranges = []
    for _ in range(60):
        first = draw.randrange(30)
        last = first + draw.randrange(8)
        ranges.append((draw.choice([1, 8, 9, 40, 100]), first, last))
    plan = plan_of(ranges)
    kept = plan.buffers[draw.randrange(60)]
    total = place(plan, [kept])
    found = []
    for (size, first, last), buffer in zip(ranges, plan.buffers, strict=True):
        start = int(buffer.pointer[2:])
        assert start % ALIGNMENT == 0
        assert start + size <= total
        if buffer is kept:
            first, last = -1, 100
        found.append((start, start + size, first, last))
    for i, a in enumerate(found):
        for b in found[:i]:
            assert a[1] <= b[0] or b[1] <= a[0] or a[3] < b[2] or b[3] < a[2]


def test_one_that_is_read_no_more_makes_room_from_the_next_level_on():
    assert place(plan_of([(8, 0, 1), (8, 1, 2)]), []) == 16
    assert place(plan_of([(8, 0, 1), (8, 2, 3)]), []) == 8


def test_gaps_are_joined_and_the_last_one_grows():
    memory = _Memory()
    places = [memory.allocate(8) for _ in range(4)]
    assert places == [0, 8, 16, 24]
    memory.free(8, 8)
    memory.free(16, 8)
    assert memory.allocate(16) == 8
    memory.free(24, 8)
    assert memory.allocate(24) == 24
    assert memory.size == 48


def test_results_that_are_copied_live_to_the_end():
    plan = plan_of([(8, 0, 0), (8, 1, 1), (8, 2, 2)])
    assert place(plan_of([(8, 0, 0), (8, 1, 1), (8, 2, 2)]), []) == 8
    plan.outputs = [whole(plan.buffers[0], (8,))]
    assert place(plan, []) == 16
