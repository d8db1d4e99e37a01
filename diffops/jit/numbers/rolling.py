"""Repeated stretches of a tape: loops that Python has unrolled are rolled up again.

A stretch of codes that repeats with some period is a loop. What its operations read in
one turn after the other is looked at elsewhere (see `placement`): any operands make a
loop, for those that follow no rule are read from a table.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Stretch(NamedTuple):
    """Operations ``start`` … of a tape: ``turns`` times ``period`` of them."""

    start: int
    period: int
    turns: int

    @property
    def size(self) -> int:
        """How many operations there are, all turns counted."""
        return self.period * self.turns

    @property
    def stop(self) -> int:
        """The first operation after it."""
        return self.start + self.period * self.turns


#: A loop must save so many operations.
_LEAST_SAVING = 24
_LEAST_TURNS = 3
_LONGEST_PERIOD = 20_000
#: So many operations in a row tell one place of a program from another.
_GRAM = 8
#: So many periods are tried for each stretch.
_TRIES = 12


def stretches(codes: np.ndarray) -> list[Stretch]:
    """Return a partition of a tape: loops, and straight stretches of one turn."""
    found: list[Stretch] = []
    waiting = [(0, len(codes))]
    while waiting:
        start, stop = waiting.pop()
        loop = _best_loop(codes[start:stop]) if stop - start > _LEAST_SAVING else None
        if loop is None:
            if stop > start:
                found.append(Stretch(start, stop - start, 1))
            continue
        loop = loop._replace(start=start + loop.start)
        found.append(loop)
        waiting += [(start, loop.start), (loop.stop, stop)]
    return sorted(found)


def _best_loop(codes: np.ndarray) -> Stretch | None:
    """Return the loop that leaves out the most operations, or None."""
    best, most = None, _LEAST_SAVING - 1
    for period in _candidate_periods(codes):
        for start, length in _runs(codes[:-period] == codes[period:]):
            turns = length // period + 1
            saved = period * (turns - 1)
            if turns >= _LEAST_TURNS and saved > most:
                best, most = Stretch(start, period, turns), saved
        if most > len(codes) // 2:
            break  # no other period can leave out more than it does here
    return best


def _candidate_periods(codes: np.ndarray) -> list[int]:
    """Return distances at which stretches of codes recur most often, shortest first."""
    gram = min(_GRAM, max(1, len(codes) // 4))
    hashes = codes.astype(np.uint64)
    for k in range(1, gram):
        hashes = hashes[:-1] * np.uint64(1_000_003) + codes[k:].astype(np.uint64)
    order = np.argsort(hashes, kind="stable")
    same = hashes[order[1:]] == hashes[order[:-1]]
    gaps = (order[1:] - order[:-1])[same]
    gaps = gaps[gaps <= min(_LONGEST_PERIOD, len(codes) // _LEAST_TURNS)]
    if not gaps.size:
        return []
    counts = np.bincount(gaps)
    # A period that recurs throughout has a gap for each operation. Of a period and
    # its multiples, which leave out about the same, the shortest comes first.
    likely = np.argsort(counts, kind="stable")[::-1][:_TRIES]
    return sorted(int(p) for p in likely if counts[p])


def _runs(same: np.ndarray) -> list[tuple[int, int]]:
    """Return start and length of each run of true entries."""
    padded = np.zeros(len(same) + 2, dtype=bool)
    padded[1:-1] = same
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return list(
        zip(edges[::2].tolist(), (edges[1::2] - edges[::2]).tolist(), strict=True)
    )
