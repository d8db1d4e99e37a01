"""Expressions: operations as formulas that people read, ``v₁ × v₂ + sin v₃``.

They are read off recorded programs, be that of f or of a rule. What is rewritten is how
rules come to be written: ``a × (1 / b)`` is shown as ``a / b``, ``a + b × (−1)`` as
``a − b``, and the product that keeps zeros strong as a product.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from diffops.jit.program import Operation, Program, Slot, kind_of
from diffops.look.notation import number, superscript


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
    args = [_leaf(slot, program) for slot in step.slots]
    return _call(step, tuple(args), None)


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
        part = step.outputs.index(slot) if step.several else None
        args = tuple(map(build, step.slots))
        return _simplified(_call(step, args, part))

    return build(slot)


def _leaf(slot: int, program: Program) -> Expression:
    value = program.constants.get(slot)
    return Name(slot) if value is None or np.ndim(value) else Number(value)


def _call(step: Operation, args: tuple[Any, ...], part: int | None) -> Call:
    params = tuple(
        (name, value)
        for name, value in step.params.items()
        if value is not None and value is not False
    )
    return Call(_NAMES.get(step.name, step.name), args, params, part)


_NAMES = {
    "strong_product": "multiply",
    "whole_power": "power",
    "float_power": "power",
    "log": "ln",
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


# Printing

_INFIX = {
    "less": ("<", 1),
    "less_equal": ("≤", 1),
    "greater": (">", 1),
    "greater_equal": ("≥", 1),
    "equal": ("==", 1),
    "not_equal": ("≠", 1),
    "add": ("+", 2),
    "subtract": ("−", 2),
    "multiply": ("×", 3),
    "divide": ("/", 3),
    "matmul": ("@", 3),
    "remainder": ("%", 3),
    "floor_divide": ("//", 3),
    "power": ("**", 5),
}
_NEGATIVE, _APPLIED, _ATOM = 3, 4, 6

#: Functions that are written without parentheses, as in mathematics.
_BARE = frozenset(
    "sin cos tan ln exp log2 log10 sinh cosh tanh arcsin arccos arctan arcsinh arccosh "
    "arctanh".split()
)

Letter = Callable[[int], str]


def written(node: Expression, name: Letter) -> str:
    """Return an expression as text, given how each slot is called."""
    return _Printer(name).shown(node)[0]


class _Printer:
    def __init__(self, name: Letter) -> None:
        self.name = name

    def shown(self, node: Expression) -> tuple[str, int]:
        """Return the text and how tightly it binds."""
        if isinstance(node, Name):
            return _with_strength(self.name(node.slot))
        if isinstance(node, Number):
            return _with_strength(number(node.value))
        if node.part is not None:
            return f"{self._function(node)}[{node.part}]", _ATOM
        if not node.params and len(node.args) == 2 and node.name in _INFIX:
            return self._infix(node)
        if not node.params and len(node.args) == 1:
            return self._unary(node)
        if node.name == "getitem":
            key = self._key(dict(node.params).get("key"))
            return f"{self._within(node.args[0], _ATOM)}[{key}]", _ATOM
        if node.name == "update":
            array, value = node.args
            key = self._key(dict(node.params).get("key"))
            text = f"{self._within(array, _ATOM)} with [{key}] = {self._within(value)}"
            return text, 0
        return self._function(node), _ATOM

    def _within(self, node: Expression, strength: int = 0) -> str:
        text, own = self.shown(node)
        return text if own >= strength else f"({text})"

    def _infix(self, node: Call) -> tuple[str, int]:
        symbol, strength = _INFIX[node.name]
        a, b = node.args
        if node.name == "power":
            base = self._within(a, _ATOM)
            if isinstance(b, Number) and float(b.value) in range(10):
                return base + superscript(int(b.value)), strength
            return f"{base} ** {self._within(b, _ATOM)}", strength
        left = self._within(a, strength)
        right, own = self.shown(b)
        if own <= strength or right.startswith("−"):
            right = f"({right})"
        return f"{left} {symbol} {right}", strength

    def _unary(self, node: Call) -> tuple[str, int]:
        (arg,) = node.args
        if node.name == "negative":
            text = self._within(arg, _NEGATIVE)
            return "−" + (f"({text})" if text.startswith("−") else text), _NEGATIVE
        if node.name == "square":
            return self._within(arg, _ATOM) + superscript(2), _APPLIED
        if node.name == "absolute":
            return f"|{self._within(arg)}|", _ATOM
        if node.name in _BARE:
            text, own = self.shown(arg)
            if own >= _ATOM:
                return f"{node.name} {text}", _APPLIED
            return f"{node.name}({text})", _ATOM
        return self._function(node), _ATOM

    def _function(self, node: Call) -> str:
        parts = [self._within(arg) for arg in node.args]
        parts += [f"{name}={self._value(value)}" for name, value in node.params]
        return f"{node.name}({', '.join(parts)})"

    def _value(self, value: Any) -> str:
        if isinstance(value, Slot):
            return self.name(value)
        if isinstance(value, (tuple, list)):
            inner = ", ".join(map(self._value, value))
            if isinstance(value, list):
                return f"[{inner}]"
            return f"({inner},)" if len(value) == 1 else f"({inner})"
        if isinstance(value, slice):
            ends = [value.start, value.stop, value.step][: 2 + (value.step is not None)]
            return ":".join("" if end is None else self._value(end) for end in ends)
        if value is Ellipsis:
            return "..."
        if callable(value):
            return getattr(value, "__name__", type(value).__name__)
        return kind_of(value) if np.ndim(value) else str(value)

    def _key(self, key: Any) -> str:
        if isinstance(key, tuple) and len(key) > 1:
            return ", ".join(map(self._value, key))
        return self._value(key)


def _with_strength(text: str) -> tuple[str, int]:
    if text.endswith("j"):
        return f"({text})", _ATOM
    return text, _NEGATIVE if text.startswith("−") else _ATOM
