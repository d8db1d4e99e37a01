"""Freed memory stays with the process, where glibc would give it back each time."""

from __future__ import annotations

import functools

import numpy as np

#: The largest block that glibc adapts to is 32 MiB, its header included.
_BLOCK = 32 * 1024**2 - 16 * 1024


@functools.cache
def keep_freed_memory() -> None:
    """Free a large block that was never touched.

    glibc returns what is free at the end of its heap to the system once it is more than
    twice the largest block that it has seen freed: the arrays of each backward pass
    then come back page by page, which takes as long as computing them. After this it
    keeps up to 64 MiB, as in any program that has used one such array. Elsewhere this
    does nothing.
    """
    np.empty(_BLOCK, np.uint8)
