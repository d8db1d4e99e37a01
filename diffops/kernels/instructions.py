"""Expressions as instructions of LLVM IR, for vectors or for one number at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.kernels import own_functions
from diffops.kernels.registers import literal
from diffops.kernels.symbols import NotElementwise, Power, Symbol
from diffops.native import codes
from diffops.native.codes import Code
from diffops.native.singles import coded
from diffops.native.ufunc_codes import LIBM, SAME
from diffops.native.vector_math import variants

#: The letter, in names of libmvec, of vectors of so many numbers.
_ISA = {("double", 4): "d", ("double", 8): "e", ("float", 8): "d", ("float", 16): "e"}

#: What libm, or else `OWN`, calls functions of `scipy.special`.
_SPECIAL = {"erf": "erf", "erfc": "erfc", "expit": "expit"}
#: What libm does not have.
_ONLY_OWN = {"expit"}


class Instructions:
    """Instructions for some expressions, and what they refer to.

    ``lanes`` is how many numbers are computed at once; with 1, all functions are those
    of libm. ``real`` is their type, double or float. ``misfits`` are truth values: an
    own function does not fit its argument.
    """

    def __init__(
        self, lanes: int, args: Sequence[Symbol], real: str = "double"
    ) -> None:
        self.lanes = lanes
        self.real = real
        self.lines: list[str] = []
        self.libm: set[str] = set()
        self.own: set[str] = set()
        self.declares: set[str] = set()
        self.misfits: list[str] = []
        self._names = {id(arg): f"%x{i}" for i, arg in enumerate(args)}

    def name(self, expression: Any) -> str:
        """Return the register of an expression, computing it if it is new."""
        if isinstance(expression, float):
            return literal(expression, self.real)
        found = self._names.get(id(expression))
        if found is None:
            places = [self.name(x) for x in expression.operands]
            found = self._names[id(expression)] = f"%v{len(self._names)}"
            self._compute(expression.function, found, places)
        return found

    def _compute(self, function: Any, name: str, places: list[str]) -> None:
        code = codes.CHOSEN if function is np.where else SAME.get(function)
        if code is not None:
            if function is np.where:
                places = [*places[1:], places[0]]
            self._add_code(code, name, places)
            return
        if isinstance(function, Power):
            self._call_own(f"power{function.exponent}", name, places[0])
            return
        libm = LIBM.get(function) or _SPECIAL.get(getattr(function, "__name__", ""))
        if libm is None:
            raise NotElementwise
        if libm in own_functions.OWN and (self.lanes > 1 or libm in _ONLY_OWN):
            self._call_own(libm, name, places[0])
            if own_functions.OWN[libm][1] is not None:
                self.lines += [
                    f"{name}.fits = call i1 @fits.{libm}({self.real} {places[0]})",
                    f"{name}.misfit = xor i1 {name}.fits, true",
                ]
                self.misfits.append(f"{name}.misfit")
            return
        libm = libm if self.real == "double" else f"{libm}f"
        isa = _ISA.get((self.real, self.lanes))
        if isa and not any(v.startswith(f"_ZGV{isa}") for v in variants(libm)):
            raise NotElementwise
        self.libm.add(libm)
        typed = ", ".join(f"{self.real} {place}" for place in places)
        self.lines.append(f"{name} = call {self.real} @{libm}({typed})")

    def _call_own(self, symbol: str, name: str, place: str) -> None:
        """Call an own function."""
        self.own.add(symbol)
        called = f"call {self.real} @own.{symbol}({self.real} {place})"
        self.lines.append(f"{name} = {called}")

    def _add_code(self, code: Code, name: str, places: list[str]) -> None:
        code = coded(code, self.real)
        if code.symbols:
            raise NotElementwise
        self.lines += code.template.format(*places, y=name).split("\n")
        self.declares.update(code.declares.split("\n"))
