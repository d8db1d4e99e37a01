"""Functions at kinks that need rules of their own, which are found under them."""

from __future__ import annotations

from typing import Any

import numpy as np


def steep_product(a: Any, root: Any) -> Any:
    """Return a * root, where a zero a wins: also over the infinite slope of the root.

    So x √x is flat at 0, as any x ** (1 + p) is.
    """
    return np.multiply(a, np.where(np.equal(a, 0), 0.0, root))[()]


def unknown_slope(s: Any) -> Any:
    """Return 0, of which only the value is known: the derivative is NaN."""
    return np.multiply(s, 0)


def unknown_bend(s: Any) -> Any:
    """Return 0, of which value and slope are known: the second derivative is NaN."""
    return np.multiply(s, 0)
