"""Operations on singles (float32): those on doubles, written for the other type."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from diffops.native import codes, ufunc_loops
from diffops.native.codes import Code

#: Codes whose form in single precision another module makes: that of ufuncs' loops.
makers: dict[Code, Callable[[], Code | None]] = {}

#: From a single to a double, and back.
WIDEN = Code("widen", 1, "{y} = fpext float {0} to double")
NARROW = Code("narrow", 1, "{y} = fptrunc double {0} to float")


@functools.cache
def in_single(code: Code) -> Code | None:
    """Return the same operation on singles, or None where there is none."""
    if code in makers:
        return makers[code]()
    symbols = {}
    if code is codes.POWER:
        symbols["exact.powf"] = ufunc_loops.address_in_libm("powf")
    template, declares = map(_written, (code.template, code.declares))
    return Code(code.name, code.arity, template, declares, symbols=symbols)


def coded(code: Code, real: str) -> Code:
    """Return the code of an operation on doubles, or on floats.

    Conversions and guards, which compare doubles, are what they are.
    """
    if real == "double" or code.guard or code in (WIDEN, NARROW):
        return code
    found = in_single(code)
    assert found is not None, code
    return found


def in_real(text: str, real: str) -> str:
    """Return LLVM that computes with doubles as it computes with doubles or floats."""
    if real == "double":
        return text
    return text.replace("double", real).replace(".f64(", ".f32(")


def _written(text: str) -> str:
    """Return LLVM on doubles as LLVM on floats."""
    text = re.sub(r"double (@(?:exact\.)?\w+)(?=\()", r"double \1f", text)
    return in_real(text, "float")
