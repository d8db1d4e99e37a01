"""The codes of NumPy's functions.

In exact programs a function is NumPy's own loop, so that the result has its bits;
elsewhere it is that of libm, which LLVM knows.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.jit.numbers import codes, ufunc_loops
from diffops.jit.numbers.codes import Code, called
from diffops.rules._fitting import strong_product
from diffops.rules.statistics import _root
from diffops.slopes import steep_product

#: What NumPy and LLVM compute alike, to the last bit.
_SAME: dict[Callable[..., Any], Code] = {
    np.add: codes.ADD,
    np.subtract: codes.SUBTRACT,
    np.multiply: codes.MULTIPLY,
    np.divide: codes.DIVIDE,
    np.negative: codes.NEGATIVE,
    np.sqrt: codes.SQRT,
    np.absolute: codes.ABSOLUTE,
    np.fabs: codes.ABSOLUTE,
    np.floor: codes.FLOOR,
    np.ceil: codes.CEIL,
    np.trunc: codes.TRUNC,
    np.rint: codes.RINT,
    np.copysign: codes.COPYSIGN,
    np.reciprocal: codes.RECIPROCAL,
    np.square: codes.SQUARE,
    _root: codes.SQRT,
    np.maximum: codes.MAXIMUM,
    np.minimum: codes.MINIMUM,
    strong_product: codes.STRONG_PRODUCT,
    steep_product: codes.STEEP_PRODUCT,
    np.less: codes.LESS,
    np.less_equal: codes.LESS_EQUAL,
    np.greater: codes.GREATER,
    np.greater_equal: codes.GREATER_EQUAL,
    np.equal: codes.EQUAL,
    np.not_equal: codes.NOT_EQUAL,
    np.logical_and: codes.LOGICAL_AND,
    np.bitwise_and: codes.LOGICAL_AND,  # of truth values
    np.logical_or: codes.LOGICAL_OR,
    np.bitwise_or: codes.LOGICAL_OR,  # of truth values
    np.logical_xor: codes.LOGICAL_XOR,
    np.bitwise_xor: codes.LOGICAL_XOR,  # of truth values
    np.logical_not: codes.LOGICAL_NOT,
    np.invert: codes.LOGICAL_NOT,
    np.isnan: codes.ISNAN,
    np.isinf: codes.ISINF,
    np.isfinite: codes.ISFINITE,
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
    ufunc: called(ufunc.__name__, symbol, ufunc.nin) for ufunc, symbol in _LIBM.items()
}


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
    return None if exact else {2: codes.SQUARE, 3: codes.CUBE}.get(n)


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
    loop = ufunc_loops.double_loop(ufunc)
    if loop is None:
        return None
    name = _name_of(ufunc)
    source = ufunc_loops.calling_source(name, ufunc.nin, loop)
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
