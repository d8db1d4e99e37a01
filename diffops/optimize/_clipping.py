"""Gradients clipped before they are used: by their norm, or entry by entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class ClipNorm:
    """Scales a gradient g down to the norm ``most`` where ‖g‖ is larger.

    >>> import numpy as np
    >>> from diffops import optimize
    >>> optimize.ClipNorm(1.0)(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """

    most: Any

    def __call__(self, slope: Any) -> Any:
        """Return the clipped gradient."""
        norm = np.sqrt(np.sum(slope * slope))
        return slope * (self.most / norm) if norm > self.most else slope


@dataclass(frozen=True)
class ClipValue:
    """Moves each entry of a gradient into ±``most``.

    >>> import numpy as np
    >>> from diffops import optimize
    >>> optimize.ClipValue(1.0)(np.array([-3.0, 0.5]))
    array([-1. ,  0.5])
    """

    most: Any

    def __call__(self, slope: Any) -> Any:
        """Return the clipped gradient."""
        return np.clip(slope, -self.most, self.most)
