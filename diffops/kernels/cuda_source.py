"""Expressions as a CUDA kernel, which computes them for an entry of each array."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.kernels.symbols import NotElementwise, Power, Symbol
from diffops.native.codes import CHOSEN
from diffops.native.cuda_functions import prelude
from diffops.native.cuda_text import CODES, FROM_LIBM, LOOPED, number
from diffops.native.ufunc_codes import SAME

#: What an argument is: an array, one entry of an array for all, or a number.
ENTRIES, REPEATED, NUMBER = "entries", "repeated", "number"
_READS = {ENTRIES: "{}[i]", REPEATED: "{}[0]", NUMBER: "(real){}"}

#: Threads of a block.
BLOCK = 256
#: Loops go on from here in strides of the grid.
_MOST_BLOCKS = 2**16


def grid_of(count: int) -> int:
    """Return how many blocks go over so many entries."""
    return min(-(-count // BLOCK), _MOST_BLOCKS)


def source_of(real: str, kernels: Sequence[str]) -> str:
    """Return CUDA C that compiles: kernels, and the functions that they call."""
    return "\n".join([f"typedef {real} real;", prelude([]), *kernels])


def kernel_text(
    name: str,
    args: Sequence[Symbol],
    roles: Sequence[str],
    expressions: Sequence[Any],
) -> str:
    """Return a kernel from arguments to expressions, an array for each.

    Its parameters are the arguments, the arrays of the results, and the number of
    entries. An argument is an array by its ``role`` (`ENTRIES`, or `REPEATED`: one
    entry stands for all), or else a double. Raises NotElementwise where CUDA has no
    such function.
    """
    lines = _Lines(args)
    results = [lines.name(expression) for expression in expressions]
    parameters = [
        f"const double p{i}" if role == NUMBER else f"const real* __restrict__ p{i}"
        for i, role in enumerate(roles)
    ]
    parameters += [f"real* __restrict__ y{i}" for i in range(len(results))]
    reads = [
        f"const real x{i} = {_READS[role].format(f'p{i}')};"
        for i, role in enumerate(roles)
    ]
    writes = [f"y{i}[i] = {result};" for i, result in enumerate(results)]
    return "\n".join(
        [
            f'extern "C" __global__ void {name}'
            f"({', '.join(parameters)}, const long long n)",
            "{",
            "    const long long step = (long long)gridDim.x * blockDim.x;",
            "    long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;",
            "    for (; i < n; i += step) {",
            *(f"        {line}" for line in (*reads, *lines.lines, *writes)),
            "    }",
            "}",
            "",
        ]
    )


class _Lines:
    """The lines that compute expressions, each once."""

    def __init__(self, args: Sequence[Symbol]) -> None:
        self.lines: list[str] = []
        self._names = {id(arg): f"x{i}" for i, arg in enumerate(args)}

    def name(self, expression: Any) -> str:
        """Return the name of an expression, computing it if it is new."""
        if isinstance(expression, float):
            return number(expression)
        found = self._names.get(id(expression))
        if found is None:
            places = [self.name(operand) for operand in expression.operands]
            if expression.function is np.where:
                places = [*places[1:], places[0]]
            found = self._names[id(expression)] = f"v{len(self._names)}"
            text = _text_of(expression.function).format(*places)
            self.lines.append(f"const real {found} = {text};")
        return found


def _text_of(function: Any) -> str:
    """Return a function in CUDA C."""
    if isinstance(function, Power):
        return f"pow({{0}}, {number(function.exponent)})"
    code = CHOSEN if function is np.where else SAME.get(function)
    text = FROM_LIBM.get(function) if code is None else CODES[code]
    if text is None and _is_known(function):
        text = LOOPED.get(function.__name__)
    if text is None:
        raise NotElementwise
    return text


def _is_known(function: Any) -> bool:
    """Tell whether a function is NumPy's or SciPy's, not a namesake of one."""
    homes: list[Any] = [np, sys.modules.get("scipy.special")]
    name = getattr(function, "__name__", "")
    return any(getattr(home, name, None) is function for home in homes)
