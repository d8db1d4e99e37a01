"""From a recorded program to a plan of loop nests, moves and matrix products."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.engines.loading import copy
from diffops.jit.arrays.accumulating import Scattered, Sums
from diffops.jit.arrays.buffers import Buffer, Gather, Shape, View, whole
from diffops.jit.arrays.constant_arrays import ConstantArrays
from diffops.jit.arrays.long_sums import real_of_total
from diffops.jit.arrays.memory_orders import Orders, strides_in
from diffops.jit.arrays.moving import SPECIAL, write
from diffops.jit.arrays.nodes import (
    MOST_DEPTH,
    Each,
    Move,
    NotOfArrays,
    Plan,
    Reduce,
    depth_within,
)
from diffops.jit.arrays.reals import real_in, real_of, real_of_step
from diffops.jit.numbers.functions import code_of, power_code
from diffops.jit.program import (
    Guard,
    Operation,
    Program,
    Slot,
    in_full,
    kind_of,
    shape_in,
    slots_in,
)
from diffops.native import codes, singles
from diffops.native.codes import Code
from diffops.rules.arithmetic import whole_power
from diffops.rules.casting import cast
from diffops.rules.selecting import chosen

_NUMBERS = frozenset(("float", "float64", "float32", "bool"))
_SAME = (copy, np.real, np.conjugate, np.positive)


class Planning(ConstantArrays):
    """One program on its way to a plan: what its slots have become.

    That is a number (a Python float), a `View`, or an `Each` whose entries are computed
    where they are needed.
    """

    def __init__(self, program: Program, orders: Orders | None = None) -> None:
        super().__init__(Plan())
        self.program = program
        #: In which order arrays of a shape lie in memory, if not in that of C.
        self.orders = orders or {}
        self.found: list[Any] = [None] * len(program.kinds)
        self.sums = Sums(program, write)
        #: The level at which a buffer is written last.
        self.written: dict[int, int] = {}
        self.codes: dict[Any, Code | None] = {}
        #: The type that the step at hand computes in, and what was converted.
        self.real = "double"
        self.conversions: dict[Any, Each] = {}

    def run(self) -> Plan:
        """Return the plan, or raise NotOfArrays."""
        program = self.program
        for leaf, slot in enumerate(program.inputs):
            self.found[slot] = self._input(leaf, program.kinds[slot])
        for step in map(in_full, program.short):
            if isinstance(step, Guard):
                self._guard(step)
            else:
                self._check(step)
                value = self._computed(step)
                if real_in(program.kinds[step.outputs[0]]):
                    value = self.converted(value, self.shape(step.outputs[0]) or ())
                self.found[step.outputs[0]] = value
        for slot in program.outputs:
            real = real_in(program.kinds[slot])
            if real is None:
                raise NotOfArrays
            self.real = real
            value = self.value(slot)
            shape = self.shape(slot)
            alone = shape is None and (real == "double" or isinstance(value, Each))
            if not alone and not isinstance(value, View):
                value = self.stored(value, shape or ())
            self.plan.outputs.append(value)
        return self.plan

    def _input(self, leaf: int, kind: str) -> View:
        real = real_in(kind)
        shape = shape_in(kind) if "[" in kind else ()
        if real is None or math.prod(shape) == 0:  # loops run at least once
            raise NotOfArrays
        return whole(Buffer(math.prod(shape), f"%i{leaf}", real), shape)

    def _check(self, step: Operation) -> None:
        kinds = [self.program.kinds[slot].partition("[")[0] for slot in step.outputs]
        if step.several or kinds[0] not in _NUMBERS:
            raise NotOfArrays
        if kinds[0] == "bool" and step.name in ("add", "whole_power", "power"):
            raise NotOfArrays

    def shape(self, slot: int) -> Shape | None:
        """Return the shape of a slot; None of a number."""
        kind = self.program.kinds[slot]
        return shape_in(kind) if "[" in kind else None

    def value(self, slot: int) -> Any:
        """Return what a slot has become, entering it if it is a constant."""
        if self.found[slot] is None:
            self.found[slot] = self.constant(self.program.constants[slot])
        if isinstance(self.found[slot], Scattered):
            self.found[slot] = self.found[slot].written(self)
        return self.found[slot]

    # Levels

    def level(self, value: Any, shape: Shape) -> int:
        """Return the first level at which a nest over a shape can read a value."""
        if isinstance(value, Each):
            return value.level + (value.shape != shape)
        if isinstance(value, (View, Gather)):
            return self.written.get(id(value.buffer), -1) + 1
        return 0

    def each(self, code: Code, operands: list[Any], shape: Shape) -> Each:
        """Add an operation on each entry of a shape, in the type of the step."""
        real = "double" if code.guard else self.real
        if real == "float" and singles.in_single(code) is None:
            raise NotOfArrays
        level = max([0, *(self.level(operand, shape) for operand in operands)])
        depth = depth_within(operands, shape, level)
        if depth > MOST_DEPTH and shape:
            level, depth = level + 1, 1
        taken = [self._taken(operand, shape, level, real) for operand in operands]
        node = Each(code, taken, shape, level, real=real, depth=depth)
        self.plan.nodes.append(node)
        return node

    def _taken(self, value: Any, shape: Shape, level: int, real: str) -> Any:
        """Return a value as an operand of a nest, of a type."""
        value = self._operand(value, shape, level)
        if real_of(value) in (None, real):
            return value
        if isinstance(value, Each):
            shape, level = value.shape, value.level
        key = (id(value) if isinstance(value, Each) else value, shape, level, real)
        if key not in self.conversions:
            code = singles.NARROW if real == "float" else singles.WIDEN
            node = Each(code, [value], shape, level, real=real)
            self.conversions[key] = node
            self.plan.nodes.append(node)
        return self.conversions[key]

    def converted(self, value: Any, shape: Shape) -> Any:
        """Return a value in the type of the step."""
        if real_of(value) in (None, self.real):
            return value
        return self._taken(value, shape, self.level(value, shape), self.real)

    def _operand(self, value: Any, shape: Shape, level: int) -> Any:
        """Return a value as an operand of a nest over a shape, at a level."""
        if isinstance(value, Each):
            if not value.shape or (value.shape == shape and value.level == level):
                return value
            value = self.stored(value, value.shape)
        if isinstance(value, View) and shape in self.orders:
            return self.along(value.broadcast(shape), self.orders[shape][-1])
        if isinstance(value, (View, Gather)):
            return value.broadcast(shape)
        return value

    def stored(self, value: Any, shape: Shape) -> View:
        """Return a value as a window on memory."""
        if isinstance(value, View):
            return value
        if isinstance(value, Each):
            if value.stored is None:
                if not value.shape and shape:
                    return self.moved(value, shape)
                value.stored = self.new(value.shape, value.level, value.real)
            return value.stored
        return self.moved(value, shape)

    def new(self, shape: Shape, level: int, real: str | None = None) -> View:
        """Return new memory that is written at a level, of the type of the step."""
        view = self._plain(shape, level, real)
        return View(view.buffer, shape, strides_in(shape, self.orders.get(shape)))

    def _plain(self, shape: Shape, level: int, real: str | None = None) -> View:
        """Return new memory in the order of C."""
        buffer = Buffer(math.prod(shape), real=real or self.real)
        self.written[id(buffer)] = level
        self.plan.buffers.append(buffer)
        return whole(buffer, shape)

    def moved(self, value: Any, shape: Shape) -> View:
        """Return new memory filled with a value, in the order of C."""
        target = self._plain(shape, 0)
        self.move(value, target)
        return target

    def move(self, value: Any, target: View | Gather, adds: bool = False) -> None:
        """Copy entries to places in a buffer, or add them there."""
        if isinstance(value, Each) and value.shape:
            value = self.stored(value, value.shape)
        written = self.written.get(id(target.buffer), 0)
        level = max(self.level(value, target.shape), written)
        operand = self._taken(value, target.shape, level, target.buffer.real)
        self.plan.nodes.append(Move(operand, target, level, adds))
        self.written[id(target.buffer)] = level

    # Operations

    def _computed(self, step: Operation) -> Any:
        function, shape = step.function, self.shape(step.outputs[0])
        kind = () if shape is None else shape
        total = self.sums.added(self, step, kind)
        if total is not None:
            return total
        values = [self.value(slot) for slot in step.slots]
        self.real = real_of_step(self.program, step, values)
        if math.prod(kind) == 0:
            raise NotOfArrays
        if function in _SAME or function is cast:
            return values[0]
        if function is whole_power:
            return self._power(step, values[0], kind)
        if function is chosen:
            return self.each(codes.CHOSEN, [*values, self._condition(step)], kind)
        if any(True for _ in slots_in(list(step.params.values()))):
            raise NotOfArrays
        if getattr(function, "operates", False):
            function = getattr(np, function.__name__, function)
        special = SPECIAL.get(function)
        if special is not None:
            return special(self, step, values, kind)
        if function not in self.codes:
            self.codes[function] = code_of(function, exact=False)
        code = self.codes[function]
        if code is None or step.params:
            raise NotOfArrays
        y = self.each(code, values, kind)
        if step.name == "power" and self.program.kinds[step.outputs[0]] == "float":
            self.plan.guards.append(self.each(codes.GUARD_REAL, [y, *values], ()))
        return y

    def _condition(self, step: Operation) -> Any:
        condition = step.params["condition"]
        if isinstance(condition, Slot):
            return self.value(condition)
        return self.constant(condition)

    def _power(self, step: Operation, base: Any, shape: Shape) -> Any:
        n = self.program.constants[step.slots[1]]
        if n == 0:
            return 1.0
        if n == 1:
            return base
        code = power_code(n, exact=False)
        if code is not None:
            return self.each(code, [base], shape)
        power: Any = codes.POWER if not shape else code_of(np.power, exact=False)
        return self.each(power, [base, float(n)], shape)

    def _guard(self, step: Guard) -> None:
        if step.read is kind_of:
            return
        if step.read is not bool:
            raise NotOfArrays
        code = codes.GUARD_TRUE if step.expected else codes.GUARD_FALSE
        value = self.value(step.slot)
        if isinstance(value, Each) and value.shape:
            value = self.stored(value, value.shape)
        if isinstance(value, View):
            value = View(value.buffer, (), (), value.offset)
        self.plan.guards.append(self.each(code, [value], ()))

    def reduce(self, kind: str, value: Any, shape: Shape, axis: Any) -> View:
        """Reduce entries of a shape over axes, and keep those, in the order of C."""
        if axis is None:
            axes = tuple(range(len(shape)))
        else:
            axes = tuple(int(i) % len(shape) for i in np.atleast_1d(axis))
        kept = tuple(1 if i in axes else n for i, n in enumerate(shape))
        level = self.level(value, shape)
        if isinstance(value, Each) and value.shape != shape:
            value = self.stored(value, value.shape)
        real = real_of_total(kind, self.real, shape, axes)
        operand = self._taken(value, shape, level, real)
        result = self._plain(kept, level, real)
        self.plan.nodes.append(Reduce(kind, operand, shape, axes, level, result))
        return result if real == self.real else self.moved(result, kept)
