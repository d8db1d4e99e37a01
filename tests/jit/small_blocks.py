"""Loop nests cut into small blocks, so that small arrays show what large ones do."""

import importlib
from contextlib import ExitStack, contextmanager
from unittest import mock

import numpy as np

from diffops import jit
from diffops.jit import compiled
from diffops.jit.arrays import blocks

SMALL = {
    "_ENTRIES": 6,
    "_TURNS": 4,
    "_STRETCH": 1,
    "_STRETCH_IN_ROWS": 1,
    "_LONG_SUM": 8,
    "_SPARSE": 1,
    "_WORTH_SHARING": 0,
}


@contextmanager
def small_blocks():
    """Cut all nests, compile at once, and take all programs for those of arrays."""
    path = importlib.import_module("diffops.jit.path")
    with ExitStack() as stack:
        for name, value in SMALL.items():
            stack.enter_context(mock.patch.object(blocks, name, value))
        stack.enter_context(
            mock.patch.object(compiled, "_is_of_arrays", return_value=True)
        )
        stack.enter_context(mock.patch.object(path, "PATIENCE", -1))
        yield


def on_threads(f, args, threads):
    """Return the results of f as a native program on so many threads."""
    jitted = jit(f, threads=threads)
    for _ in range(3):
        found = jitted(*args)
    return found


def same_bits(found, wanted):
    """Tell whether two results, or tuples of them, are the same to the last bit."""
    if isinstance(wanted, (tuple, list)):
        return all(map(same_bits, found, wanted))
    return np.asarray(found).tobytes() == np.asarray(wanted).tobytes()
