"""A plan of arrays as CUDA: source, and the sequence of launches and products."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from diffops.jit.arrays.buffers import Buffer, Shape, View


@dataclass(frozen=True)
class Launch:
    """A kernel, by name, with blocks, threads in each, and windows as arguments.

    An argument is the address of the first entry of its window.
    """

    name: str
    grid: int
    block: int
    arguments: tuple[View, ...]

    @property
    def windows(self) -> tuple[View, ...]:
        """All that is read and written."""
        return self.arguments

    def __str__(self) -> str:
        places = ", ".join(map(_shown, self.arguments))
        return f"{self.name}<<<{self.grid}, {self.block}>>>({places})"


@dataclass(frozen=True)
class Multiply:
    """A matrix product, left to cuBLAS."""

    left: View
    right: View
    result: View

    @property
    def windows(self) -> tuple[View, ...]:
        """All that is read and written."""
        return self.left, self.right, self.result

    def __str__(self) -> str:
        left, right = (
            f"{_shown(view)}{list(view.shape)}" for view in (self.left, self.right)
        )
        return f"{_shown(self.result)} = {left} @ {right}"


@dataclass
class CudaPlan:
    """What a GPU would run: ``source``, and ``steps`` in one stream.

    Buffers are named i0, … (inputs), o0, … (outputs), constant0, … and w0, … (the
    workspace); ``work`` says where each of the last begins, in doubles, of
    ``work_size``. ``flag``, where there is one, is a buffer of the workspace: it is
    zero before, and another number afterwards if a guard does not hold. Nothing else
    has to be filled before, or read by the host.
    """

    source: str = ""
    steps: list[Launch | Multiply] = field(default_factory=list)
    inputs: list[Shape] = field(default_factory=list)
    outputs: list[Shape] = field(default_factory=list)
    #: The types (double or float) of inputs, outputs and parts of the workspace.
    reals: dict[str, str] = field(default_factory=dict)
    #: Entries of each constant, in memory's order: numbers, or whole numbers of places.
    constants: dict[str, Any] = field(default_factory=dict)
    work: dict[str, int] = field(default_factory=dict)
    work_size: int = 0
    flag: Buffer | None = None

    @property
    def kernels(self) -> list[str]:
        """The names of the kernels."""
        launches = [step for step in self.steps if isinstance(step, Launch)]
        return list(dict.fromkeys(launch.name for launch in launches))

    def __str__(self) -> str:
        lines = [
            f"{letter}{i}: {self.reals[f'{letter}{i}']}{list(shape)}"
            for letter, shapes in (("i", self.inputs), ("o", self.outputs))
            for i, shape in enumerate(shapes)
        ]
        lines += [
            f"{name}: {array.dtype}[{array.size}], constant"
            for name, array in self.constants.items()
        ]
        lines.append(f"workspace: double[{self.work_size}]")
        lines += map(str, self.steps)
        if self.flag is not None:
            lines.append(f"guard {name_of(self.flag)} -> 0.0")
        outputs = (f"o{i}" for i in range(len(self.outputs)))
        return "\n".join([*lines, f"return {', '.join(outputs)}"])


def name_of(buffer: Buffer) -> str:
    """Return what a plan calls a buffer."""
    return buffer.pointer.lstrip("%@")


def _shown(view: View) -> str:
    offset = f" + {view.offset}" if view.offset else ""
    return f"{name_of(view.buffer)}{offset}"
