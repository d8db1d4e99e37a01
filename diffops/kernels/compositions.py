"""Functions that kernels compute by others, which vectorise."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def _logaddexp(a: Any, b: Any) -> Any:
    """Return log(exp a + exp b)."""
    gap = a - b
    higher = np.where(gap > 0, a, b)
    y = higher + np.log1p(np.exp(-np.absolute(gap)))
    return np.where(a == b, a + math.log(2), y)


#: By ufunc.
COMPOSED: dict[Any, Callable[..., Any]] = {
    np.logaddexp: _logaddexp,
}
