"""What of a program the host computes: numbers that come from numbers alone.

Python's floats among the arguments, and what f makes of them, are no arrays of a GPU.
The host computes them as f does, decides by them, and hands over what kernels need.
"""

from __future__ import annotations

from diffops.jit.cuda.expressions import NotForCuda
from diffops.jit.program import Guard, Operation, Program


def parted(program: Program) -> tuple[Program, Program]:
    """Return the part for the host, and that for a GPU, on the same slots.

    The second one takes the arrays among the inputs, and behind them numbers of the
    first: those are its outputs, with what f returns of them. Raises NotForCuda where
    the host makes arrays, or reads what a GPU computed.
    """
    kinds = program.kinds
    given = (*program.inputs, *program.constants)
    numbers = {slot for slot in given if "[" not in kinds[slot]}
    on_host: list[Operation | Guard] = []
    on_device: list[Operation | Guard] = []
    for step in program.steps:
        outputs = () if isinstance(step, Guard) else step.outputs
        arrays = [slot for slot in outputs if "[" in kinds[slot]]
        if all(slot in numbers for slot in _reads(step)):
            if arrays:
                raise NotForCuda(f"{_name(step)} makes an array of NumPy's")
            on_host.append(step)
            numbers.update(outputs)
        elif len(arrays) < len(outputs):
            raise NotForCuda(f"{_name(step)} reads an array, and makes a number of it")
        else:
            on_device.append(step)
    read = {slot for step in on_device for slot in _reads(step)}
    wanted = (read | set(program.outputs)) & numbers - program.constants.keys()
    host, device = _part(program, on_host), _part(program, on_device)
    host.inputs = [slot for slot in program.inputs if slot in numbers]
    host.outputs = sorted(wanted)
    device.inputs = [slot for slot in program.inputs if slot not in numbers]
    device.inputs += sorted(read & wanted)
    device.outputs = [slot for slot in program.outputs if "[" in kinds[slot]]
    return host, device


def _part(program: Program, steps: list[Operation | Guard]) -> Program:
    part = Program()
    part.kinds, part.constants = program.kinds, program.constants
    part.short = list(steps)
    return part


def _reads(step: Operation | Guard) -> tuple[int, ...]:
    return (step.slot,) if isinstance(step, Guard) else step.reads()


def _name(step: Operation | Guard) -> str:
    return "a guard" if isinstance(step, Guard) else step.name
