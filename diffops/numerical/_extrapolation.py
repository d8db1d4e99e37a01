"""Richardson extrapolation of central differences, to the best of a ladder of steps.

The error of a central difference is a series in h², so combining the steps h and h/2
cancels its terms one by one. Large steps leave more of the series, small ones more of
the rounding: each entry takes, from all combinations of all steps, the one whose
estimated error is least (C. Ridders, Advances in Engineering Software 4, 1982).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Estimate(NamedTuple):
    """A number or an array, and how far it may be off."""

    value: Any
    error: Any


#: The longest step. It is no round number, lest it be a period of f.
FIRST = 0.43

_STEPS = 20
_LEAST = 4
_COLUMNS = 7


def extrapolate(difference: Callable[[float], Estimate]) -> Estimate:
    """Return the limit of ``difference(h)`` as h → 0, entry by entry.

    ``difference`` returns a quotient, and by how much rounding may change it. It is
    called with at least 4 steps, each half of the one before, at most with 20: until
    extrapolation is as good as rounding lets it be. Steps whose quotient is nan do not
    count; where none is left the value is nan and its error inf.
    """
    above: list[Any] = []
    best: Any = None
    bound: Any = None
    for step in range(_STEPS):
        quotient, noise = difference(FIRST / 2**step)
        if best is None:
            best = np.full_like(quotient, np.nan)
            bound = np.full_like(noise, np.inf)
            settled = np.zeros(noise.shape, dtype=bool)
        row = [quotient]
        for power, coarse in enumerate(above[: _COLUMNS - 1], start=1):
            fine = row[-1]
            row.append(fine + (fine - coarse) / (4**power - 1))
            gap = np.maximum(np.abs(row[-1] - fine), np.abs(row[-1] - coarse))
            error = gap + 2 * noise
            # Where both seem sure and differ, the long steps were deceived.
            better = (error < bound) | (np.abs(row[-1] - best) > error + bound)
            best = np.where(better, row[-1], best)
            bound = np.where(better, error, bound)
            settled |= gap <= noise
        above = row
        if step + 1 >= _LEAST and np.all(settled):
            break
    return Estimate(best, bound)
