"""Tracked arrays: sequences that can be indexed and written into."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain, is_sole
from diffops.engines.creating import alongside
from diffops.engines.loading import is_lazy
from diffops.engines.scipy_sparse import asks_for_its_turn, opaque_interface
from diffops.errors import EscapedValueError, at_user_line
from diffops.index import getitem, update
from diffops.primitive import table, tracked_in
from diffops.tags import Tracked, lower, strip
from diffops.values.flat import Flat
from diffops.values.methods import shape_from, shape_of
from diffops.values.operators import binary
from diffops.values.protocol import array_function, array_ufunc
from diffops.values.raw import RawMethods
from diffops.values.refusal import refuse
from diffops.values.scalar import AS_COMPLEX
from diffops.values.views import flat_view, has_views, refresh_views, write_base
from diffops.values.window import Watched, interface, watch


class ArrayValue(RawMethods):
    """A tracked array.

    Writing into it records a functional update and replaces what the object stands
    for, so that all names of the array, and the views of it, see the new entries.
    ``owner`` and ``source`` are set on views, ``views`` on what has them, ``window``
    on what NumPy has looked into, ``split`` on what has roots (see `roots`).
    """

    __slots__ = ("__weakref__", "owner", "source", "split", "views", "window")

    split: Any
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
        return bool(np.any(strip(self) == strip(item)))

    def __getitem__(self, key: Any) -> Any:
        key = _checked(key)
        return table[getitem](self, key=key)

    def __setitem__(self, key: Any, value: Any) -> None:
        if _is_mask(key) and key.shape == self.shape and not np.ndim(value):
            chosen = np.where(key, value, self)  # type: ignore[call-overload]
            key, value = ..., chosen  # whatever the mask is
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
        if hasattr(new, "split"):
            self.split = new.split
        if watched:
            watch(self)
        if hasattr(self, "window"):
            self.window.fill(self)

    @property
    def __array_interface__(self) -> dict[str, Any]:
        """What ``np.asarray(x)`` takes x for: an array of tracked numbers.

        Its memory is laid out anew, so strides must not be applied to it.
        """
        frame = sys._getframe(1)
        if asks_for_its_turn(frame):
            return opaque_interface()
        if is_lazy(self):
            refuse(
                self, "np.asarray(x)", "keep to NumPy's functions and to x's methods"
            )
        if frame.f_code.co_name == "as_strided":
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

    def _is_shared(self) -> bool:
        return hasattr(self, "owner") or isinstance(self, Watched) or has_views(self)

    @property
    def base(self) -> Any:
        """The array that this one is a view of, or None."""
        return getattr(self, "owner", None)

    def _set_shape(self, shape: Any) -> None:
        if self._is_shared():
            raise AttributeError(
                "the shape of a tracked array that has views, or is one, cannot be set"
                f"{at_user_line()}; use x = x.reshape(...)"
            )
        self._replace(table[np.reshape](self, shape))

    shape = property(shape_of, _set_shape, doc="The shape of the value.")

    def resize(self, *shape: Any, refcheck: bool = True) -> None:
        """Change the shape in place: entries are cut off, or zeros come after them."""
        if self._is_shared():
            raise ValueError(
                "cannot resize a tracked array that has views, or is one"
                f"{at_user_line()}; use np.resize, which returns a new array"
            )
        self._check_running()
        shape = shape_from(shape)
        length = np.empty(shape, bool).size
        entries = table[np.ravel](self)[:length]
        zeros = np.zeros(length - len(entries), self.dtype)
        filled = np.concatenate([entries, zeros])
        self._replace(table[np.reshape](filled, shape))

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        """Return the module whose functions take tracked arrays."""
        return np

    def fill(self, value: Any) -> None:
        """Set every entry."""
        self[...] = value

    def sort(
        self,
        axis: int = -1,
        kind: Any = None,
        order: Any = None,
        *,
        stable: Any = None,
        **options: Any,
    ) -> None:
        """Sort in place."""
        self[...] = table[np.sort](self, axis=axis, order=order, **options)

    def put(self, indices: Any, values: Any, mode: str = "raise") -> None:
        """Set the entries at flat indices; too few values are repeated."""
        indices = indices if hasattr(indices, "dtype") else np.asarray(indices)
        if mode == "wrap":
            indices = indices % self.size
        elif mode == "clip":
            indices = np.clip(indices, 0, self.size - 1)
        self.flat[indices] = table[np.resize](alongside(values, self), indices.shape)

    def partition(
        self, kth: Any, axis: int = -1, kind: str = "introselect", order: Any = None
    ) -> None:
        """Sort in place as far as the entries at kth need."""
        self[...] = table[np.partition](self, kth, axis=axis, order=order)

    @property
    def flat(self) -> Any:
        """The entries as a one-dimensional array, through which they are written."""
        return Flat(self, flat_view(self))

    @flat.setter
    def flat(self, values: Any) -> None:
        self[...] = table[np.resize](alongside(values, self), self.shape)

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

    def view(self, dtype: Any = None, type: Any = None) -> Any:
        """Return a view of the whole array; bits cannot be read as another dtype."""
        kinds = [kind for kind in (dtype, type) if kind is not None]
        if any(kind is not np.ndarray and kind != self.dtype for kind in kinds):
            refuse(self, "x.view(dtype)", "use x.astype(dtype)")
        return self[...]

    __hash__: Any = None  # like ndarray


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


def _is_mask(key: Any) -> bool:
    """Tell whether an index is a mask that a mode keeps tracked."""
    return isinstance(key, Tracked) and key.dtype.kind == "b"  # type: ignore[attr-defined]


def _checked(key: Any) -> Any:
    """Refuse differentiated values in an index; those of a batch may stand there."""
    parts = key if key.__class__ is tuple else (key,)
    return tuple(_indices(parts)) if tracked_in(parts) else key


def _indices(parts: Any) -> Iterator[Any]:
    """Yield the parts of an index, with the places of a batched mask for itself."""
    for part in parts:
        kind = part.dtype.kind if isinstance(part, Tracked) else ""  # type: ignore[attr-defined]
        if kind == "b":
            yield from np.nonzero(part)
        elif kind in ("", "i", "u") and not isinstance(part, list):
            yield part
        else:
            refuse(part, "indexing with x", "use int(diffops.stop_gradient(x))")
