"""Functions on vectors: those of libmvec, or where a system has none, our own.

Either way LLVM's vectoriser finds them by an attribute of the function of libm whose
place they take. Our own are within 2 units in the last place.
"""

from __future__ import annotations

from diffops.kernels import (
    own_angles,
    own_bases,
    own_logarithms,
    own_powers,
    own_roots,
)
from diffops.kernels.own_functions import OWN
from diffops.kernels.registers import Body, Register
from diffops.native import vector_math
from diffops.native.llvm import binding, has_features

_OWN = (
    OWN
    | own_logarithms.OTHERS
    | own_angles.OTHERS
    | own_roots.OTHERS
    | own_bases.OTHERS
    | own_powers.OTHERS
)
_OF_TWO = ("atan2", "hypot", "pow")
_INTRINSICS = {"fabs": 1, "sqrt": 1, "copysign": 2, "fma": 3}


def declarations(name: str, group: int) -> list[str]:
    """Return what declares a function of libm, and its forms on vectors.

    ``group`` is the number of an attribute group that is free.
    """
    lanes = _lanes()
    if vector_math.variants(name) or name not in _OWN or not lanes:
        return [vector_math.declaration(name, group)]
    arity = 1 + (name in _OF_TWO)
    forms = {n: f"_ZGV_LLVM_N{n}{'v' * arity}_{name}" for n in lanes}
    mapping = ",".join(f"{form}({form})" for form in forms.values())
    return [
        f"declare double @{name}({', '.join(['double'] * arity)}) #{group}\n"
        f"attributes #{group} = {{ nounwind willreturn readnone "
        f'"vector-function-abi-variant"="{mapping}" }}',
        *(
            f"declare <{n} x double> @llvm.{intrinsic}.v{n}f64"
            f"({', '.join([f'<{n} x double>'] * count)}) #0"
            for n in lanes
            for intrinsic, count in _INTRINSICS.items()
        ),
        *(_defined(name, form, n) for n, form in forms.items()),
    ]


def _lanes() -> tuple[int, ...]:
    """Return how many numbers vectors have here; none where products are not fused."""
    if has_features("fma"):
        wide = has_features("avx512f", "avx512dq")
        return (8, 4) if wide else (4,)
    triple = binding().get_process_triple()
    return (2,) if triple.startswith(("aarch64", "arm64")) else ()


def _defined(name: str, form: str, lanes: int) -> str:
    """Return a function on vectors; where it does not fit, it calls that of libm."""
    function, fits = _OWN[name]
    body = Body(lanes=lanes)
    real = body.real
    names = ["%x", "%x.2"] if name in _OF_TWO else ["%x"]
    args = [Register(body, arg) for arg in names]
    y = function(*args)
    takes = ", ".join(f"{real} {arg}" for arg in names)
    head = f"define internal {real} @{form}({takes}) nounwind willreturn readnone {{"
    if fits is None:
        return "\n".join([head, *body.lines, f"ret {real} {y.name}", "}"])
    fitting = fits(*args).name
    lines = [
        *body.lines,
        f"%bits = bitcast {body.truth} {fitting} to i{lanes}",
        f"%all = icmp eq i{lanes} %bits, -1",
        "br i1 %all, label %done, label %far",
        "far:",
    ]
    last = y.name
    for i in range(lanes):
        given = ", ".join(f"double {arg}.at{i}" for arg in names)
        lines += [
            *(f"{arg}.at{i} = extractelement {real} {arg}, i64 {i}" for arg in names),
            f"%y{i} = call double @{name}({given})",
            f"%z{i} = insertelement {real} {last}, double %y{i}, i64 {i}",
        ]
        last = f"%z{i}"
    lines += [
        f"%far.y = select {body.truth} {fitting}, {real} {y.name}, {real} {last}",
        "br label %done",
        "done:",
        f"%y = phi {real} [{y.name}, %0], [%far.y, %far]",
    ]
    return "\n".join([head, *lines, f"ret {real} %y", "}"])
