"""Runs a plan on a GPU, through an array library with CuPy's interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.jit.arrays.buffers import View
from diffops.jit.cuda.device_plan import CudaPlan, Launch, name_of
from diffops.jit.replay import MISMATCH
from diffops.values.scalar import is_number

#: Products are not joined to sums, so that each is rounded as NumPy rounds it.
OPTIONS = ("--fmad=false",)

_DTYPES = {"double": "float64", "float": "float32"}


class Runner:
    """A plan, compiled by an array module; called with the leaves of the arguments.

    It returns new device arrays, one for each output, or MISMATCH where a guard does
    not hold. Only guards are read by the host, all together at the end.

    Of the module ``xp`` it takes what CuPy has: ``RawModule``, of which functions are
    called with (grid), (block) and arrays, whose first entries they get the addresses
    of; ``asarray``, ``ascontiguousarray``, ``empty``, ``dot``, ``matmul`` and
    ``lib.stride_tricks.as_strided``. All of it happens on the module's current stream,
    and takes memory where the module takes its own.
    """

    def __init__(self, plan: CudaPlan, xp: Any) -> None:
        self.plan = plan
        self.xp = xp
        module = xp.RawModule(code=plan.source, options=OPTIONS)
        self.functions: dict[str, Callable[..., Any]] = {
            name: module.get_function(name) for name in plan.kernels
        }
        self.constants = {
            name: xp.asarray(array) for name, array in plan.constants.items()
        }
        self.dtypes = {name: _DTYPES[real] for name, real in plan.reals.items()}

    def __call__(self, *leaves: Any) -> Any:
        """Return the results for these leaves, or MISMATCH."""
        plan, xp = self.plan, self.xp
        memory = self.constants | self._inputs(leaves)
        outputs = [
            xp.empty(shape, dtype=self.dtypes[f"o{i}"])
            for i, shape in enumerate(plan.outputs)
        ]
        memory |= {f"o{i}": output.reshape(-1) for i, output in enumerate(outputs)}
        work = xp.empty(plan.work_size, dtype=_DTYPES["double"])
        for name, start in plan.work.items():
            begun = work[start:]
            real = plan.reals[name]
            memory[name] = begun if real == "double" else begun.view(_DTYPES[real])
        if plan.flag is not None:
            memory[name_of(plan.flag)][:1] = 0
        for step in plan.steps:
            if isinstance(step, Launch):
                arguments = tuple(_from(memory, view) for view in step.arguments)
                self.functions[step.name]((step.grid,), (step.block,), arguments)
            else:
                views = step.left, step.right, step.result
                left, right, result = (self._array(memory, view) for view in views)
                if result.ndim <= 2 and step.result.is_contiguous():
                    xp.dot(left, right, out=result)
                else:
                    result[...] = xp.matmul(left, right)
        if plan.flag is not None and bool(memory[name_of(plan.flag)][0]):
            return MISMATCH
        return outputs

    def _inputs(self, leaves: Sequence[Any]) -> dict[str, Any]:
        """Return the memory of the arguments; numbers are copied to it together."""
        xp, shapes = self.xp, self.plan.inputs
        memory = {}
        numbers: dict[str, list[int]] = {}
        for i, leaf in enumerate(leaves):
            dtype = self.dtypes[f"i{i}"]
            if is_number(leaf):
                numbers.setdefault(dtype, []).append(i)
                continue
            array = xp.ascontiguousarray(xp.asarray(leaf, dtype=dtype))
            memory[f"i{i}"] = array.reshape(-1)
            if array.shape != shapes[i] and shapes[i]:
                wanted = f"shape {shapes[i]} as argument {i}"
                raise TypeError(f"the plan takes {wanted}, not {array.shape}")
        for dtype, places in numbers.items():
            host = np.array([leaves[i] for i in places], dtype=dtype)
            together = xp.asarray(host)
            memory |= {f"i{i}": together[k:] for k, i in enumerate(places)}
        return memory

    def _array(self, memory: dict[str, Any], view: View) -> Any:
        """Return a window as an array of the module."""
        first = _from(memory, view)
        size = first.dtype.itemsize
        strides = tuple(stride * size for stride in view.strides)
        as_strided = self.xp.lib.stride_tricks.as_strided
        return as_strided(first, shape=view.shape, strides=strides)


def _from(memory: dict[str, Any], view: View) -> Any:
    """Return the memory from the first entry of a window on."""
    whole = memory[name_of(view.buffer)]
    return whole[view.offset :] if view.offset else whole
