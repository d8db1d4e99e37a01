"""Planning for a GPU, which says what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from diffops.engines.cupy import is_on_device
from diffops.jit.arrays.buffers import Buffer, View, strides_of, whole
from diffops.jit.arrays.nodes import NotOfArrays, Plan
from diffops.jit.arrays.planning import Planning
from diffops.jit.cuda.expressions import NotForCuda
from diffops.jit.program import Guard, Operation, Program


def planned(program: Program) -> Plan:
    """Return the plan of a program of arrays, or raise NotForCuda with the reason."""
    try:
        return _Planning(program).run()
    except NotOfArrays as error:
        reason = (
            "kernels take arrays of float64 or float32, and floats, and return such"
        )
        raise NotForCuda(str(error) or reason) from None


class _Planning(Planning):
    """Planning that says which step it refuses."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.sums.in_place = False  # kernels write windows, and add at places

    def _check(self, step: Operation) -> None:
        with _refusing(step.name):
            if any(map(is_on_device, _parts(step.params))):
                raise NotOfArrays  # an index, whose places the host does not know
            super()._check(step)

    def _computed(self, step: Operation) -> Any:
        with _refusing(step.name):
            return super()._computed(step)

    def _guard(self, step: Guard) -> None:
        with _refusing(f"the host reads a value{step.line}, which"):
            super()._guard(step)

    def constant(self, value: Any) -> Any:
        """Return a constant: of an array on a GPU its memory, which nobody reads.

        Single entries are read, to stand in the source.
        """
        if not is_on_device(value):
            return super().constant(value)
        if value.size == 1:
            return super().constant(value.get())
        if value.dtype.kind not in "fiub" or value.dtype.itemsize > 8 or not value.size:
            raise NotOfArrays
        order = sorted(range(value.ndim), key=lambda axis: -value.strides[axis])
        real = "float" if value.dtype == np.float32 else "double"
        dtype = np.float32 if real == "float" else np.float64
        plain = value.transpose(order).astype(dtype, copy=False)
        if not plain.flags.c_contiguous:
            order, plain = list(range(value.ndim)), value.astype(dtype, order="C")
        key = plain.data.ptr, plain.size
        if key not in self.tables:
            buffer = Buffer(plain.size, f"@constant{len(self.plan.constants)}", real)
            self.plan.constants.append((buffer, plain.reshape(-1)))
            self.tables[key] = whole(buffer, (plain.size,))
        strides = [0] * value.ndim
        for axis, stride in zip(order, strides_of(plain.shape), strict=True):
            strides[axis] = stride
        return View(self.tables[key].buffer, tuple(value.shape), tuple(strides))


def _parts(params: dict[str, Any]) -> Iterator[Any]:
    """Yield what parameters hold, but for arrays that are computed with."""
    for name, value in params.items():
        if name not in ("array", "condition"):
            yield from value if isinstance(value, tuple) else (value,)


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    try:
        yield
    except NotOfArrays:
        raise NotOfArrays(f"{what} is not for kernels here") from None
