"""From a recorded program to a plan of loop nests, moves and matrix products."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.jit.arrays.buffers import Buffer, Gather, Shape, View, strides_of, whole
from diffops.jit.arrays.moving import SPECIAL
from diffops.jit.arrays.nodes import Each, Move, NotOfArrays, Plan, Reduce
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
from diffops.native import codes
from diffops.native.codes import Code
from diffops.rules.arithmetic import whole_power
from diffops.rules.casting import cast
from diffops.rules.selecting import chosen

_NUMBERS = frozenset(("float", "float64", "bool"))
#: Constants of so many entries are compared, to keep equal ones once.
_SMALL_TABLE = 10_000
_SAME = (np.copy, np.real, np.conjugate, np.positive)


class Planning:
    """One program on its way to a plan: what its slots have become.

    That is a number (a Python float), a `View`, or an `Each` whose entries are computed
    where they are needed.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.plan = Plan()
        self.found: list[Any] = [None] * len(program.kinds)
        #: The level at which a buffer is written last.
        self.written: dict[int, int] = {}
        self.codes: dict[Any, Code | None] = {}
        self.tables: dict[Any, View] = {}

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
                self.found[step.outputs[0]] = self._computed(step)
        for slot in program.outputs:
            if program.kinds[slot].partition("[")[0] not in ("float", "float64"):
                raise NotOfArrays
            value = self._value(slot)
            shape = self.shape(slot)
            if shape is not None and not isinstance(value, View):
                value = self.stored(value, shape)
            self.plan.outputs.append(value)
        return self.plan

    def _input(self, leaf: int, kind: str) -> View:
        if kind in ("float", "float64"):
            return View(Buffer(1, f"%i{leaf}"), (), ())
        if not kind.startswith("float64["):
            raise NotOfArrays
        shape = shape_in(kind)
        if math.prod(shape) == 0:  # loops run at least once
            raise NotOfArrays
        return whole(Buffer(math.prod(shape), f"%i{leaf}"), shape)

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

    def _value(self, slot: int) -> Any:
        """Return what a slot has become, entering it if it is a constant."""
        if self.found[slot] is None:
            self.found[slot] = self.constant(self.program.constants[slot])
        return self.found[slot]

    def constant(self, value: Any) -> Any:
        """Return a constant: a number if all entries are the same."""
        array = np.asarray(value)
        if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
            raise NotOfArrays
        if array.size and (array == array.flat[0]).all():
            number = float(array.flat[0])
            if number != array.flat[0]:
                raise NotOfArrays
            if array.size == 1 or not np.signbit(array).any() or number:
                return number
        if array.size == 0:
            raise NotOfArrays
        return self.table(array.astype(float, copy=False))

    def table(self, array: Any) -> View:
        """Return a constant array of doubles, or of whole numbers, as a window."""
        strides = tuple(stride // 8 for stride in array.strides)
        whole_steps = all(stride % 8 == 0 and stride >= 0 for stride in array.strides)
        if not (whole_steps and array.flags.aligned):
            array = np.ascontiguousarray(array)
            strides = strides_of(array.shape)
        key: Any = id(array)  # the plan keeps it
        if array.size <= _SMALL_TABLE:
            key = (array.dtype.char, array.shape, strides, array.tobytes("A"))
        if key not in self.tables:
            buffer = Buffer(array.size, f"@constant{len(self.plan.constants)}")
            self.plan.constants.append((buffer, array))
            self.tables[key] = View(buffer, array.shape, strides)
        return self.tables[key]

    # Levels

    def level(self, value: Any, shape: Shape) -> int:
        """Return the first level at which a nest over a shape can read a value."""
        if isinstance(value, Each):
            return value.level + (value.shape != shape)
        if isinstance(value, (View, Gather)):
            return self.written.get(id(value.buffer), -1) + 1
        return 0

    def each(self, code: Code, operands: list[Any], shape: Shape) -> Each:
        """Add an operation on each entry of a shape."""
        level = max([0, *(self.level(operand, shape) for operand in operands)])
        taken = [self._operand(operand, shape, level) for operand in operands]
        node = Each(code, taken, shape, level)
        self.plan.nodes.append(node)
        return node

    def _operand(self, value: Any, shape: Shape, level: int) -> Any:
        """Return a value as an operand of a nest over a shape, at a level."""
        if isinstance(value, Each):
            if not value.shape or (value.shape == shape and value.level == level):
                return value
            value = self.stored(value, value.shape)
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
                value.stored = self.new(value.shape, value.level)
            return value.stored
        return self.moved(value, shape)

    def new(self, shape: Shape, level: int) -> View:
        """Return new memory that is written at a level."""
        buffer = Buffer(math.prod(shape))
        self.written[id(buffer)] = level
        self.plan.buffers.append(buffer)
        return whole(buffer, shape)

    def moved(self, value: Any, shape: Shape) -> View:
        """Return new memory filled with a value."""
        target = self.new(shape, 0)
        self.move(value, target)
        return target

    def move(self, value: Any, target: View | Gather, adds: bool = False) -> None:
        """Copy entries to places in a buffer, or add them there."""
        if isinstance(value, Each) and value.shape:
            value = self.stored(value, value.shape)
        written = self.written.get(id(target.buffer), 0)
        level = max(self.level(value, target.shape), written)
        operand = self._operand(value, target.shape, level)
        self.plan.nodes.append(Move(operand, target, level, adds))
        self.written[id(target.buffer)] = level

    # Operations

    def _computed(self, step: Operation) -> Any:
        function, shape = step.function, self.shape(step.outputs[0])
        kind = () if shape is None else shape
        values = [self._value(slot) for slot in step.slots]
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
            return self._value(condition)
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
        value = self._value(step.slot)
        if isinstance(value, Each) and value.shape:
            value = self.stored(value, value.shape)
        if isinstance(value, View):
            value = View(value.buffer, (), (), value.offset)
        self.plan.guards.append(self.each(code, [value], ()))

    def reduce(self, kind: str, value: Any, shape: Shape, axis: Any) -> View:
        """Reduce entries of a shape over axes, and keep those."""
        if axis is None:
            axes = tuple(range(len(shape)))
        else:
            axes = tuple(int(i) % len(shape) for i in np.atleast_1d(axis))
        kept = tuple(1 if i in axes else n for i, n in enumerate(shape))
        level = self.level(value, shape)
        if isinstance(value, Each) and value.shape != shape:
            value = self.stored(value, value.shape)
        operand = self._operand(value, shape, level)
        result = self.new(kept, level)
        self.plan.nodes.append(Reduce(kind, operand, shape, axes, level, result))
        return result
