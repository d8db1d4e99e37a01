"""Runs a plan on a GPU, through an array library with CuPy's interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diffops.jit.arrays.buffers import View
from diffops.jit.cuda.device_plan import CudaPlan, Launch, name_of
from diffops.jit.replay import MISMATCH

#: Products are not joined to sums, so that each is rounded as NumPy rounds it.
OPTIONS = ("--fmad=false",)


class Runner:
    """A plan, compiled by an array module; called with the leaves of the arguments.

    It returns new device arrays, one for each output, or MISMATCH where a guard does
    not hold. Only guards are read by the host, all together at the end.

    Of the module ``xp`` it takes what CuPy has: ``RawModule``, of which functions are
    called with (grid), (block) and arrays, whose first entries they get the addresses
    of; ``asarray``, ``ascontiguousarray``, ``empty``, ``matmul`` and
    ``lib.stride_tricks.as_strided``.
    """

    def __init__(self, plan: CudaPlan, xp: Any) -> None:
        self.plan = plan
        self.xp = xp
        self.dtype = {"double": "float64", "float": "float32"}[plan.real]
        module = xp.RawModule(code=plan.source, options=OPTIONS)
        self.functions: dict[str, Callable[..., Any]] = {
            name: module.get_function(name) for name in plan.kernels
        }
        self.constants = {
            name: xp.asarray(
                array, dtype=None if array.dtype.kind == "i" else self.dtype
            )
            for name, array in plan.constants.items()
        }

    def __call__(self, *leaves: Any) -> Any:
        """Return the results for these leaves, or MISMATCH."""
        plan, xp = self.plan, self.xp
        memory = dict(self.constants)
        for i, leaf in enumerate(leaves):
            array = xp.ascontiguousarray(xp.asarray(leaf, dtype=self.dtype))
            if array.shape != plan.inputs[i] and plan.inputs[i]:
                wanted = f"shape {plan.inputs[i]} as argument {i}"
                raise TypeError(f"the plan takes {wanted}, not {array.shape}")
            memory[f"i{i}"] = array.reshape(-1)
        outputs = [xp.empty(shape, dtype=self.dtype) for shape in plan.outputs]
        memory |= {f"o{i}": output.reshape(-1) for i, output in enumerate(outputs)}
        work = xp.empty(plan.work_size, dtype=self.dtype)
        memory |= {name: work[start:] for name, start in plan.work.items()}
        if plan.flag is not None:
            memory[name_of(plan.flag)][:1] = 0
        for step in plan.steps:
            if isinstance(step, Launch):
                arguments = tuple(
                    memory[name_of(view.buffer)][view.offset :]
                    for view in step.arguments
                )
                self.functions[step.name]((step.grid,), (step.block,), arguments)
            else:
                operands = (
                    self._array(memory, view) for view in (step.left, step.right)
                )
                self._array(memory, step.result)[...] = xp.matmul(*operands)
        if plan.flag is not None and bool(memory[name_of(plan.flag)][0]):
            return MISMATCH
        return outputs

    def _array(self, memory: dict[str, Any], view: View) -> Any:
        """Return a window as an array of the module."""
        first = memory[name_of(view.buffer)][view.offset :]
        size = first.dtype.itemsize
        strides = tuple(stride * size for stride in view.strides)
        as_strided = self.xp.lib.stride_tricks.as_strided
        return as_strided(first, shape=view.shape, strides=strides)
