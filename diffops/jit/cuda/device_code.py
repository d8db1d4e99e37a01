"""A program of arrays of a GPU as kernels, in the place of its plain replay."""

from __future__ import annotations

from typing import Any

from diffops.engines.cupy import check_current
from diffops.jit.cuda.launches import cuda_plan
from diffops.jit.cuda.parting import parted
from diffops.jit.cuda.runner import Runner
from diffops.jit.program import Program
from diffops.jit.replay import MISMATCH, replay_of


class DeviceCode:
    """What runs a program on the GPU that its arrays lie on.

    Called with the leaves of the arguments, it returns a list of results, or MISMATCH.
    Raises NotForCuda where no kernel computes some step.
    """

    def __init__(self, program: Program, module: Any) -> None:
        host, device = parted(program)
        self.runner = Runner(cuda_plan(device), module)
        self._program = program
        self._compute_numbers = replay_of(host)
        self._numbers = host.outputs
        places = {slot: place for place, slot in enumerate(program.inputs)}
        self._on_host = [places[slot] for slot in host.inputs]
        arrays = [slot for slot in device.inputs if "[" in program.kinds[slot]]
        self._on_device = [places[slot] for slot in arrays]
        self._taken = device.inputs[len(arrays) :]

    def __call__(self, *leaves: Any) -> Any:
        """Return the results, new arrays, or MISMATCH where a guard does not hold."""
        arrays = [leaves[place] for place in self._on_device]
        for array in arrays:
            check_current(array, "an argument")
        made = self._compute_numbers(*(leaves[place] for place in self._on_host))
        if made is MISMATCH:
            return MISMATCH
        numbers = dict(zip(self._numbers, made, strict=True))
        found = self.runner(*arrays, *(numbers[slot] for slot in self._taken))
        if found is MISMATCH:
            return MISMATCH
        numbers |= self._program.constants
        rest = iter(found)
        kinds = self._program.kinds
        return [
            next(rest) if "[" in kinds[slot] else numbers[slot]
            for slot in self._program.outputs
        ]
