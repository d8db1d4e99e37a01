"""Constants of a plan: numbers, or windows on arrays that are kept."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from diffops.jit.arrays.buffers import Buffer, View, strides_of
from diffops.jit.arrays.nodes import NotOfArrays, Plan
from diffops.jit.arrays.reals import WIDTHS

#: Constants of so many entries are compared, to keep equal ones once.
_SMALL_TABLE = 10_000
#: What is repeated so often may be copied.
_FEW = 4


class ConstantArrays:
    """Enters constants into a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tables: dict[Any, View] = {}
        self._turned: dict[Any, View] = {}

    def constant(self, value: Any) -> Any:
        """Return a constant: a number if all entries are the same."""
        array = np.asarray(value)
        if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
            raise NotOfArrays
        if array.size and (array == array.flat[0]).all():
            number = float(array.flat[0])
            if number != array.flat[0]:
                raise NotOfArrays
            if array.size == 1 or not np.signbit(array).any() or number:
                return number
        if array.size == 0:
            raise NotOfArrays
        single = array.dtype == np.float32
        return self.table(array.astype(np.float32 if single else float, copy=False))

    def table(self, array: Any) -> View:
        """Return a constant array, of floats or of whole numbers, as a window."""
        real = "float" if array.dtype == np.float32 else "double"
        width = WIDTHS[real]
        strides = tuple(stride // width for stride in array.strides)
        whole_steps = all(s % width == 0 and s >= 0 for s in array.strides)
        if not (whole_steps and array.flags.aligned):
            array = np.ascontiguousarray(array)
            strides = strides_of(array.shape)
        key: Any = id(array)  # the plan keeps it
        if array.size <= _SMALL_TABLE:
            key = (array.dtype.char, array.shape, strides, array.tobytes("A"))
        if key not in self.tables:
            buffer = Buffer(array.size, f"@constant{len(self.plan.constants)}", real)
            self.plan.constants.append((buffer, array))
            self.tables[key] = View(buffer, array.shape, strides)
        return self.tables[key]

    def along(self, view: View, axis: int) -> View:
        """Return a window that is repeated with an axis last in memory, if it can be.

        That is so of a constant: a copy of it is small beside what is computed.
        """
        order = [i for i, step in enumerate(view.strides) if step and i != axis]
        order.append(axis)
        entries = math.prod(view.shape[i] for i in order)
        if view.strides[axis] <= 1 or _FEW * entries > math.prod(view.shape):
            return view
        if (view, axis) not in self._turned:
            self._turned[view, axis] = self._with_last(view, order)
        return self._turned[view, axis]

    def _with_last(self, view: View, order: list[int]) -> View:
        arrays = {id(buffer): array for buffer, array in self.plan.constants}
        array = arrays.get(id(view.buffer))
        if array is None:
            return view
        memory = as_strided(array, (view.buffer.size,), (array.itemsize,))
        steps = [view.strides[i] * array.itemsize for i in order]
        shape = [view.shape[i] for i in order]
        turned = self.table(
            np.ascontiguousarray(as_strided(memory[view.offset :], shape, steps))
        )
        strides = [0] * len(view.shape)
        for i, step in zip(order, turned.strides, strict=True):
            strides[i] = step
        return View(turned.buffer, view.shape, tuple(strides))
