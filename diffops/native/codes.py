"""Operations on numbers: how LLVM writes each of them.

Every number is a double; truth values are 0 and 1. See `singles` for those of float32.
"""

from __future__ import annotations

from diffops.native import ufunc_loops


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


def called(name: str, symbol: str, arity: int) -> Code:
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
SQRT = called("sqrt", "llvm.sqrt.f64", 1)
ABSOLUTE = called("absolute", "llvm.fabs.f64", 1)
FLOOR = called("floor", "llvm.floor.f64", 1)
CEIL = called("ceil", "llvm.ceil.f64", 1)
TRUNC = called("trunc", "llvm.trunc.f64", 1)
RINT = called("rint", "llvm.rint.f64", 1)
COPYSIGN = called("copysign", "llvm.copysign.f64", 2)
RECIPROCAL = Code("reciprocal", 1, "{y} = fdiv double 1.0, {0}")
SQUARE = Code("square", 1, "{y} = fmul double {0}, {0}")
CUBE = Code("cube", 1, "{y}.s = fmul double {0}, {0}\n{y} = fmul double {y}.s, {0}")
CHOSEN = Code(
    "chosen",
    3,
    "{y}.c = fcmp une double {2}, 0.0\n{y} = select i1 {y}.c, double {0}, double {1}",
)


def _extreme(name: str, predicate: str) -> Code:
    """Return the greater or smaller number, of equal ones the second, or NaN."""
    return Code(
        name,
        2,
        f"{{y}}.p = fcmp {predicate} double {{0}}, {{1}}\n"
        "{y}.n = fcmp uno double {0}, {0}\n"
        "{y}.c = or i1 {y}.p, {y}.n\n"
        "{y} = select i1 {y}.c, double {0}, double {1}",
    )


MAXIMUM = _extreme("maximum", "ogt")
MINIMUM = _extreme("minimum", "olt")

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

ISNAN = _truth("isnan", 1, "{y}.t = fcmp uno double {0}, {0}")
_MAGNITUDE = "{y}.a = call double @llvm.fabs.f64(double {0})\n"
ISINF = _truth(
    "isinf", 1, _MAGNITUDE + "{y}.t = fcmp oeq double {y}.a, 0x7FF0000000000000"
)
ISFINITE = _truth(
    "isfinite", 1, _MAGNITUDE + "{y}.t = fcmp one double {y}.a, 0x7FF0000000000000"
)
for _code in (ISINF, ISFINITE):
    _code.declares = "declare double @llvm.fabs.f64(double) #0"

LESS = _compared("less", "olt")
LESS_EQUAL = _compared("less_equal", "ole")
GREATER = _compared("greater", "ogt")
GREATER_EQUAL = _compared("greater_equal", "oge")
EQUAL = _compared("equal", "oeq")
NOT_EQUAL = _compared("not_equal", "une")
LOGICAL_AND = _logical("logical_and", "and")
LOGICAL_OR = _logical("logical_or", "or")
LOGICAL_XOR = _logical("logical_xor", "xor")
LOGICAL_NOT = _truth("logical_not", 1, "{y}.t = fcmp oeq double {0}, 0.0")

#: Python's own power of numbers: that of libm, under a name that LLVM does not know.
POWER = Code(
    "pow",
    2,
    "{y} = call double @exact.pow(double {0}, double {1})",
    "declare double @exact.pow(double, double) #0",
    symbols={"exact.pow": ufunc_loops.address_in_libm("pow")},
)


def _guard(name: str, arity: int, test: str, declares: str = "") -> Code:
    return Code(name, arity, test, declares, guard=True)


GUARD_TRUE = _guard("guard true", 1, "{y} = fcmp oeq double {0}, 0.0")
GUARD_FALSE = _guard("guard false", 1, "{y} = fcmp une double {0}, 0.0")
#: The same bits, or both NaN.
GUARD_SAME = _guard(
    "guard same",
    2,
    "{y}.a = bitcast double {0} to i64\n"
    "{y}.b = bitcast double {1} to i64\n"
    "{y}.d = icmp ne i64 {y}.a, {y}.b\n"
    "{y}.k = fcmp ord double {0}, {0}\n"
    "{y}.l = fcmp ord double {1}, {1}\n"
    "{y}.o = or i1 {y}.k, {y}.l\n"
    "{y} = and i1 {y}.d, {y}.o",
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
