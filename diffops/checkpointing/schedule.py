"""Which states of a loop are kept: binomial schedules, and those of open loops.

With s states in memory and at most r runs of each step a loop of C(s + r, s) steps can
be reversed, and no schedule does better (Griewank & Walther 2000, algorithm 799).
"""

from __future__ import annotations

import math
from typing import Any


def repetitions(steps: int, states: int) -> int:
    """Return the smallest r with C(states + r, states) ≥ steps."""
    r = 0
    while math.comb(states + r, states) < steps:
        r += 1
    return r


def split(steps: int, states: int) -> int:
    """Return after how many of the steps the next state is to be kept.

    ``states`` counts those that may be kept besides the first one. What follows the
    next one is reversed with one state less, what precedes it with one repetition
    less: neither is longer than its binomial bound.
    """
    if states <= 0 or steps <= 2:
        return steps - 1 if states <= 0 else 1
    s = states + 1
    r = repetitions(steps, s)
    fewest = math.comb(s + r - 2, s)  # worth all but two of the repetitions
    after = math.comb(s - 1 + r, s - 1)
    return min(max(1, fewest, steps - after), steps - 1)


def advance(steps: int, states: int, record: int) -> int:
    """Return after how many steps the next state is kept, where blocks are recorded.

    A block of ``record`` steps counts as one step of the schedule.
    """
    blocks = -(-steps // record)
    return steps if blocks <= 1 else split(blocks, states) * record


class Spaced:
    """The states that a loop of unknown length keeps: at equal, growing distances.

    When ``states`` of them are there, every other one goes and the distance doubles.
    """

    def __init__(self, states: int) -> None:
        self.states = max(states, 1)
        self.distance = 1
        self.kept: dict[int, Any] = {}

    def offer(self, number: int, state: Any) -> bool:
        """Keep the state before step ``number`` if it is its turn; tell whether."""
        if number % self.distance:
            return False
        if len(self.kept) >= self.states:
            self.distance *= 2
            self.kept = {i: s for i, s in self.kept.items() if i % self.distance == 0}
            if number % self.distance:
                return False
        self.kept[number] = state
        return True
