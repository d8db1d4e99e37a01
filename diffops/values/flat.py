"""``x.flat``: writes through it reach the array, and what is read is a copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np


class Flat:
    """The entries of a tracked array in one dimension, as `numpy.flatiter` has them."""

    __slots__ = ("_entries", "base")

    def __init__(self, base: Any, entries: Any) -> None:
        self.base = base
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._entries)

    def __getitem__(self, key: Any) -> Any:
        return np.copy(self._entries[key])

    def __setitem__(self, key: Any, value: Any) -> None:
        self._entries[key] = value

    def copy(self) -> Any:
        """Return the entries as an array of their own."""
        return np.copy(self._entries)
