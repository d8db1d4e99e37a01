"""Learning rates and momenta: one number, or one for each step."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.operators._bound import Leaves
from diffops.values.methods import shape_of as shape


class Schedule:
    """How the leaves of a schedule belong to the steps of a training."""

    def __init__(self, name: str, leaves: Leaves, n: int) -> None:
        shapes = [shape(leaf) for leaf in leaves]
        self.n = n
        #: One number for all steps.
        self.constant = shapes == [()]
        #: One array with an entry for each step; else there is a leaf for each.
        self.together = shapes == [(n,)]
        if not (self.constant or self.together or shapes == [()] * n):
            what = f"shape {shapes[0]}" if len(shapes) == 1 else f"{len(shapes)} parts"
            raise ValueError(
                f"{name} of reversible_sgd must be a number, or one for each of {n} "
                f"steps, but has {what}"
            )

    def at(self, leaves: Leaves, t: int) -> Any:
        """Return the number of one step."""
        if self.constant:
            return leaves[0]
        return leaves[0][t] if self.together else leaves[t]

    def cotangents(self, leaves: Leaves, steps: list[Any]) -> list[Any]:
        """Return the cotangents of the leaves, given one for each step."""
        if self.constant:
            return [sum(steps, 0.0)]
        if not self.together:
            return steps
        (leaf,) = leaves
        return [np.stack(steps) if steps else np.zeros_like(leaf)]


def checked_momentum(momentum: float) -> float:
    """Return a momentum that slows down, or say that it does not."""
    if not 0 <= momentum < 1:
        raise ValueError(
            f"momenta of reversible_sgd must lie in [0, 1), and {momentum} does not"
        )
    return momentum
