"""Which numbers a program of arrays computes with: doubles or singles, as NumPy does.

Types are named as LLVM names them: ``double`` and ``float``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.jit.arrays.buffers import Gather, View
from diffops.jit.arrays.nodes import Each
from diffops.jit.numbers.loop import literal as double_literal
from diffops.jit.program import Operation, Program

_REALS = {"float": "double", "float64": "double", "float32": "float"}

#: How many bytes an entry takes.
WIDTHS = {"double": 8, "float": 4}


def real_in(kind: str) -> str | None:
    """Return the type of the numbers of a kind; None of truth values, and others."""
    return _REALS.get(kind.partition("[")[0])


def real_of(value: Any) -> str | None:
    """Return the type of what a slot has become; None of a number, which suits any."""
    if isinstance(value, Each):
        return value.real
    return value.buffer.real if isinstance(value, (View, Gather)) else None


def real_of_step(program: Program, step: Operation, values: Sequence[Any]) -> str:
    """Return the type that an operation computes in.

    It is that of the result. Comparisons compute in what NumPy promotes the operands
    to, where Python's numbers are weak.
    """
    real = real_in(program.kinds[step.outputs[0]])
    if real is None:
        kinds = [program.kinds[slot].partition("[")[0] for slot in step.slots]
        real = real_in(str(np.result_type(*map(_example, kinds))))
    if real is None:
        reals = [real_of(value) for value in values]
        real = next((found for found in reals if found is not None), None)
    return real or "double"


def _example(kind: str) -> Any:
    """Return what stands for a kind where dtypes are promoted."""
    weak = {"float": 0.0, "int": 0, "bool": False}
    return weak[kind] if kind in weak else np.dtype(kind)


def literal(value: float, real: str) -> str:
    """Return a number as LLVM writes one of this type."""
    if real == "double":
        return double_literal(value)
    with np.errstate(over="ignore"):
        return double_literal(float(np.float32(value)))
