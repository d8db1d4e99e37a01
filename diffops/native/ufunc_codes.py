"""How LLVM computes NumPy's functions: as NumPy does, or by those of libm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.native import codes
from diffops.native.codes import Code

#: What NumPy and LLVM compute alike, to the last bit.
SAME: dict[Callable[..., Any], Code] = {
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
    np.maximum: codes.MAXIMUM,
    np.minimum: codes.MINIMUM,
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
LIBM = {
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
