"""Tracked arrays: sequences that can be indexed and written into."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain, is_sole
from diffops.errors import EscapedValueError, at_user_line
from diffops.index import getitem, update
from diffops.primitive import table, tracked_in
from diffops.tags import Tracked, lower, strip
from diffops.values.flat import Flat
from diffops.values.methods import ArrayMethods, shape_of
from diffops.values.operators import Operators, binary
from diffops.values.protocol import array_function, array_ufunc
from diffops.values.refusal import refuse
from diffops.values.scalar import AS_COMPLEX
from diffops.values.views import flat_view, has_views, refresh_views, write_base
from diffops.values.window import Watched, interface, watch


class ArrayValue(Operators):
    """A tracked array.

    Writing into it records a functional update and replaces what the object stands
    for, so that all names of the array, and the views of it, see the new entries.
    ``base`` and ``source`` are set on views, ``views`` on what has them,
    ``window`` on what NumPy has looked into.
    """

    __slots__ = ("__weakref__", "base", "source", "views", "window")

    __array_ufunc__ = array_ufunc
    __array_function__ = array_function

    def __len__(self) -> int:
        shape = self.shape
        if not shape:
            raise TypeError("len() of unsized object")
        return shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __contains__(self, item: Any) -> bool:
        return strip(item) in strip(self)

    def __getitem__(self, key: Any) -> Any:
        return table[getitem](self, key=_checked(key))

    def __setitem__(self, key: Any, value: Any) -> None:
        reuse = is_sole(self.primal) and (
            is_sole(self.carry) or not is_plain(self.carry)
        )
        self._check_running()
        self.become(table[update](self, value, key=_checked(key), reuse=reuse))

    def become(self, new: Any) -> None:
        """Stand for another value of the same shape from now on, and tell the views."""
        self._check_running()
        self._replace(new)
        write_base(self)
        refresh_views(self)

    def _check_running(self) -> None:
        if not self.level.running and not isinstance(lower(self), Tracked):
            raise EscapedValueError(
                "a tracked array was written into after its differentiation had ended"
                f"{at_user_line()}; return it from the function, or copy it first"
            )

    def _replace(self, new: ArrayValue) -> None:
        watched = isinstance(self, Watched)
        self.__class__ = new.__class__
        self.level = new.level
        self.primal = new.primal
        self.carry = new.carry
        if watched:
            watch(self)
        if hasattr(self, "window"):
            self.window.fill(self)

    @property
    def __array_interface__(self) -> dict[str, Any]:
        """What ``np.asarray(x)`` takes x for: an array of tracked numbers.

        Its memory is laid out anew, so strides must not be applied to it.
        """
        if sys._getframe(1).f_code.co_name == "as_strided":
            refuse(self, "as_strided(x)", "use indexing or sliding_window_view")
        if self.dtype.kind == "c":
            refuse(self, "np.asarray(x) of complex x", AS_COMPLEX)
        return interface(self)

    def _update_in_place(self, new: Any) -> Any:
        if np.shape(new) != self.shape:
            raise ValueError(
                f"non-broadcastable output operand with shape {self.shape} doesn't "
                f"match the broadcast shape {np.shape(new)}"
            )
        if isinstance(new, ArrayValue) and new.dtype == self.dtype:
            self.become(new)
        else:
            self[...] = new
        return self

    def _set_shape(self, shape: Any) -> None:
        if hasattr(self, "base") or isinstance(self, Watched) or has_views(self):
            raise AttributeError(
                "the shape of a tracked array that has views, or is one, cannot be set"
                f"{at_user_line()}; use x = x.reshape(...)"
            )
        self._replace(table[np.reshape](self, shape))

    shape = property(shape_of, _set_shape, doc="The shape of the value.")

    @property
    def flags(self) -> Any:
        """How the entries lie in memory."""
        return strip(self).flags

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        """Return the module whose functions take tracked arrays."""
        return np

    def fill(self, value: Any) -> None:
        """Set every entry."""
        self[...] = value

    def sort(self, axis: int = -1, kind: Any = None, order: Any = None) -> None:
        """Sort in place."""
        self[...] = np.sort(self, axis=axis)  # type: ignore[call-overload]

    def put(self, indices: Any, values: Any, mode: str = "raise") -> None:
        """Set the entries at flat indices; too few values are repeated."""
        indices = np.asarray(indices)
        if mode == "wrap":
            indices = indices % self.size
        elif mode == "clip":
            indices = np.clip(indices, 0, self.size - 1)
        self.flat[indices] = table[np.resize](values, indices.shape)

    def partition(
        self, kth: Any, axis: int = -1, kind: str = "introselect", order: Any = None
    ) -> None:
        """Sort in place as far as the entries at kth need."""
        self[...] = np.partition(self, kth, axis=axis)  # type: ignore[call-overload]

    @property
    def flat(self) -> Any:
        """The entries as a one-dimensional array, through which they are written."""
        return Flat(self, flat_view(self))

    @flat.setter
    def flat(self, values: Any) -> None:
        self[...] = table[np.resize](values, self.shape)

    @property
    def real(self) -> Any:
        """The real part."""
        return np.real(self)

    @real.setter
    def real(self, values: Any) -> None:
        self.real[...] = values

    @property
    def imag(self) -> Any:
        """The imaginary part."""
        return np.imag(self)

    @imag.setter
    def imag(self, values: Any) -> None:
        if self.dtype.kind != "c":
            raise TypeError("array does not have imaginary part to set")
        self.imag[...] = values

    def view(self, *args: Any) -> Any:
        """Return a view of the whole array; bits cannot be read as another dtype."""
        if args and np.dtype(args[0]) != self.dtype:
            refuse(self, "x.view(dtype)", "use x.astype(dtype)")
        return self[...]

    def tobytes(self, order: str = "C") -> bytes:
        """Refuse: bytes have no derivative."""
        refuse(self, "x.tobytes()", "use diffops.stop_gradient(x)")

    __hash__ = ArrayMethods.__hash__


def _in_place(function: np.ufunc) -> Any:
    compute = binary(function)

    def method(self: ArrayValue, other: Any) -> Any:
        new = compute(self, other)
        return new if new is NotImplemented else self._update_in_place(new)

    return method


for _name, _function in {
    "__iadd__": np.add,
    "__isub__": np.subtract,
    "__imul__": np.multiply,
    "__itruediv__": np.divide,
    "__ifloordiv__": np.floor_divide,
    "__imod__": np.remainder,
    "__ipow__": np.power,
    "__imatmul__": np.matmul,
}.items():
    setattr(ArrayValue, _name, _in_place(_function))


def _checked(key: Any) -> Any:
    """Refuse tracked values in an index, and copy the user's index arrays."""
    parts = key if key.__class__ is tuple else (key,)
    if tracked_in(parts):
        refuse(
            next(part for part in parts if isinstance(part, Tracked)),
            "indexing with x",
            "use int(diffops.stop_gradient(x))",
        )
    return key
