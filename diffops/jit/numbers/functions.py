"""The codes of NumPy's functions.

In exact programs a function is NumPy's own loop, so that the result has its bits;
elsewhere it is that of libm, which LLVM knows.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.native import codes, singles, ufunc_loops
from diffops.native.codes import Code, called
from diffops.native.ufunc_codes import LIBM, SAME
from diffops.rules._fitting import strong_product
from diffops.rules.statistics import _root
from diffops.slopes import steep_product

#: What NumPy and LLVM compute alike, to the last bit.
_SAME: dict[Callable[..., Any], Code] = {
    **SAME,
    _root: codes.SQRT,
    strong_product: codes.STRONG_PRODUCT,
    steep_product: codes.STEEP_PRODUCT,
}

_FROM_LIBM = {
    ufunc: called(ufunc.__name__, symbol, ufunc.nin) for ufunc, symbol in LIBM.items()
}


for _code in _FROM_LIBM.values():
    singles.in_single(_code)  # in this order in every process: texts hold numbers


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
    code = _calling(ufunc, _name_of(ufunc), loop, "double")
    singles.makers[code] = lambda: _looped_in_single(ufunc)
    return code


def _looped_in_single(ufunc: np.ufunc) -> Code | None:
    loop = ufunc_loops.single_loop(ufunc)
    return loop and _calling(ufunc, f"{_name_of(ufunc)}.single", loop, "float")


def _calling(ufunc: np.ufunc, name: str, loop: ufunc_loops.Loop, real: str) -> Code:
    """Return the code that calls a loop on numbers of a type."""
    places = ", ".join(f"{real} {{{i}}}" for i in range(ufunc.nin))
    symbols = {f"{name}.loop": loop.function}
    if loop.data:
        symbols[f"{name}.data"] = loop.data
    return Code(
        ufunc.__name__,
        ufunc.nin,
        f"{{y}} = call {real} @{name}({places})",
        ufunc_loops.calling_source(name, ufunc.nin, loop, real),
        symbols=symbols,
    )
