"""Expressions as text: infix operators, few parentheses, superscripts for powers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.jit.program import kind_of
from diffops.look.expression import Call, Expression, Name, Number
from diffops.look.notation import short, superscript

#: Operators, and how tightly they bind.
_INFIX: dict[str, tuple[str, float]] = {
    "bitwise_and": ("&", 1.5),
    "bitwise_or": ("|", 1.5),
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
    (
        *("ln", "exp", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
        *("arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh"),
    )
)

#: Tells how the value of a slot is called.
Letter = Callable[[int], str]


def written(node: Expression, name: Letter) -> str:
    """Return an expression as text, given how each slot is called."""
    return _Printer(name).shown(node)[0]


class _Printer:
    def __init__(self, name: Letter) -> None:
        self.name = name

    def shown(self, node: Expression) -> tuple[str, float]:
        """Return the text and how tightly it binds."""
        if isinstance(node, Name):
            return _with_strength(self.name(node.slot))
        if isinstance(node, Number):
            return _with_strength(short(node.value))
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

    def _within(self, node: Expression, strength: float = 0) -> str:
        text, own = self.shown(node)
        return text if own >= strength else f"({text})"

    def _infix(self, node: Call) -> tuple[str, float]:
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

    def _unary(self, node: Call) -> tuple[str, float]:
        (arg,) = node.args
        if node.name == "negative":
            text = self._within(arg, _NEGATIVE)
            return "−" + (f"({text})" if text.startswith("−") else text), _NEGATIVE
        if node.name == "square":
            return self._within(arg, _ATOM) + superscript(2), _APPLIED
        if node.name == "transpose":
            return self._within(arg, _ATOM) + "ᵀ", _ATOM
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
        if isinstance(value, (Name, Number, Call)):
            return self._within(value)
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
        if np.ndim(value):
            return kind_of(value)
        return repr(value) if isinstance(value, str) else str(value).replace("-", "−")

    def _key(self, key: Any) -> str:
        if type(key) is tuple:
            return ", ".join(map(self._value, key)) or "()"
        return self._value(key)


def _with_strength(text: str) -> tuple[str, float]:
    if text.endswith("j"):
        return f"({text})", _ATOM
    return text, _NEGATIVE if text.startswith("−") else _ATOM
