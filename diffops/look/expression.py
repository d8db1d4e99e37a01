"""Expressions: operations as formulas that people read, ``v₁ × v₂ + sin v₃``.

They are read off recorded programs, be that of f or of a rule. What is rewritten is how
rules come to be written: ``a × (1 / b)`` is shown as ``a / b``, ``a + b × (−1)`` as
``a − b``, and the product that keeps zeros strong as a product.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from diffops.jit.program import Operation, Program, Slot


class Name(NamedTuple):
    """A value that has a name: its slot."""

    slot: int


class Number(NamedTuple):
    """A constant number."""

    value: Any


class Call(NamedTuple):
    """A function of expressions; ``part`` tells which of several results is meant."""

    name: str
    args: tuple[Any, ...]
    params: tuple[tuple[str, Any], ...] = ()
    part: int | None = None


Expression = Name | Number | Call

#: An expression of more parts than this has no short formula.
MOST_PARTS = 24


class TooLong(Exception):
    """A formula has so many parts that nobody would read it."""


def call_of(step: Operation, program: Program) -> Call:
    """Return what one operation computes, of values that have names."""
    return _call(step, None, lambda slot: _leaf(slot, program))


def expression_of(slot: int, program: Program, named: set[int]) -> Expression:
    """Return what a slot holds as an expression of the named ones.

    Raises `TooLong`.
    """
    makers = {out: step for step in program.operations for out in step.outputs}
    count = 0

    def build(slot: int) -> Expression:
        nonlocal count
        count += 1
        if count > MOST_PARTS:
            raise TooLong
        if slot in named or slot not in makers:
            return _leaf(slot, program)
        step = makers[slot]
        if step.name == "stop_gradient":  # of a number that a rule looks at
            return build(step.slots[0])
        part = step.outputs.index(slot) if len(step.outputs) > 1 else None
        return _simplified(_call(step, part, build))

    return build(slot)


def _leaf(slot: int, program: Program) -> Expression:
    value = program.constants.get(slot)
    return Name(slot) if value is None or np.ndim(value) else Number(value)


def _call(
    step: Operation, part: int | None, build: Callable[[int], Expression]
) -> Call:
    usual = _defaults(step.function)
    params = tuple(
        (name, _with_expressions(value, build))
        for name, value in step.params.items()
        if not _is_usual(value, usual.get(name))
    )
    if step.name == "transpose" and params == (("axes", (1, 0)),):
        params = ()
    args = tuple(map(build, step.slots))
    if step.name == "chosen":
        ((_, condition),) = params
        plain = not isinstance(condition, (Name, Number, Call))
        args, params = (Number(condition) if plain else condition, *args), ()
    if step.name == "beside":  # what it stands beside has no part in it
        args = ()
    return Call(_NAMES.get(step.name, step.name), args, params, part)


def _with_expressions(value: Any, build: Callable[[int], Expression]) -> Any:
    """Return a parameter with expressions for the slots in it."""
    if isinstance(value, Slot):
        return build(value)
    if isinstance(value, (tuple, list)):
        return type(value)(_with_expressions(item, build) for item in value)
    return value


def _is_usual(value: Any, default: Any) -> bool:
    """Tell whether a parameter says nothing that is not so without it."""
    if value is False:
        return default not in (inspect.Parameter.empty, True)
    return value is None or (isinstance(value, str) and value == default)


@functools.cache
def _defaults(function: Callable[..., Any]) -> dict[str, Any]:
    """Return what the parameters of a function are unless it is told."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}
    return {name: parameter.default for name, parameter in parameters.items()}


#: What rules call otherwise than NumPy does, and what mathematics does.
_NAMES = {
    "strong_product": "multiply",
    "whole_power": "power",
    "float_power": "power",
    "log": "ln",
    "beside": "new",
    "cast": "astype",
    "chosen": "where",
    "collected": "array",
    "concatenated": "concatenate",
    "stacked": "stack",
    "surround": "pad",
}


def is_one(node: Expression) -> bool:
    """Tell whether an expression is the number 1."""
    return isinstance(node, Number) and bool(node.value == 1)


def negated(node: Expression) -> Expression | None:
    """Return a for −a, and None for all that has no minus in front."""
    if isinstance(node, Call) and node.name == "negative":
        return node.args[0]
    if isinstance(node, Number) and not isinstance(node.value, complex):
        return Number(-node.value) if node.value < 0 else None
    return None


def _simplified(node: Call) -> Expression:
    if node.name == "multiply":
        return _product(*node.args)
    if node.name == "add":
        a, b = node.args
        positive = negated(b)
        return node if positive is None else Call("subtract", (a, positive))
    return node


def _product(a: Expression, b: Expression) -> Expression:
    if is_one(a) or is_one(b):
        return b if is_one(a) else a
    positive = negated(b)
    if positive is not None:
        return Call("negative", (_product(a, positive),))
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Call) and one.name == "divide" and is_one(one.args[0]):
            return Call("divide", (other, one.args[1]))
    return Call("multiply", (a, b))
