"""How often values went from the device to the host, and back."""

from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Counts:
    """Transfers to the host, which wait for the device, and uploads from it."""

    transfers: int = 0
    uploads: int = 0


_open = []


@contextmanager
def counting():
    """Count the transfers within."""
    counts = Counts()
    _open.append(counts)
    try:
        yield counts
    finally:
        _open.remove(counts)


def transferred():
    """Note that values went to the host."""
    for counts in _open:
        counts.transfers += 1


def uploaded():
    """Note that values came from the host."""
    for counts in _open:
        counts.uploads += 1
