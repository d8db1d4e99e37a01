"""How often values went from the device to the host, and back, and who asked."""

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_HERE = str(Path(__file__).parent)


@dataclass
class Counts:
    """Transfers to the host, which wait for the device, and uploads from it.

    ``askers`` and ``senders`` are the files that the lines which caused them are in.
    """

    askers: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)

    @property
    def transfers(self):
        """How often values went to the host."""
        return len(self.askers)

    @property
    def uploads(self):
        """How often values came from the host."""
        return len(self.senders)


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


def _caller():
    frame = sys._getframe(2)
    while frame.f_code.co_filename.startswith(_HERE) or (
        frame.f_globals.get("__name__", "").startswith("numpy")
    ):
        frame = frame.f_back
    return "/".join(Path(frame.f_code.co_filename).parts[-2:])


def transferred():
    """Note that values went to the host."""
    for counts in _open:
        counts.askers.append(_caller())


def uploaded():
    """Note that values came from the host."""
    for counts in _open:
        counts.senders.append(_caller())
