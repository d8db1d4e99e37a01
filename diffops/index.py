"""Indexing and writing as functions, so that a rule can be found under them."""

from __future__ import annotations

from typing import Any

import numpy as np


def getitem(array: Any, key: Any) -> Any:
    """Return ``array[key]``."""
    return array[key]


def update(array: Any, value: Any, key: Any, reuse: bool = False) -> Any:
    """Return array with ``array[key] = value``: a copy, or itself with ``reuse``."""
    new = array if reuse else array.copy("K")
    if isinstance(new, np.generic):
        new = np.array(new)  # what NumPy made of an array without axes
    new[key] = value
    return new
