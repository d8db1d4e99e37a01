"""Sorting: the entries move, and their derivatives with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.engines.arrays import is_in_columns, is_plain
from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt, implements, table
from diffops.rules._batch_indexing import permuting
from diffops.rules._kinds import linear
from diffops.tags import Tracked


def permute(x: Any, order: Any, axis: int) -> Any:
    """Return the entries in an order that may vary between rows."""
    return np.take_along_axis(x, order, axis)


def _undo(g: Any, shape: tuple[int, ...], order: Any, axis: int) -> Any:
    if isinstance(order, Tracked):
        return permute_(g, order=table[np.argsort](order, axis=axis), axis=axis)
    if not is_plain(order):
        return permute_(g, order=np.argsort(order, axis=axis), axis=axis)
    inverse = np.empty_like(order)
    count = order.shape[axis]
    places = np.arange(count).reshape((-1,) + (1,) * (order.ndim - axis - 1))
    np.put_along_axis(inverse, order, np.broadcast_to(places, order.shape), axis)
    return permute_(g, order=inverse, axis=axis)


permute_ = linear(permute, transpose=_undo, batch=permuting, keyed=True)


def _settled(a: Any, axis: int | None, order: Any) -> tuple[Any, int]:
    """Return the array and the axis to sort along."""
    if order is not None:
        raise NoDerivativeError(
            f"sorting by order={order!r}{at_user_line()}: only structured arrays have "
            "fields, and those have no derivative; leave order= out"
        )
    a = adopt(a)
    if axis is None:
        return np.ravel(a), 0
    return a, np.lib.array_utils.normalize_axis_index(axis, np.ndim(a))


@implements(np.sort)
def sort(
    a: Any,
    axis: int | None = -1,
    kind: str | None = None,
    order: Any = None,
    *,
    stable: bool | None = None,
    **options: Any,
) -> Any:
    """Sort; equal entries stay in their order, whatever the kind.

    From NumPy 2.5 on there is ``descending``.
    """
    a, axis = _settled(a, axis, order)
    stably: Any = {"stable": True, **options} if options else {"kind": "stable"}
    y = permute_(a, order=np.argsort(a, axis=axis, **stably), axis=axis)
    return np.copy(y, order="F") if is_in_columns(a) else y


@implements(np.sort_complex)
def sort_complex(a: Any) -> Any:
    """Sort along the last axis, and return complex numbers."""
    a = np.sort(adopt(a))
    if a.dtype.kind == "c":
        return a
    return a.astype(np.result_type(a.dtype, np.complex128))


@implements(np.partition)
def partition(
    a: Any,
    kth: Any,
    axis: int | None = -1,
    kind: str = "introselect",
    order: Any = None,
) -> Any:
    """Move the kth entries of the order to their places, smaller ones before them."""
    a, axis = _settled(a, axis, order)
    return permute_(a, order=np.argpartition(a, kth, axis=axis), axis=axis)
