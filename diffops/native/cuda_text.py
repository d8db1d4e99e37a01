"""How CUDA C writes codes, functions and numbers: beside LLVM's templates."""

from __future__ import annotations

from diffops.native import codes, singles
from diffops.native.codes import Code
from diffops.native.ufunc_codes import LIBM

#: Operands are names or literals, so that what stands twice is computed once. To
#: ``(real)``, the type of the operation, its operands have been converted.
CODES: dict[Code, str] = {
    codes.ADD: "{0} + {1}",
    codes.SUBTRACT: "{0} - {1}",
    codes.MULTIPLY: "{0} * {1}",
    codes.DIVIDE: "{0} / {1}",
    codes.NEGATIVE: "-{0}",
    codes.SQRT: "sqrt({0})",
    codes.ABSOLUTE: "fabs({0})",
    codes.FLOOR: "floor({0})",
    codes.CEIL: "ceil({0})",
    codes.TRUNC: "trunc({0})",
    codes.RINT: "rint({0})",
    codes.COPYSIGN: "copysign({0}, {1})",
    codes.RECIPROCAL: "(real)1 / {0}",
    codes.SQUARE: "{0} * {0}",
    codes.CUBE: "{0} * {0} * {0}",
    codes.CHOSEN: "{2} != 0 ? {0} : {1}",
    codes.MAXIMUM: "diffops_maximum({0}, {1})",
    codes.MINIMUM: "diffops_minimum({0}, {1})",
    codes.STRONG_PRODUCT: "diffops_strong_product({0}, {1})",
    codes.STEEP_PRODUCT: "{0} * ({0} == 0 ? (real)0 : {1})",
    codes.ISNAN: "(real)({0} != {0})",
    codes.ISINF: "(real)(fabs({0}) == (real)diffops_infinity())",
    codes.ISFINITE: "(real)(fabs({0}) < (real)diffops_infinity())",
    codes.LESS: "(real)({0} < {1})",
    codes.LESS_EQUAL: "(real)({0} <= {1})",
    codes.GREATER: "(real)({0} > {1})",
    codes.GREATER_EQUAL: "(real)({0} >= {1})",
    codes.EQUAL: "(real)({0} == {1})",
    codes.NOT_EQUAL: "(real)({0} != {1})",
    codes.LOGICAL_AND: "(real)({0} != 0 && {1} != 0)",
    codes.LOGICAL_OR: "(real)({0} != 0 || {1} != 0)",
    codes.LOGICAL_XOR: "(real)(({0} != 0) != ({1} != 0))",
    codes.LOGICAL_NOT: "(real)({0} == 0)",
    codes.POWER: "pow({0}, {1})",
    singles.WIDEN: "(real){0}",
    singles.NARROW: "(real){0}",
    codes.GUARD_TRUE: "{0} == 0",
    codes.GUARD_FALSE: "{0} != 0",
    codes.GUARD_SAME: "diffops_differ({0}, {1})",
    codes.GUARD_TRUNC: "trunc({0}) != {1}",
    codes.GUARD_FLOOR: "floor({0}) != {1}",
    codes.GUARD_CEIL: "ceil({0}) != {1}",
    codes.GUARD_ROUND: "rint({0}) != {1}",
    codes.GUARD_REAL: "{0} != {0} && {1} == {1} && {2} == {2}",
}


#: By NumPy's functions.
FROM_LIBM = {
    ufunc: f"{symbol}({', '.join(f'{{{i}}}' for i in range(ufunc.nin))})"
    for ufunc, symbol in LIBM.items()
}

#: Ufuncs of NumPy and `scipy.special` whose own loops the processor runs: CUDA's
#: functions, or those of `device`.
LOOPED: dict[str, str] = {
    "logaddexp": "diffops_logaddexp({0}, {1})",
    "logaddexp2": "diffops_logaddexp2({0}, {1})",
    "fmod": "fmod({0}, {1})",
    "remainder": "diffops_remainder({0}, {1})",
    "floor_divide": "diffops_floor_divide({0}, {1})",
    "fmax": "{0} >= {1} || {1} != {1} ? {0} : {1}",
    "fmin": "{0} <= {1} || {1} != {1} ? {0} : {1}",
    "sign": "{0} > 0 ? (real)1 : {0} < 0 ? (real)-1 : {0} == 0 ? (real)0 : {0}",
    "signbit": "(real)(copysign((real)1, {0}) < 0)",
    "heaviside": "{0} > 0 ? (real)1 : {0} < 0 ? (real)0 : {0} == 0 ? {1} : {0}",
    "nextafter": "nextafter({0}, {1})",
    "deg2rad": "{0} * (real)0.017453292519943295",
    "radians": "{0} * (real)0.017453292519943295",
    "rad2deg": "{0} * (real)57.29577951308232",
    "degrees": "{0} * (real)57.29577951308232",
    "erf": "erf({0})",
    "erfc": "erfc({0})",
    "erfcx": "erfcx({0})",
    "erfinv": "erfinv({0})",
    "erfcinv": "erfcinv({0})",
    "ndtr": "normcdf({0})",
    "ndtri": "normcdfinv({0})",
    "gamma": "tgamma({0})",
    "gammaln": "{0} == -(real)diffops_infinity() ? {0} : lgamma({0})",
    "j0": "j0({0})",
    "j1": "j1({0})",
    "y0": "y0({0})",
    "y1": "y1({0})",
    "i0": "cyl_bessel_i0({0})",
    "i1": "cyl_bessel_i1({0})",
    "expit": "diffops_expit({0})",
    "log_expit": "diffops_log_expit({0})",
    "logit": "diffops_logit({0})",
    "xlogy": "diffops_xlogy({0}, {1})",
    "xlog1py": "diffops_xlogonepy({0}, {1})",
    "entr": "diffops_entr({0})",
    "rel_entr": "diffops_rel_entr({0}, {1})",
    "cbrt": "cbrt({0})",
    "exp2": "exp2({0})",
    "exp10": "exp10({0})",
    "expm1": "expm1({0})",
    "log1p": "log1p({0})",
}


def number(value: float) -> str:
    """Return a number as CUDA C writes it, to the last bit."""
    if value != value:
        return "(real)diffops_nan()"
    if value in (float("inf"), float("-inf")):
        return f"{'-' if value < 0 else ''}(real)diffops_infinity()"
    return f"(real){float(value)!r}"
