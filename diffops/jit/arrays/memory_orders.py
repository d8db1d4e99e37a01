"""In which order intermediate arrays lie in memory: a long axis last, if none is else.

Points in ten dimensions, for each of some components, have a short last axis. Loops
over it begin more often than they turn, and no vector fits into it. So an array of such
a shape, which no one else sees, lies with its longest axis last.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.jit.arrays.buffers import Shape, strides_of
from diffops.jit.numbers.functions import code_of
from diffops.jit.program import Operation, Program, in_full, shape_in
from diffops.rules.arithmetic import whole_power
from diffops.rules.casting import cast
from diffops.rules.contractions import _contract
from diffops.rules.reductions import sum_
from diffops.rules.selecting import chosen

#: A last axis of fewer entries is short; another one of so many, and so many times as
#: many, is long.
_SHORT, _LONG, _TIMES = 32, 64, 4

_REDUCTIONS = frozenset((sum_, np.max, np.min))
_PRODUCTS = frozenset((np.matmul, _contract))
_EACH = frozenset((chosen, whole_power, cast))
_STILL = frozenset((np.transpose, np.broadcast_to))

Orders = dict[Shape, tuple[int, ...]]


def memory_orders(program: Program) -> Orders:
    """Return the order of the axes in memory, of shapes where it is not that of C.

    These are shapes whose last axis is gone through apart: by a sum, a product, or
    because something is broadcast along it. Shapes of arguments, results and of what is
    reshaped keep the order of C, in which all axes are gone through as one.
    """
    parted: set[Shape] = set()
    multiplied: set[Shape] = set()
    fixed: set[Shape | None] = set()
    known = [*program.inputs, *program.outputs]
    known += [slot for slot, value in program.constants.items() if np.ndim(value)]
    fixed.update(_shape(program, slot) for slot in known)
    for step in map(in_full, program.short):
        if isinstance(step, Operation):
            spaces = [_shape(program, slot) for slot in step.slots]
            results = [_shape(program, slot) for slot in step.outputs]
            if step.function in _PRODUCTS:
                stacks = {s for s in (*spaces, *results) if s and len(s) > 2}
                parted |= stacks
                multiplied |= stacks
            elif step.function in _REDUCTIONS:
                parted |= {s for s in spaces[:1] if s and step.params.get("axis")}
            elif step.function in _EACH or code_of(step.function, exact=False):
                _note_broadcast(parted, spaces, results[0])
            elif not _keeps_order(step):
                fixed.update(spaces)
                fixed.update(results)
    found = {shape: _order(shape, shape in multiplied) for shape in parted - fixed}
    return {shape: order for shape, order in found.items() if order}


def _shape(program: Program, slot: int) -> Shape | None:
    kind = program.kinds[slot]
    return shape_in(kind) if "[" in kind else None


def _note_broadcast(
    parted: set[Shape], spaces: list[Shape | None], shape: Shape | None
) -> None:
    """Note the shape of a result along which an array was repeated."""
    if shape and any(s and s != shape and math.prod(s) > 1 for s in spaces):
        parted.add(shape)


def _keeps_order(step: Operation) -> bool:
    """Tell whether a step makes a window, whatever the order in memory."""
    if step.function in _STILL:
        return True
    key: Any = step.params.get("key", ...)
    parts = key if isinstance(key, tuple) else (key,)
    return step.name == "getitem" and all(
        isinstance(part, (slice, type(None), type(...))) or type(part) is int
        for part in parts
    )


def _order(shape: Shape, multiplied: bool) -> tuple[int, ...]:
    """Return the axes with a long one last; nothing where C's order does as well."""
    axes = range(len(shape) - 2 if multiplied else 0, len(shape))
    longest = max(axes, key=lambda axis: (shape[axis], axis))
    if shape[-1] >= _SHORT or shape[longest] < max(_LONG, _TIMES * shape[-1]):
        return ()
    if sum(n > 1 for n in shape) < 2:
        return ()
    return (*(i for i in range(len(shape)) if i != longest), longest)


def strides_in(shape: Shape, order: tuple[int, ...] | None) -> Shape:
    """Return the strides of an array whose axes lie in an order."""
    if not order:
        return strides_of(shape)
    steps = strides_of(tuple(shape[axis] for axis in order))
    return tuple(steps[order.index(axis)] for axis in range(len(shape)))
