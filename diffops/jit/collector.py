"""Python's garbage collector, at rest while a program grows.

A program is made of very many small objects that all stay. The collector would go
through them again and again: it doubles the time that recording takes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_rest() -> Iterator[None]:
    """Keep the collector from running by itself, if it would."""
    ran = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ran:
            gc.enable()
