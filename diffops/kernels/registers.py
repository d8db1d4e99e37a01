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
    """The lines of a function without branches."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def value(self, text: str) -> Register:
        """Add an instruction, and return its result."""
        name = f"%r{len(self.lines)}"
        self.lines.append(f"  {name} = {text}")
        return Register(self, name)


class Register:
    """A double, or its bits as an integer, in the body of a function."""

    __slots__ = ("body", "name")

    def __init__(self, body: Body, name: str) -> None:
        self.body = body
        self.name = name

    def _double(self, llvm: str, *others: Any) -> Register:
        places = ", ".join(map(_name, (self, *others)))
        return self.body.value(f"{llvm} double {places}")

    def _call(self, name: str, *others: Any) -> Register:
        places = ", ".join(f"double {_name(x)}" for x in (self, *others))
        return self.body.value(f"call double @llvm.{name}.f64({places})")

    def __add__(self, other: Any) -> Register:
        return self._double("fadd", other)

    def __sub__(self, other: Any) -> Register:
        return self._double("fsub", other)

    def __mul__(self, other: Any) -> Register:
        return self._double("fmul", other)

    def __truediv__(self, other: Any) -> Register:
        return self._double("fdiv", other)

    def __neg__(self) -> Register:
        return self._double("fneg")

    def __abs__(self) -> Register:
        return self._call("fabs")

    def times_plus(self, factor: Any, term: Any) -> Register:
        """Return self * factor + term, rounded once."""
        return self._call("fma", factor, term)

    def with_sign_of(self, other: Register) -> Register:
        """Return the magnitude with the sign of another number."""
        return self._call("copysign", other)

    def less_than(self, bound: Any) -> Register:
        """Return a truth value, false for NaN."""
        return self._double("fcmp olt", bound)

    def bits(self) -> Register:
        """Return the bits of a double as an integer."""
        return self.body.value(f"bitcast double {self.name} to i64")

    def double(self) -> Register:
        """Return the double that has these bits."""
        return self.body.value(f"bitcast i64 {self.name} to double")

    def whole(self, llvm: str, other: Any) -> Register:
        """Apply an operation on integers."""
        return self.body.value(f"{llvm} i64 {self.name}, {_name(other)}")

    def chosen(self, if_true: Any, if_false: Any) -> Register:
        """Return one double or the other, by this truth value."""
        places = f"double {_name(if_true)}, double {_name(if_false)}"
        return self.body.value(f"select i1 {self.name}, {places}")


def _name(value: Any) -> str:
    if isinstance(value, Register):
        return value.name
    return literal(value) if isinstance(value, float) else str(value)


def polynomial(x: Register, coefficients: tuple[float, ...]) -> Register:
    """Return a polynomial, given the coefficients of rising powers."""
    *rest, last = coefficients
    first = rest.pop()
    total = x.times_plus(last, first)
    for coefficient in reversed(rest):
        total = total.times_plus(x, coefficient)
    return total
