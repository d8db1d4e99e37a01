"""How large arrays are for which kernels are used: measured, function by function."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

#: Entries from which a kernel is used: where it saves several nanoseconds an entry, and
#: where it saves about one.
_SOON = 1000
_LATE = 8000


class _Functions(NamedTuple):
    """Functions that have kernels, by what NumPy does."""

    #: It computes one number at a time, and so does SciPy.
    slow: list[str]
    #: It computes several at a time.
    several: list[str]
    #: It does so where it knows AVX-512.
    fast: list[str]
    #: And then a kernel has nothing to save.
    fastest: list[str]


_DOUBLES = _Functions(
    [
        "sin",
        "cos",
        "hypot",
        "arctan2",
        "logaddexp",
        "expit",
        "erf",
        "erfc",
        "whole_power",
    ],
    ["reciprocal", "divide"],
    [
        "tan",
        "arcsin",
        "arccos",
        "arctan",
        "arcsinh",
        "arccosh",
        "arctanh",
        "tanh",
        "log",
        "log1p",
        "log2",
        "log10",
        "cbrt",
    ],
    ["exp", "exp2", "expm1", "sinh", "cosh"],
)
#: Of erf and erfc the rules compute the partials of singles in doubles.
_SINGLES = _Functions(
    ["hypot", "arctan2", "logaddexp", "expit", "whole_power"],
    ["reciprocal", "divide", "sin", "cos", "tanh"],
    ["tan", "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "log2", "cbrt"],
    ["exp2", "expm1", "sinh", "cosh", "log1p", "log10", "arctanh"],
)


def least_sizes(numpy_is_vectorised: bool, single: bool = False) -> dict[str, int]:
    """Return, by the names of functions, the sizes from which kernels are used.

    These are for doubles, or for singles. For what is not there NumPy is as fast: both
    wait for memory.
    """
    functions = _SINGLES if single else _DOUBLES
    sizes = dict.fromkeys(functions.slow, _SOON)
    sizes |= dict.fromkeys(functions.several, _LATE)
    sizes |= dict.fromkeys(functions.fast, _LATE if numpy_is_vectorised else _SOON)
    if numpy_is_vectorised:
        return sizes
    return sizes | dict.fromkeys(functions.fastest, _SOON)


def _numpy_is_vectorised() -> bool:
    """Tell whether NumPy computes transcendental functions by AVX-512 here."""
    module = import_module("numpy._core._multiarray_umath")
    features = getattr(module, "__cpu_features__", {})
    return bool(features.get("AVX512_SKX") or features.get("X86_V4"))


LEAST = least_sizes(_numpy_is_vectorised())
LEAST_SINGLE = least_sizes(_numpy_is_vectorised(), single=True)
