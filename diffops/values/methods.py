"""ndarray's attributes and methods, on tracked numbers and arrays alike.

Each one is the NumPy function of its name; none of them drops a derivative.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.errors import INSTEAD_OF_SCIPY, function_of_scipy
from diffops.primitive import table
from diffops.tags import Tracked, example, strip
from diffops.values.refusal import refuse
from diffops.values.rooted import as_root


def _method(function: Callable[..., Any], name: str = "") -> Callable[..., Any]:
    """Return a method that calls what the table has for a NumPy function."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return function(self, *args, **kwargs)

    method.__name__ = name or function.__name__
    method.__doc__ = f"Same as ``np.{function.__name__}`` of this value."
    return method


def shape_from(args: tuple[Any, ...]) -> Any:
    """Return the shape of ``x.reshape(2, 3)`` and ``x.reshape((2, 3))`` alike."""
    return args[0] if len(args) == 1 else args


def shape_of(value: Any) -> tuple[int, ...]:
    """Return the shape of a value, tracked or not."""
    return getattr(example(value), "shape", ())


class ArrayMethods(Tracked):
    """Attributes and methods that every tracked value shares with ndarray."""

    __slots__ = ()

    shape = property(shape_of, doc="The shape of the value.")

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of entries."""
        return math.prod(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the value; that of a Python float is float64."""
        plain = example(self)
        return plain.dtype if hasattr(plain, "dtype") else np.result_type(type(plain))

    @property
    def itemsize(self) -> int:
        """The bytes of one entry."""
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        """The bytes of all entries."""
        return self.size * self.itemsize

    @property
    def T(self) -> Any:
        """The transpose."""
        return np.transpose(self) if self.ndim > 1 else self  # type: ignore[call-overload]

    @property
    def mT(self) -> Any:
        """The transpose of the last two axes."""
        return np.swapaxes(self, -1, -2)  # type: ignore[call-overload]

    @property
    def real(self) -> Any:
        """The real part."""
        return np.real(self)

    @property
    def imag(self) -> Any:
        """The imaginary part."""
        return np.imag(self)

    all = _method(np.all)
    any = _method(np.any)
    argmax = _method(np.argmax)
    argmin = _method(np.argmin)
    argpartition = _method(np.argpartition)
    argsort = _method(np.argsort)
    choose = _method(np.choose)
    clip = _method(np.clip)
    cumprod = _method(np.cumprod)
    cumsum = _method(np.cumsum)
    diagonal = _method(np.diagonal)
    dot = _method(np.dot)
    max = _method(np.max)
    mean = _method(np.mean)
    min = _method(np.min)
    nonzero = _method(np.nonzero)
    prod = _method(np.prod)
    ravel = _method(np.ravel)
    repeat = _method(np.repeat)
    round = _method(np.round)
    searchsorted = _method(np.searchsorted)
    squeeze = _method(np.squeeze)
    std = _method(np.std)
    sum = _method(np.sum)
    swapaxes = _method(np.swapaxes)
    take = _method(np.take)
    trace = _method(np.trace)
    var = _method(np.var)

    def conj(self) -> Any:
        """Return the complex conjugate, which of a real value is the value itself."""
        return self if self.dtype.kind != "c" else np.conjugate(self)  # type: ignore[call-overload]

    conjugate = conj

    def compress(self, condition: Any, axis: Any = None, out: Any = None) -> Any:
        """Return the slices at which the condition holds."""
        return np.compress(condition, self, axis=axis, out=out)  # type: ignore[call-overload]

    def copy(self, order: str = "C") -> Any:
        """Return a copy, which later writes into this array do not reach."""
        return np.copy(self, order=order)  # type: ignore[call-overload]

    def flatten(self, order: str = "C") -> Any:
        """Return a one-dimensional copy."""
        return np.copy(np.ravel(self, order=order))  # type: ignore[call-overload]

    def reshape(self, *shape: Any, **kwargs: Any) -> Any:
        """Return the entries in another shape."""
        shape = shape_from(shape) if shape else kwargs.pop("shape")
        return np.reshape(self, shape, **kwargs)  # type: ignore[call-overload]

    def transpose(self, *axes: Any) -> Any:
        """Return the array with its axes permuted."""
        return np.transpose(self, shape_from(axes) if axes else None)  # type: ignore[call-overload]

    def astype(
        self,
        dtype: Any,
        order: str = "K",
        casting: str = "unsafe",
        subok: bool = True,
        copy: bool = True,
    ) -> Any:
        """Return the value with another dtype; integers have no derivative."""
        return table[np.astype](self, dtype, copy=copy)

    def item(self, *index: Any) -> Any:
        """Return one entry as a tracked number."""
        if not index and self.size != 1:
            raise ValueError("can only convert an array of size 1 to a scalar")
        flat = np.ravel(self)  # type: ignore[call-overload]
        if len(index) > 1 or (index and isinstance(index[0], tuple)):
            return self[shape_from(index)]  # type: ignore[index]
        return flat[index[0] if index else 0]

    def tolist(self) -> Any:
        """Return the entries as (nested lists of) tracked numbers."""
        return [x.tolist() for x in self] if self.ndim else self.item()  # type: ignore[attr-defined]

    def __complex__(self) -> complex:
        return complex(self._plain("complex(x)", "use NumPy's complex functions"))

    def __float__(self) -> float:
        if scipy := function_of_scipy():
            return float(self._plain(scipy, INSTEAD_OF_SCIPY))
        return float(
            self._plain(
                "float(x), math.*, or writing into a plain array",
                "use np.* functions instead of math.*; allocate arrays that are to "
                "hold tracked values with np.zeros_like(x) or np.zeros(n, like=x), or "
                "build them with np.stack([...]); to drop the derivative on purpose "
                "use diffops.stop_gradient",
            )
        )

    def __int__(self) -> int:
        return int(
            self._plain("int(x)", "use np.floor(x), or int(diffops.stop_gradient(x))")
        )

    def __index__(self) -> int:
        value = self._plain(
            "using x as an index or a count", "use int(diffops.stop_gradient(x))"
        )
        return value.__index__()

    def _plain(self, what: str, advice: str) -> Any:
        """Return the value of a differentiation that has ended; else refuse.

        Of several entries NumPy refuses to make a number too: nothing is lost there.
        """
        if self.size != 1:
            raise TypeError("only arrays of size 1 can be converted to Python scalars")
        value: Any = self
        while isinstance(value, Tracked):
            if value.level.running:
                refuse(value, what, advice)
            value = value.value()
        return value

    def __bool__(self) -> bool:
        return bool(strip(self))

    def __hash__(self) -> int:
        """Return the hash of the value: equal numbers have equal ones."""
        return hash(strip(self))

    def as_root(self, square: Callable[[], Any], *origin: Any, **options: Any) -> Any:
        """Return this value as one that knows the square of a root that it has."""
        return as_root(self, square, origin, **options)

    def __copy__(self) -> Any:
        return self.copy()

    def __deepcopy__(self, memo: Any) -> Any:
        return self.copy()

    def __reduce__(self) -> Any:
        refuse(self, "pickling x", "pickle diffops.stop_gradient(x)")

    def __repr__(self) -> str:
        state = "" if self.level.running else ", ended"
        return f"{type(self).__name__}({strip(self)!r}, tag={self.level.tag}{state})"

    def __format__(self, spec: str) -> str:
        return format(strip(self), spec) if spec else str(self)

    def __str__(self) -> str:
        return repr(self)
