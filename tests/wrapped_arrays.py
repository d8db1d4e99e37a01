"""An array that is little more than NumPy's protocols around one of NumPy's.

Everything else that rules use of an array they must find in NumPy's functions, or among
the few attributes and methods that are here. Unlike CuPy's it takes all of NumPy's
functions.
"""

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from diffops.engines import arrays

arrays.libraries.add(__name__)


def _unwrapped(value):
    if isinstance(value, WrappedArray):
        return value._held
    if isinstance(value, np.ndarray):
        raise TypeError("a WrappedArray meets no array of NumPy's")
    if isinstance(value, (list, tuple)):
        return type(value)(map(_unwrapped, value))
    if isinstance(value, dict):
        return {name: _unwrapped(item) for name, item in value.items()}
    return value


def _wrapped(value):
    if isinstance(value, (np.ndarray, np.generic)):
        return WrappedArray(value)
    if type(value) in (list, tuple):
        return type(value)(map(_wrapped, value))
    return type(value)(*map(_wrapped, value)) if isinstance(value, tuple) else value


#: What answers with numbers of Python's, or tuples of them.
_OF_SHAPES = {np.shape, np.ndim, np.size, np.result_type}


class WrappedArray(NDArrayOperatorsMixin):
    """An array of which the operators and the protocols are all that there is."""

    __slots__ = ("_held",)
    __hash__ = None

    def __init__(self, held):
        self._held = np.asarray(held)

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        if method == "at":
            target, key, *values = inputs
            return ufunc.at(_unwrapped(target), _key(key), *map(_unwrapped, values))
        if not all(isinstance(x, _OPERANDS) for x in (*inputs, *out)):
            return NotImplemented
        options = _unwrapped(options)
        if out:
            options["out"] = _unwrapped(out)
        result = getattr(ufunc, method)(*_unwrapped(inputs), **options)
        return out[0] if out else _wrapped(result)

    def __array_function__(self, function, types, args, kwargs):
        if not all(issubclass(kind, (WrappedArray, np.ndarray)) for kind in types):
            return NotImplemented
        result = function(*_unwrapped(args), **_unwrapped(kwargs))
        return result if function in _OF_SHAPES else _wrapped(result)

    def __array__(self, dtype=None, copy=None):
        raise TypeError("a WrappedArray is no array of NumPy's")

    shape = property(lambda self: self._held.shape)
    dtype = property(lambda self: self._held.dtype)
    ndim = property(lambda self: self._held.ndim)
    size = property(lambda self: self._held.size)
    T = property(lambda self: WrappedArray(self._held.T))

    def __len__(self):
        return len(self._held)

    def __getitem__(self, key):
        return WrappedArray(self._held[_key(key)])

    def __setitem__(self, key, value):
        self._held[_key(key)] = _unwrapped(value)

    def __bool__(self):
        return bool(self._held)

    def __float__(self):
        return float(self._held)

    def astype(self, dtype, copy=True):
        """Return the entries in another dtype."""
        return WrappedArray(self._held.astype(dtype, copy=copy))

    def copy(self, order="K"):
        """Return a copy."""
        return WrappedArray(self._held.copy(order))

    def reshape(self, *shape):
        """Return the entries in another shape."""
        return WrappedArray(self._held.reshape(*shape))


_OPERANDS = (WrappedArray, int, float, complex, np.generic, np.ndarray)


def _key(key):
    if isinstance(key, tuple):
        return tuple(map(_key, key))
    return key._held if isinstance(key, WrappedArray) else key
