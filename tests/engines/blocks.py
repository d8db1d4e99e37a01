"""Arrays in blocks, and a watch over when they are computed.

Tests that import this are skipped where Dask is missing.
"""

import contextlib

import numpy as np
import pytest

da = pytest.importorskip("dask.array", reason="Dask is not installed")
dask = pytest.importorskip("dask")
callbacks = pytest.importorskip("dask.callbacks")


def blocked(x, count=2):
    """Return an array in blocks, so many along each axis."""
    x = np.asarray(x)
    return da.from_array(x, chunks=tuple(-(-n // count) or 1 for n in x.shape))


class _Refusal(callbacks.Callback):
    def _start(self, dsk):
        raise AssertionError("Dask computes before anybody asks for a result")


@contextlib.contextmanager
def nothing_computed():
    """Raise where a graph is run."""
    with _Refusal():
        yield


def computed(values):
    """Return what a container of arrays holds, each checked to be Dask's."""
    assert all(isinstance(value, da.Array) for value in values), values
    return dask.compute(*values, scheduler="synchronous")


def assert_alike(found, wanted):
    """Compare arrays, with their shapes and dtypes."""
    for ours, theirs in zip(found, wanted, strict=True):
        assert np.shape(ours) == np.shape(theirs)
        assert np.asarray(ours).dtype == np.asarray(theirs).dtype
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11)
