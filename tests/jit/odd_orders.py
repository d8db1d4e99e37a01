"""Small arrays that lie in memory, and are gone through, as only large ones are."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from diffops.jit.arrays import loop_order, memory_orders


@contextmanager
def odd_orders() -> Iterator[None]:
    """Let an axis of two entries be long."""
    with (
        mock.patch.object(memory_orders, "_LONG", 2),
        mock.patch.object(memory_orders, "_TIMES", 1),
        mock.patch.object(loop_order, "_VECTOR", 2),
    ):
        yield
