"""Early stopping: training ends where a value has not become better for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class EarlyStopping:
    """Ends a training after ``patience`` steps without a better value.

    Better is lower by more than ``change``; the value is ``validation(w)``, or without
    it the loss. The training then returns the best weights.

    >>> import numpy as np
    >>> from diffops import optimize
    >>> stop = optimize.EarlyStopping(2, validation=lambda w: (w - 0.5) ** 2)
    >>> descent = optimize.GradientDescent(0.25)
    >>> optimize.descend(lambda w: w**2, 1.0, descent, 100, stop=stop)
    np.float64(0.5)
    """

    patience: int = 10
    change: float = 0.0
    validation: Callable[[Any], Any] | None = None

    def start(self, w: Any) -> tuple[Any, ...]:
        """Return the best value and weights so far, and for how many steps they were.

        >>> EarlyStopping().start(1.0)
        (inf, 1.0, 0.0)
        """
        return np.inf, w, 0.0

    def update(self, value: Any, w: Any, state: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the state after a step to weights of this value."""
        best, best_w, steps = state
        if value < best - self.change:
            return value, w, 0.0
        return best, best_w, steps + 1.0

    def ends(self, state: tuple[Any, ...]) -> bool:
        """Tell whether it has been long enough."""
        return bool(state[2] >= self.patience)
