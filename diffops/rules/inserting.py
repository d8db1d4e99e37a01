"""Inserting entries into arrays, and deleting some."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.primitive import adopt, implements
from diffops.rules._arguments import whole
from diffops.rules._fitting import shape_of


@implements(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """Insert values before the entries, or slices along an axis, that obj names.

    What comes where NumPy itself is asked, by inserting the places of the values.
    """
    arr, values = adopt(arr), adopt(values)
    obj = whole(obj, "the place of np.insert")
    if axis is None:
        arr, axis = np.ravel(arr), 0
    axis = range(np.ndim(arr))[axis]
    shape = shape_of(arr)
    values = np.reshape(
        values, (1,) * (len(shape) - np.ndim(values)) + np.shape(values)
    )
    if np.ndim(obj) == 0 and not isinstance(obj, slice):
        values = np.moveaxis(values, 0, axis)
    places = np.arange(shape[axis])
    count = shape_of(values)[axis]
    if count == 1:
        count = np.insert(places, obj, 0).size - places.size
    order = np.insert(places, obj, places.size + np.arange(count))
    block = (*shape[:axis], count, *shape[axis + 1 :])
    values = np.broadcast_to(values, block).astype(arr.dtype)
    return np.take(np.concatenate([arr, values], axis), order, axis)


@implements(np.delete)
def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    """Return the array without the entries, or slices along an axis, that obj names."""
    arr = adopt(arr)
    obj = whole(obj, "the place of np.delete")
    if axis is None:
        arr, axis = np.ravel(arr), 0
    return np.take(arr, np.delete(np.arange(shape_of(arr)[axis]), obj), axis)
