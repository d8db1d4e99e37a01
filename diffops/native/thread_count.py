"""How many threads share large arrays: by an argument, or by the environment."""

from __future__ import annotations

import os
from operator import index
from typing import Any

#: The most threads, the caller among them.
MOST = 256
_VARIABLE = "DIFFOPS_NUM_THREADS"


def checked(threads: Any) -> int:
    """Return a number of threads, or raise TypeError or ValueError."""
    if isinstance(threads, bool):
        raise TypeError("threads is a number of threads, not a truth value")
    try:
        count = index(threads)
    except TypeError:
        kind = type(threads).__name__
        raise TypeError(f"threads is a whole number, not a {kind}") from None
    if not 1 <= count <= MOST:
        raise ValueError(f"threads is a number from 1 to {MOST}, not {count}")
    return count


def from_environment() -> int:
    """Return the number that the environment asks for, or 1."""
    text = os.environ.get(_VARIABLE, "").strip()
    if not text:
        return 1
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise ValueError(
            f"the environment variable {_VARIABLE} is a number of threads from 1 to "
            f"{MOST}, not {text!r}"
        )
    return int(text)


#: The number where nothing else is said.
DEFAULT = from_environment()
