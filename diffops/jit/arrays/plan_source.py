"""A plan as LLVM IR: ``@core``, which calls loop nests and products in order."""

from __future__ import annotations

from diffops.jit.arrays.memory_orders import memory_orders
from diffops.jit.arrays.planning import Planning
from diffops.jit.arrays.straight import Straight
from diffops.jit.arrays.tabled import Tabled
from diffops.jit.program import Program
from diffops.jit.source import Source

#: More nodes are called by a table: LLVM takes minutes over thousands of calls.
_MOST_NODES = 200


def array_source(program: Program) -> Source:
    """Return a program of arrays, or raise NotOfArrays."""
    plan = Planning(program, memory_orders(program)).run()
    kind = Tabled if len(plan.nodes) > _MOST_NODES else Straight
    emission = kind(plan, len(program.inputs))
    text = emission.text()
    symbols = emission.symbols | {
        buffer.pointer[1:]: array.__array_interface__["data"][0]
        for buffer, array in plan.constants
    }
    work = 8 * emission.work
    keeps = (*(array for _, array in plan.constants), *emission.tables)
    return Source(text, emission.length, emission.operations, work, symbols, keeps)
