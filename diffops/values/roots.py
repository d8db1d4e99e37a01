"""Norms that are 0 and know their square: the norm has a kink there, the square not.

Without this, ``np.linalg.norm(x) ** 2`` would have no second derivative at 0, and rules
could only choose between a wrong one and NaN.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from diffops.tags import Tracked


class _Root:
    """Mixed into a class of tracked values: squaring returns what was squared before.

    The square lies in ``source``, which arrays have for the origin of views.
    """

    __slots__ = ()

    source: Any

    def __pow__(self, n: Any) -> Any:
        if not isinstance(n, Tracked) and np.ndim(n) == 0 and n == 2:
            return +self.source
        return super().__pow__(n)  # type: ignore[misc]

    def __mul__(self, other: Any) -> Any:
        return +self.source if other is self else super().__mul__(other)  # type: ignore[misc]

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any
    ) -> Any:
        if method == "__call__" and not kwargs and inputs[0] is self:
            if ufunc is np.square:
                return +self.source
            if ufunc is np.power:
                return self ** inputs[1]
            if ufunc is np.multiply:
                return self * inputs[1]
        return super().__array_ufunc__(ufunc, method, *inputs, **kwargs)  # type: ignore[misc]


@cache
def _class_of_roots(plain: Any) -> type:
    slots = () if hasattr(plain, "source") else ("source",)
    return type(f"{plain.__name__}Root", (_Root, plain), {"__slots__": slots})


def root_of(square: Any, root: Any) -> Any:
    """Return the tracked square root of a value as one that knows it."""
    value: Any = _class_of_roots(type(root))()  # type: ignore[arg-type]
    value.level = root.level
    value.primal = root.primal
    value.carry = root.carry
    value.source = square
    return value
