"""Indexing and writing as functions, so that a rule can be found under them."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.engines.loading import copy
from diffops.engines.overwriting import write


def getitem(array: Any, key: Any) -> Any:
    """Return ``array[key]``."""
    return array[key]


def update(array: Any, value: Any, key: Any, reuse: bool = False) -> Any:
    """Return array with ``array[key] = value``: a copy, or itself with ``reuse``."""
    new = array
    if not hasattr(array, "__setitem__"):
        new = np.array(array)  # a number: what NumPy made of an array without axes
    elif not reuse:
        new = copy(array)
    write(new, key, value)
    return new
