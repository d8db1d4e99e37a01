"""A recorded program as machine code: one of numbers, or one of arrays."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.jit.arrays.nodes import NotOfArrays
from diffops.jit.arrays.plan_source import array_source
from diffops.jit.arrays.sharing import THREADS
from diffops.jit.numbers.emission import number_source
from diffops.jit.numbers.small_arrays import NotOfNumbers
from diffops.jit.program import Operation, Program, shape_in
from diffops.jit.source import Source
from diffops.native.entry import callable_of, entry_source
from diffops.native.interface import (
    Array,
    Float,
    Float32,
    Float64,
    Input,
    Output,
    Signature,
)
from diffops.native.machine import AssemblyError, Code, assemble
from diffops.native.objects import available, symbols
from diffops.native.plain import caller
from diffops.native.pool import settings

#: Longer code is not improved: straight code runs as fast without, and LLVM takes four
#: times as long.
_LONG_CODE = 2000
#: While so many operations run, other threads may run too.
_LONG_RUN = 20_000
#: What numbers are to native code.
_NUMBERS: dict[str, Output] = {
    "float": Float(),
    "float64": Float64(),
    "float32": Float32(),
}
_DTYPES: dict[str, type[np.floating[Any]]] = {
    "float64": np.float64,
    "float32": np.float32,
}
#: LLVM takes long over more numbers one by one, as programs of float32 have them.
_MOST_SINGLES = 1000
#: Arrays that together have more entries are worth loops.
_MANY_ENTRIES = 1000


def compiled(
    program: Program,
    inputs: tuple[Input, ...],
    container: type[tuple[Any, ...]] | type[list[Any]] | None,
    name: str,
    exact: bool,
    threads: int = 1,
) -> Callable[..., Any] | None:
    """Return a native function of the arguments, or None where there can be none.

    It answers MISS to other arguments, MISMATCH where a guard does not hold. With
    ``exact`` its results have the bits of NumPy's. So many threads share large loops.
    """
    source = _source(program, exact)
    if source is None:
        return None
    outputs = tuple(_output(program, i) for i in range(len(program.outputs)))
    signature = Signature(inputs, outputs, container)
    level = 0 if source.length > _LONG_CODE else 2
    text, names = source.text, source.symbols
    if THREADS in text:
        names = {**names, THREADS: ctypes.addressof(settings(threads))}
    if available():
        long = source.operations > _LONG_RUN
        text += entry_source(signature, source.work_bytes, long=long)
        names = {**names, **symbols(signature)}
    else:
        text = text.replace("define internal i64 @core(", "define i64 @core(")
    try:
        code = assemble(text, optimise=level, codegen=level, symbols=names)
    except AssemblyError:
        return None
    holding = _Holding(code, source.keeps)
    if available():
        return callable_of(holding, signature, name)
    return caller(code.address("core"), signature, source.work_bytes, holding)


class _Holding:
    """Code, and the arrays that it reads."""

    def __init__(self, code: Code, arrays: tuple[Any, ...]) -> None:
        self.code = code
        self.arrays = arrays
        self.address = code.address


def _source(program: Program, exact: bool) -> Source | None:
    """Return a program as LLVM IR, by the way that suits it better, if by any."""
    ways: list[Callable[[], Source]] = [lambda: number_source(program, exact)]
    if not exact and not _has_many_singles(program):
        ways.insert(0 if _is_of_arrays(program) else 1, lambda: array_source(program))
    for way in ways:
        try:
            return way()
        except (NotOfArrays, NotOfNumbers):
            continue
    return None


def _has_many_singles(program: Program) -> bool:
    """Tell whether a program computes many numbers of float32."""
    return sum(kind == "float32" for kind in program.kinds) > _MOST_SINGLES


def _is_of_arrays(program: Program) -> bool:
    """Tell whether a program computes with arrays rather than with many numbers."""
    entries = numbers = 0
    for step in program.short:
        outputs = step.outputs if isinstance(step, Operation) else ()
        kinds = [program.kinds[slot] for slot in outputs]
        arrays = [math.prod(shape_in(kind)) for kind in kinds if "[" in kind]
        entries += sum(arrays)
        numbers += not arrays
    return entries > max(_MANY_ENTRIES, 100 * numbers)


def native_kind(kind: str) -> Output | None:
    """Return what a value of this kind is to native code; None if nothing."""
    name, is_array, _ = kind.partition("[")
    if is_array:
        dtype = _DTYPES.get(name)
        return None if dtype is None else Array(shape_in(kind), dtype)
    return _NUMBERS.get(name)


def _output(program: Program, place: int) -> Output:
    found = native_kind(program.kinds[program.outputs[place]])
    assert found is not None
    return found
