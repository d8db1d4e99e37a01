"""Indexing, writing, and the functions that pick entries by an index."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.engines.arrays import Patch, add_at, may_repeat
from diffops.index import getitem, update
from diffops.rules._kinds import linear, shape_of


def scatter(values: Any, key: Any, shape: tuple[int, ...]) -> Any:
    """Return zeros of a shape with values added at an index: getitem's transpose."""
    whole = np.zeros(shape, dtype=values.dtype, like=values)
    add_at(whole, key, values)
    return whole
