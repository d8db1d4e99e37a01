"""Numbers of a function in LLVM IR, which Python's operators compute with."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np


def literal(value: float, real: str = "double") -> str:
    """Return a number of a type as LLVM reads it, to the last bit."""
    if real == "float":
        with np.errstate(over="ignore"):
            value = float(np.float32(value))
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


class Body:
    """The lines of a function without branches, of numbers of a type.

    With ``lanes``, each of its values is a vector of so many numbers.
    """

    def __init__(self, real: str = "double", lanes: int = 0) -> None:
        self.lines: list[str] = []
        self.kind, self.lanes = real, lanes
        whole, suffix = ("i64", "f64") if real == "double" else ("i32", "f32")
        self.real, self.whole, self.truth = map(self._wide, (real, whole, "i1"))
        self.suffix = f"v{lanes}{suffix}" if lanes else suffix

    def _wide(self, kind: str) -> str:
        return f"<{self.lanes} x {kind}>" if self.lanes else kind

    def written(self, value: Any) -> str:
        """Return how an operand is written: a register, a number, or a whole number."""
        if isinstance(value, Register):
            return value.name
        is_real = isinstance(value, float)
        text = literal(value, self.kind) if is_real else str(value)
        if not self.lanes:
            return text
        kind = self.kind if is_real else self.whole.split()[-1][:-1]
        return f"<{', '.join([f'{kind} {text}'] * self.lanes)}>"

    def value(self, text: str) -> Register:
        """Add an instruction, and return its result."""
        name = f"%r{len(self.lines)}"
        self.lines.append(f"  {name} = {text}")
        return Register(self, name)


class Register:
    """A number, or its bits as an integer, in the body of a function."""

    __slots__ = ("body", "name")

    def __init__(self, body: Body, name: str) -> None:
        self.body = body
        self.name = name

    def _operation(self, llvm: str, *others: Any) -> Register:
        places = ", ".join(map(self.body.written, (self, *others)))
        return self.body.value(f"{llvm} {self.body.real} {places}")

    def _call(self, name: str, *others: Any) -> Register:
        body = self.body
        places = ", ".join(f"{body.real} {body.written(x)}" for x in (self, *others))
        return body.value(f"call {body.real} @llvm.{name}.{body.suffix}({places})")

    def __add__(self, other: Any) -> Register:
        return self._operation("fadd", other)

    def __sub__(self, other: Any) -> Register:
        return self._operation("fsub", other)

    def __mul__(self, other: Any) -> Register:
        return self._operation("fmul", other)

    def __truediv__(self, other: Any) -> Register:
        return self._operation("fdiv", other)

    def __neg__(self) -> Register:
        return self._operation("fneg")

    def __abs__(self) -> Register:
        return self._call("fabs")

    def times_plus(self, factor: Any, term: Any) -> Register:
        """Return self * factor + term, rounded once."""
        return self._call("fma", factor, term)

    def with_sign_of(self, other: Register) -> Register:
        """Return the magnitude with the sign of another number."""
        return self._call("copysign", other)

    def greater_than(self, bound: Any) -> Register:
        """Return a truth value, false for NaN."""
        return self._operation("fcmp ogt", bound)

    def less_than(self, bound: Any) -> Register:
        """Return a truth value, false for NaN."""
        return self._operation("fcmp olt", bound)

    def is_unordered(self, other: Any) -> Register:
        """Return a truth value, true if one of both is NaN."""
        return self._operation("fcmp uno", other)

    def root(self) -> Register:
        """Return the square root."""
        return self._call("sqrt")

    def bits(self) -> Register:
        """Return the bits of a number as an integer."""
        body = self.body
        return body.value(f"bitcast {body.real} {self.name} to {body.whole}")

    def number(self) -> Register:
        """Return the number that has these bits."""
        body = self.body
        return body.value(f"bitcast {body.whole} {self.name} to {body.real}")

    def whole(self, llvm: str, other: Any) -> Register:
        """Apply an operation on integers."""
        body = self.body
        written = body.written(other)
        return body.value(f"{llvm} {body.whole} {self.name}, {written}")

    def is_odd(self) -> Register:
        """Return the last bit of an integer as a truth value."""
        return self.body.value(
            f"trunc {self.body.whole} {self.name} to {self.body.truth}"
        )

    def chosen(self, if_true: Any, if_false: Any) -> Register:
        """Return one number or the other, by this truth value."""
        body = self.body
        both = ", ".join(f"{body.real} {body.written(x)}" for x in (if_true, if_false))
        return body.value(f"select {body.truth} {self.name}, {both}")


def polynomial(x: Register, coefficients: tuple[float, ...]) -> Register:
    """Return a polynomial, given the coefficients of rising powers."""
    *rest, last = coefficients
    first = rest.pop()
    total = x.times_plus(last, first)
    for coefficient in reversed(rest):
        total = total.times_plus(x, coefficient)
    return total
