"""Learning rates by the number of the step: decaying, and from a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from diffops.values.methods import shape_of as shape


@dataclass(frozen=True)
class Decay:
    """The rates αₜ = rate / (1 + decay t), from t = 0 on.

    >>> from diffops import optimize
    >>> [optimize.Decay(1.0, 0.5).at(t) for t in range(3)]
    [1.0, 0.6666666666666666, 0.5]
    """

    rate: Any
    decay: Any

    def at(self, t: int) -> Any:
        """Return the rate of step t."""
        return self.rate / (1.0 + self.decay * t)


@dataclass(frozen=True)
class ExponentialDecay:
    """The rates αₜ = rate · exp(−decay t), from t = 0 on.

    >>> from diffops import optimize
    >>> optimize.ExponentialDecay(1.0, 0.0).at(5)
    np.float64(1.0)
    """

    rate: Any
    decay: Any

    def at(self, t: int) -> Any:
        """Return the rate of step t."""
        return self.rate * np.exp(-self.decay * t)


@dataclass(frozen=True)
class Schedule:
    """The rates of an array, one for each step; each is a hyperparameter.

    Raises IndexError for steps beyond the last.

    >>> import numpy as np
    >>> from diffops import optimize
    >>> optimize.Schedule(np.array([0.5, 0.25])).at(1)
    np.float64(0.25)
    """

    rates: Any

    def at(self, t: int) -> Any:
        """Return the rate of step t."""
        if t >= shape(self.rates)[0]:
            raise IndexError(
                f"the schedule has {shape(self.rates)[0]} rates, none for step {t}"
            )
        return self.rates[t]


def rate_at(rate: Any, t: int) -> Any:
    """Return the rate of step t of a rule, of a function of t, or of a number."""
    if hasattr(rate, "at"):
        return rate.at(t)
    return rate(t) if callable(rate) else rate
