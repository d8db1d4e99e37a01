"""How CUDA C writes each code of a plan, or that it cannot."""

from __future__ import annotations

import re
import sys
from typing import Any

import numpy as np

from diffops.jit.numbers import functions
from diffops.native.codes import Code
from diffops.native.cuda_text import CODES, FROM_LIBM, LOOPED


class NotForCuda(NotImplementedError):
    """No kernel computes this; the message says what."""


EXPRESSIONS: dict[Code, str] = CODES | {
    code: FROM_LIBM[ufunc] for ufunc, code in functions._FROM_LIBM.items()
}


def expression(code: Code) -> str:
    """Return a code in CUDA C, of operands {0}, {1}, {2}; a guard's is a truth value.

    Raises NotForCuda where CUDA has no such function.
    """
    found = EXPRESSIONS.get(code)
    if found is None and _is_looped(code):
        found = LOOPED.get(code.name)
    if found is None:
        raise NotForCuda(f"CUDA has no function that computes {code.name}")
    return found


def _is_looped(code: Code) -> bool:
    """Tell whether a code is a ufunc of NumPy's or SciPy's, not a namesake of one."""
    match = re.search(r"call double @(ufunc\.\w+)\(", code.template)
    ufunc = functions._named.get(match[1]) if match else None
    if ufunc is None:
        return False
    homes: list[Any] = [np, sys.modules.get("scipy.special")]
    return any(getattr(home, code.name, None) is ufunc for home in homes)
