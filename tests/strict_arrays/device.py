"""What of CuPy's namespace is about devices, streams and memory."""

from types import SimpleNamespace

import numpy as np

from strict_arrays.array import holding

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


cuda = SimpleNamespace(
    Device=Device,
    get_current_stream=lambda: SimpleNamespace(synchronize=lambda: None),
    runtime=SimpleNamespace(
        getDeviceCount=lambda: 1,
        getDeviceProperties=lambda number: {"name": b"no GPU at all"},
    ),
)
#: Asked for, in bytes; memory comes from here alone.
allocated = []


def empty(shape, dtype=float):
    """Return memory that nobody should read before it is written."""
    found = np.full(shape, np.nan if np.dtype(dtype).kind in "fc" else 77, dtype)
    allocated.append(found.nbytes)
    return holding(found)


class RawModule:
    """CUDA source, compiled and run as if it were for the processor."""

    def __init__(self, *, code, options=()):
        assert isinstance(options, tuple)
        from cuda_on_cpu import RawModule as OnProcessor

        self._module = OnProcessor(code)

    def get_function(self, name):
        """Return a kernel, which takes arrays by the addresses of their entries."""
        run = self._module.get_function(name)

        def kernel(grid, block, args):
            launched.append(name)
            return run(grid, block, [_argument(arg) for arg in args])

        return kernel


#: The kernels that were launched, by their names.
launched = []


def _argument(arg):
    if isinstance(arg, np.generic):
        return arg
    assert arg.data.device_id == Device().id
    return arg._held


def as_strided(array, shape=None, strides=None):
    """Return a window with other strides."""
    window = np.lib.stride_tricks.as_strided
    return holding(window(array._held, shape, strides))


lib = SimpleNamespace(stride_tricks=SimpleNamespace(as_strided=as_strided))
