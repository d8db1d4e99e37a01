"""An array that keeps its entries to itself, as cupy.ndarray does.

It answers NumPy's two protocols and is refused everywhere else: nothing converts it
without being asked, and it meets no array of NumPy's.
"""

from types import SimpleNamespace

import numpy as np

from strict_arrays import calls
from strict_arrays.counting import transferred, uploaded
from strict_arrays.coverage import ADDABLE, DTYPES, METHODS, SCALARS, has, has_ufunc

IMPLICIT = (
    "Implicit conversion to a NumPy array is not allowed. Please use `.get()` to "
    "construct a NumPy array explicitly."
)


def holding(value):
    """Return the device array of what is an array or a number on the host."""
    held = np.asarray(value)
    if held.dtype.char not in DTYPES:
        raise ValueError(f"Unsupported dtype {held.dtype}")
    array = object.__new__(StrictArray)
    array._held = held
    return array


def _binary(ufunc):
    def operator(self, other):
        if not isinstance(other, np.ndarray) and _defers(other):
            return NotImplemented
        return ufunc(self, other)

    def reflected(self, other):
        return NotImplemented if _defers(other) else ufunc(other, self)

    def in_place(self, other):
        return ufunc(self, other, out=(self,))

    return operator, reflected, in_place


def _defers(other):
    """Tell whether the other operand is asked in our place."""
    return getattr(other, "__array_ufunc__", other) is None


def _comparison(ufunc):
    def compare(self, other):
        known = type(other) in SCALARS or hasattr(other, "__array_ufunc__")
        return ufunc(self, other) if known else NotImplemented

    return compare


def _unary(ufunc):
    return lambda self: ufunc(self)


def _method(name):
    def method(self, *args, **kwargs):
        return calls.run_method(name, self, args, kwargs)

    method.__name__ = name
    return method


class StrictArray:
    """An array on a device that is not there."""

    __slots__ = ("__weakref__", "_held")

    __array_priority__ = 100
    __hash__ = None

    def __init__(self, shape, dtype=float):
        self._held = holding(np.empty(shape, dtype))._held

    # NumPy's protocols

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if not has_ufunc(ufunc):
            return NotImplemented
        for value in (*inputs, *kwargs.get("out", ())) if method != "at" else ():
            if type(value) not in SCALARS and not isinstance(
                value, (StrictArray, np.ndarray)
            ):
                return NotImplemented
        return calls.run_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function, types, args, kwargs):
        if not has(function):
            return NotImplemented
        if not all(issubclass(kind, (StrictArray, np.ndarray)) for kind in types):
            return NotImplemented
        return calls.run_function(function, args, kwargs)

    def __array__(self, dtype=None, copy=None):
        raise TypeError(IMPLICIT)

    # The way to the host

    def get(self):
        """Return a copy of the entries as an array of NumPy's."""
        transferred()
        return self._held.copy()

    def set(self, array):
        """Take the entries of an array of NumPy's."""
        uploaded()
        self._held[...] = array

    def item(self, *args):
        """Return an entry as a number of Python's."""
        return self.get().item(*args)

    def tolist(self):
        """Return the entries as numbers of Python's."""
        return self.get().tolist()

    def tobytes(self):
        """Return the memory of the entries."""
        return self.get().tobytes()

    def __bool__(self):
        return bool(self.get())

    def __int__(self):
        return int(self.get())

    def __float__(self):
        return float(self.get())

    def __complex__(self):
        return complex(self.get())

    def __repr__(self):
        return repr(self.get()).replace("array", "strict_array", 1)

    def __format__(self, spec):
        return format(self.get(), spec)

    # What the host knows

    shape = property(lambda self: self._held.shape)
    ndim = property(lambda self: self._held.ndim)
    size = property(lambda self: self._held.size)
    dtype = property(lambda self: self._held.dtype)
    itemsize = property(lambda self: self._held.itemsize)
    nbytes = property(lambda self: self._held.nbytes)
    strides = property(lambda self: self._held.strides)
    T = property(lambda self: holding(self._held.T))
    real = property(lambda self: holding(self._held.real))
    imag = property(lambda self: holding(self._held.imag))

    @property
    def base(self):
        """The array that owns the memory, if it is another one."""
        return None if self._held.base is None else holding(self._held.base)

    @property
    def data(self):
        """Where the memory is."""
        return SimpleNamespace(ptr=self._held.ctypes.data, device_id=0)

    @property
    def device(self):
        """The device that the memory is on."""
        return SimpleNamespace(id=0)

    @property
    def flags(self):
        """How the entries lie in memory; whether one may write is not known."""
        flags = self._held.flags
        return SimpleNamespace(
            c_contiguous=flags.c_contiguous,
            f_contiguous=flags.f_contiguous,
            owndata=flags.owndata,
        )

    def __len__(self):
        return len(self._held)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    # Entries

    def __getitem__(self, key):
        return holding(calls.view(self._held, calls.index(key)))

    def __setitem__(self, key, value):
        if isinstance(value, np.ndarray):
            raise ValueError("non-scalar numpy.ndarray cannot be used for fill")
        key, value = calls.index(key), calls.unwrapped(value)
        calls.refuse_duplicates(self._held, key, value)
        self._held[key] = value

    def scatter_add(self, key, value):
        """Add to entries; one that is named twice gets both."""
        if self.dtype.char not in ADDABLE:
            raise TypeError(f"scatter_add does not support {self.dtype}")
        np.add.at(self._held, calls.index(key), calls.unwrapped(value))

    # Methods of ndarray

    def astype(self, dtype, order="K", casting=None, subok=None, copy=True):
        """Return the entries in another dtype."""
        if not copy and self.dtype == dtype:
            return self
        return holding(self._held.astype(dtype, order))

    def view(self, dtype=None):
        """Return a window on the same memory."""
        return holding(self._held.view() if dtype is None else self._held.view(dtype))

    def __copy__(self):
        return self.copy()

    def __deepcopy__(self, memo):
        return self.copy()

    for _name in METHODS:
        vars()[_name] = _method(_name)
    del _name

    # Operators

    __add__, __radd__, __iadd__ = _binary(np.add)
    __sub__, __rsub__, __isub__ = _binary(np.subtract)
    __mul__, __rmul__, __imul__ = _binary(np.multiply)
    __matmul__, __rmatmul__, _ = _binary(np.matmul)
    __truediv__, __rtruediv__, __itruediv__ = _binary(np.true_divide)
    __floordiv__, __rfloordiv__, __ifloordiv__ = _binary(np.floor_divide)
    __mod__, __rmod__, __imod__ = _binary(np.remainder)
    __pow__, __rpow__, __ipow__ = _binary(np.power)
    __divmod__, __rdivmod__, _ = _binary(np.divmod)
    __lshift__, __rlshift__, __ilshift__ = _binary(np.left_shift)
    __rshift__, __rrshift__, __irshift__ = _binary(np.right_shift)
    __and__, __rand__, __iand__ = _binary(np.bitwise_and)
    __or__, __ror__, __ior__ = _binary(np.bitwise_or)
    __xor__, __rxor__, __ixor__ = _binary(np.bitwise_xor)
    del _
    __neg__ = _unary(np.negative)
    __pos__ = _unary(np.positive)
    __abs__ = _unary(np.absolute)
    __invert__ = _unary(np.invert)
    __lt__ = _comparison(np.less)
    __le__ = _comparison(np.less_equal)
    __eq__ = _comparison(np.equal)
    __ne__ = _comparison(np.not_equal)
    __gt__ = _comparison(np.greater)
    __ge__ = _comparison(np.greater_equal)
