"""The locks of jitted functions, which are open in a forked process."""

from __future__ import annotations

import os
import threading
from typing import Protocol
from weakref import WeakSet


class Locked(Protocol):
    """What has a lock that each process has for itself."""

    _lock: threading.RLock


def lock(owner: Locked) -> None:
    """Give an object a lock."""
    owner._lock = threading.RLock()
    _living.add(owner)


#: All that have one: in a forked process nobody else is left to open it.
_living: WeakSet[Locked] = WeakSet()


def _open_locks() -> None:
    for owner in _living:
        owner._lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_open_locks)
