"""What of CuPy's namespace is about devices, streams and memory."""

from types import SimpleNamespace

import numpy as np

_current = [0]


class Device:
    """A device by its number, or the current one."""

    def __init__(self, number=None):
        self.id = _current[-1] if number is None else number

    def __enter__(self):
        _current.append(self.id)
        return self

    def __exit__(self, *error):
        _current.pop()


cuda = SimpleNamespace(Device=Device)
#: Asked for, in bytes; memory comes from here alone.
allocated = []


def memory(shape, dtype=float):
    """Return memory that nobody should read before it is written."""
    found = np.full(shape, np.nan if np.dtype(dtype).kind in "fc" else 77, dtype)
    allocated.append(found.nbytes)
    return found
