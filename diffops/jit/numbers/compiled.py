"""A recorded program of numbers as machine code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diffops.jit.numbers.emission import source_of
from diffops.jit.numbers.lowering import lowered
from diffops.jit.numbers.small_arrays import NotOfNumbers
from diffops.jit.program import Program, shape_in
from diffops.native.entry import callable_of, entry_source
from diffops.native.layout import available, symbols
from diffops.native.machine import AssemblyError, assemble
from diffops.native.signature import (
    Array,
    Float,
    Float64,
    Input,
    Output,
    Signature,
    Static,
)

#: Longer code is not improved: straight code runs as fast without, and LLVM takes four
#: times as long.
_LONG_CODE = 2000
#: While so many operations run, other threads may run too.
_LONG_RUN = 20_000


def compiled(
    program: Program,
    inputs: tuple[Input, ...],
    container: type[tuple[Any, ...]] | type[list[Any]] | None,
    name: str,
    exact: bool,
) -> Callable[..., Any] | None:
    """Return a native function of the arguments, or None where there can be none.

    It answers MISS to other arguments, MISMATCH where a guard does not hold. With
    ``exact`` its results have the bits of NumPy's.
    """
    if not available():
        return None
    try:
        tape = lowered(program, exact)
    except NotOfNumbers:
        return None
    outputs = tuple(_output(program, i) for i in range(len(program.outputs)))
    signature = Signature(inputs, outputs, container)
    sizes = [_size(i) for i in inputs if not isinstance(i, Static)]
    source = source_of(tape, sizes)
    level = 0 if source.operations > _LONG_CODE else 2
    text = source.text + entry_source(
        signature, source.work_bytes, long=len(tape.codes) > _LONG_RUN
    )
    try:
        code = assemble(
            text,
            optimise=level,
            codegen=level,
            symbols={**source.symbols, **symbols(signature)},
        )
    except AssemblyError:
        return None
    return callable_of(code, signature, name)


def _output(program: Program, place: int) -> Output:
    slot = program.outputs[place]
    kind = program.kinds[slot]
    if "[" in kind:
        return Array(shape_in(kind))
    return Float() if kind == "float" or place in program.floats else Float64()


def _size(value: Any) -> int:
    size = 1
    for n in value.shape if isinstance(value, Array) else ():
        size *= n
    return size
