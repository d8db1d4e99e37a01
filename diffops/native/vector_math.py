"""Functions on several numbers at once: those of glibc's libmvec, where it is there.

LLVM's vectoriser takes them in the place of libm's, if an attribute names them. Their
error is at most 4 units in the last place. Those of float32 have names that end with f.
"""

from __future__ import annotations

import ctypes
import functools

#: How many doubles the variants take: those of SSE, AVX2 and AVX-512.
_LANES = {"b": 2, "d": 4, "e": 8}

_ONE = [
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "exp",
    "exp2",
    "exp10",
    "expm1",
    "log",
    "log2",
    "log10",
    "log1p",
    "cbrt",
    "erf",
    "erfc",
]
_TWO = ("pow", "atan2", "hypot")


def _known(name: str) -> tuple[str, bool]:
    """Return the name of a function for doubles, and whether it is one of singles."""
    single = name not in _ONE and name not in _TWO and name.endswith("f")
    return (name[:-1], True) if single else (name, False)


@functools.cache
def variants(name: str) -> tuple[str, ...]:
    """Return the names of the vector forms of a function of libm."""
    base, single = _known(name)
    if base not in _ONE and base not in _TWO:
        return ()
    try:
        library = ctypes.CDLL("libmvec.so.1")
    except OSError:
        return ()
    parameters = "vv" if base in _TWO else "v"
    names = [
        f"_ZGV{isa}N{2 * n if single else n}{parameters}_{name}"
        for isa, n in _LANES.items()
    ]
    return tuple(n for n in names if hasattr(library, n))


def declaration(name: str, group: int) -> str:
    """Return the declaration of a function of libm with its vector forms.

    ``group`` is the number of an attribute group that is free.
    """
    base, single = _known(name)
    real, per_double = ("float", 2) if single else ("double", 1)
    arity = 2 if base in _TWO else 1
    found = variants(name)
    kinds = ", ".join([real] * arity)
    lines = [f"declare {real} @{name}({kinds}) #{group}"]
    for variant in found:
        vector = f"<{_LANES[variant[4]] * per_double} x {real}>"
        lines.append(f"declare {vector} @{variant}({', '.join([vector] * arity)})")
    mapping = ",".join(f"{variant}({variant})" for variant in found)
    extra = f' "vector-function-abi-variant"="{mapping}"' if found else ""
    lines.append(f"attributes #{group} = {{ nounwind willreturn readnone{extra} }}")
    return "\n".join(lines)
