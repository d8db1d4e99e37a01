"""Operations on numbers: how LLVM writes each of them.

Every number is a double; truth values are 0 and 1. In `exact` programs a function is
NumPy's own loop, so that the result has its bits; elsewhere it is that of libm.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.jit.numbers import loops
from diffops.rules._fitting import strong_product
from diffops.slopes import steep_product


class Code:
    """An operation on numbers: LLVM for it, of operands {0}, {1}, {2} and result {y}.

    ``declares`` lists what the text needs besides; a ``guard`` computes {y} as an i1
    that says whether the program does not apply. ``symbols`` are addresses.
    """

    __slots__ = ("arity", "declares", "guard", "name", "number", "symbols", "template")

    def __init__(
        self,
        name: str,
        arity: int,
        template: str,
        declares: str = "",
        guard: bool = False,
        symbols: dict[str, int] | None = None,
    ) -> None:
        self.name = name
        self.arity = arity
        self.template = template
        self.declares = declares
        self.guard = guard
        self.symbols = symbols or {}
        self.number = len(codes)
        codes.append(self)

    def __repr__(self) -> str:
        return self.name


#: All codes, by number.
codes: list[Code] = []


def _instruction(name: str, llvm: str) -> Code:
    return Code(name, 2, f"{{y}} = {llvm} double {{0}}, {{1}}")


def _called(name: str, symbol: str, arity: int) -> Code:
    """Return the code of a function of libm, or of an intrinsic."""
    places = ", ".join(f"double {{{i}}}" for i in range(arity))
    kinds = ", ".join(["double"] * arity)
    return Code(
        name,
        arity,
        f"{{y}} = call double @{symbol}({places})",
        f"declare double @{symbol}({kinds}) #0",
    )


def _truth(name: str, arity: int, test: str) -> Code:
    """Return the code of a test, of which the last line yields {y}.t, an i1."""
    return Code(name, arity, f"{test}\n{{y}} = uitofp i1 {{y}}.t to double")


def _compared(name: str, predicate: str) -> Code:
    return _truth(name, 2, f"{{y}}.t = fcmp {predicate} double {{0}}, {{1}}")


def _logical(name: str, llvm: str) -> Code:
    return _truth(
        name,
        2,
        "{y}.a = fcmp une double {0}, 0.0\n"
        "{y}.b = fcmp une double {1}, 0.0\n"
        f"{{y}}.t = {llvm} i1 {{y}}.a, {{y}}.b",
    )


ADD = _instruction("add", "fadd")
SUBTRACT = _instruction("subtract", "fsub")
MULTIPLY = _instruction("multiply", "fmul")
DIVIDE = _instruction("divide", "fdiv")
NEGATIVE = Code("negative", 1, "{y} = fneg double {0}")
SQRT = _called("sqrt", "llvm.sqrt.f64", 1)
ABSOLUTE = _called("absolute", "llvm.fabs.f64", 1)
FLOOR = _called("floor", "llvm.floor.f64", 1)
CEIL = _called("ceil", "llvm.ceil.f64", 1)
TRUNC = _called("trunc", "llvm.trunc.f64", 1)
RINT = _called("rint", "llvm.rint.f64", 1)
COPYSIGN = _called("copysign", "llvm.copysign.f64", 2)
RECIPROCAL = Code("reciprocal", 1, "{y} = fdiv double 1.0, {0}")
SQUARE = Code("square", 1, "{y} = fmul double {0}, {0}")
CUBE = Code("cube", 1, "{y}.s = fmul double {0}, {0}\n{y} = fmul double {y}.s, {0}")
CHOSEN = Code(
    "chosen",
    3,
    "{y}.c = fcmp une double {2}, 0.0\n{y} = select i1 {y}.c, double {0}, double {1}",
)


def _extreme(name: str, predicate: str) -> Code:
    """Return the greater or smaller of two numbers, or NaN if one is."""
    return Code(
        name,
        2,
        f"{{y}}.p = fcmp {predicate} double {{0}}, {{1}}\n"
        "{y}.n = fcmp uno double {0}, {0}\n"
        "{y}.c = or i1 {y}.p, {y}.n\n"
        "{y} = select i1 {y}.c, double {0}, double {1}",
    )


MAXIMUM = _extreme("maximum", "oge")
MINIMUM = _extreme("minimum", "ole")

#: A product in which a zero factor {0} wins over an infinite or unknown {1}.
STRONG_PRODUCT = Code(
    "strong_product",
    2,
    "{y}.z = fcmp oeq double {0}, 0.0\n"
    "{y}.a = call double @llvm.fabs.f64(double {1})\n"
    "{y}.i = fcmp ueq double {y}.a, 0x7FF0000000000000\n"
    "{y}.c = and i1 {y}.z, {y}.i\n"
    "{y}.p = fmul double {0}, {1}\n"
    "{y} = select i1 {y}.c, double 0.0, double {y}.p",
    "declare double @llvm.fabs.f64(double) #0",
)
STEEP_PRODUCT = Code(
    "steep_product",
    2,
    "{y}.z = fcmp oeq double {0}, 0.0\n"
    "{y}.r = select i1 {y}.z, double 0.0, double {1}\n"
    "{y} = fmul double {0}, {y}.r",
)

_ISNAN = _truth("isnan", 1, "{y}.t = fcmp uno double {0}, {0}")
_MAGNITUDE = "{y}.a = call double @llvm.fabs.f64(double {0})\n"
_ISINF = _truth(
    "isinf", 1, _MAGNITUDE + "{y}.t = fcmp oeq double {y}.a, 0x7FF0000000000000"
)
_ISFINITE = _truth(
    "isfinite", 1, _MAGNITUDE + "{y}.t = fcmp one double {y}.a, 0x7FF0000000000000"
)
for _code in (_ISINF, _ISFINITE):
    _code.declares = "declare double @llvm.fabs.f64(double) #0"

#: What NumPy and LLVM compute alike, to the last bit.
_SAME: dict[Callable[..., Any], Code] = {
    np.add: ADD,
    np.subtract: SUBTRACT,
    np.multiply: MULTIPLY,
    np.divide: DIVIDE,
    np.negative: NEGATIVE,
    np.sqrt: SQRT,
    np.absolute: ABSOLUTE,
    np.fabs: ABSOLUTE,
    np.floor: FLOOR,
    np.ceil: CEIL,
    np.trunc: TRUNC,
    np.rint: RINT,
    np.copysign: COPYSIGN,
    np.reciprocal: RECIPROCAL,
    np.square: SQUARE,
    np.maximum: MAXIMUM,
    np.minimum: MINIMUM,
    strong_product: STRONG_PRODUCT,
    steep_product: STEEP_PRODUCT,
    np.less: _compared("less", "olt"),
    np.less_equal: _compared("less_equal", "ole"),
    np.greater: _compared("greater", "ogt"),
    np.greater_equal: _compared("greater_equal", "oge"),
    np.equal: _compared("equal", "oeq"),
    np.not_equal: _compared("not_equal", "une"),
    np.logical_and: _logical("logical_and", "and"),
    np.logical_or: _logical("logical_or", "or"),
    np.logical_xor: _logical("logical_xor", "xor"),
    np.logical_not: _truth("logical_not", 1, "{y}.t = fcmp oeq double {0}, 0.0"),
    np.isnan: _ISNAN,
    np.isinf: _ISINF,
    np.isfinite: _ISFINITE,
}

#: What libm calls NumPy's functions; their last bits may differ.
_LIBM = {
    np.sin: "sin",
    np.cos: "cos",
    np.tan: "tan",
    np.exp: "exp",
    np.exp2: "exp2",
    np.expm1: "expm1",
    np.log: "log",
    np.log2: "log2",
    np.log10: "log10",
    np.log1p: "log1p",
    np.sinh: "sinh",
    np.cosh: "cosh",
    np.tanh: "tanh",
    np.arcsin: "asin",
    np.arccos: "acos",
    np.arctan: "atan",
    np.arcsinh: "asinh",
    np.arccosh: "acosh",
    np.arctanh: "atanh",
    np.cbrt: "cbrt",
    np.power: "pow",
    np.float_power: "pow",
    np.arctan2: "atan2",
    np.hypot: "hypot",
}
_FROM_LIBM = {
    ufunc: _called(ufunc.__name__, symbol, ufunc.nin) for ufunc, symbol in _LIBM.items()
}

#: Python's own power of numbers: that of libm, under a name that LLVM does not know.
POWER = Code(
    "pow",
    2,
    "{y} = call double @exact.pow(double {0}, double {1})",
    "declare double @exact.pow(double, double) #0",
    symbols={"exact.pow": loops.address_in_libm("pow")},
)


def _guard(name: str, arity: int, test: str, declares: str = "") -> Code:
    return Code(name, arity, test, declares, guard=True)


GUARD_TRUE = _guard("guard true", 1, "{y} = fcmp oeq double {0}, 0.0")
GUARD_FALSE = _guard("guard false", 1, "{y} = fcmp une double {0}, 0.0")
GUARD_SAME = _guard(
    "guard same",
    2,
    "{y}.a = bitcast double {0} to i64\n"
    "{y}.b = bitcast double {1} to i64\n"
    "{y}.d = icmp ne i64 {y}.a, {y}.b\n"
    "{y}.n = fcmp ord double {0}, {1}\n"
    "{y} = and i1 {y}.d, {y}.n",
)


def _rounded(name: str, intrinsic: str) -> Code:
    """Return the guard that a number, rounded, is another."""
    return _guard(
        f"guard {name}",
        2,
        f"{{y}}.r = call double @llvm.{intrinsic}.f64(double {{0}})\n"
        "{y} = fcmp une double {y}.r, {1}",
        f"declare double @llvm.{intrinsic}.f64(double) #0",
    )


GUARD_TRUNC = _rounded("trunc", "trunc")
GUARD_FLOOR = _rounded("floor", "floor")
GUARD_CEIL = _rounded("ceil", "ceil")
GUARD_ROUND = _rounded("round", "rint")


#: A power is real: {0} of base {1} and exponent {2} is NaN because one of them is.
GUARD_REAL = _guard(
    "guard real",
    3,
    "{y}.n = fcmp uno double {0}, {0}\n"
    "{y}.o = fcmp ord double {1}, {2}\n"
    "{y} = and i1 {y}.n, {y}.o",
)


def code_of(function: Any, exact: bool) -> Code | None:
    """Return the code of a function of numbers; None where it has none."""
    if getattr(function, "operates", False):
        function = getattr(np, function.__name__, None)
    code = _SAME.get(function)
    if code is None and not exact:
        code = _FROM_LIBM.get(function)
    if code is None and isinstance(function, np.ufunc):
        code = _looped(function)
    return code


def power_code(n: int, exact: bool) -> Code | None:
    """Return the code of a whole power, if there is one for this power alone."""
    return None if exact else {1: None, 2: SQUARE, 3: CUBE}.get(n)


#: The ufuncs whose loops are called, by the names that their symbols have.
_named: dict[str, np.ufunc] = {}


def _name_of(ufunc: np.ufunc) -> str:
    """Return a name of its own for a ufunc, the same in each process if it can be."""
    name = f"ufunc.{ufunc.__name__}"
    while _named.setdefault(name, ufunc) is not ufunc:
        name += "_"
    return name


@functools.cache
def _looped(ufunc: np.ufunc) -> Code | None:
    """Return the code of a ufunc by its own inner loop for doubles, or None."""
    loop = loops.double_loop(ufunc)
    if loop is None:
        return None
    name = _name_of(ufunc)
    source = loops.calling_source(name, ufunc.nin, loop)
    places = ", ".join(f"double {{{i}}}" for i in range(ufunc.nin))
    symbols = {f"{name}.loop": loop.function}
    if loop.data:
        symbols[f"{name}.data"] = loop.data
    return Code(
        ufunc.__name__,
        ufunc.nin,
        f"{{y}} = call double @{name}({places})",
        source,
        symbols=symbols,
    )
