"""Polynomials by their coefficients, the highest power first."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.primitive import adopt, implements
from diffops.rules._fitting import shape_of


@implements(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """Evaluate by Horner's scheme."""
    p, x = adopt(p), adopt(x)
    y = np.zeros_like(x)
    for coefficient in p:
        y = y * x + coefficient
    return y


@implements(np.polyadd)
def polyadd(a1: Any, a2: Any) -> Any:
    """Add, from the constant term up."""
    a, b = _as_long(np.atleast_1d(adopt(a1)), np.atleast_1d(adopt(a2)))
    return a + b


@implements(np.polysub)
def polysub(a1: Any, a2: Any) -> Any:
    """Subtract, from the constant term up."""
    a, b = _as_long(np.atleast_1d(adopt(a1)), np.atleast_1d(adopt(a2)))
    return a - b


def _as_long(a: Any, b: Any) -> tuple[Any, Any]:
    """Fill the shorter one up with leading zeros."""
    size = max(shape_of(a)[0], shape_of(b)[0])
    return np.pad(a, (size - shape_of(a)[0], 0)), np.pad(b, (size - shape_of(b)[0], 0))


@implements(np.polymul)
def polymul(a1: Any, a2: Any) -> Any:
    """Multiply: convolve the coefficients."""
    return np.convolve(np.atleast_1d(adopt(a1)), np.atleast_1d(adopt(a2)))


@implements(np.polyder)
def polyder(p: Any, m: int = 1) -> Any:
    """Differentiate the polynomial m times."""
    p = adopt(p)
    for _ in range(m):
        p = p[:-1] * np.arange(shape_of(p)[0] - 1, 0, -1)
    return p


@implements(np.polyint)
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """Integrate the polynomial m times, with constants k."""
    p = adopt(p)
    constants = np.zeros(m) if k is None else np.atleast_1d(adopt(k)) * np.ones(m)
    for i in range(m):
        powers = np.arange(shape_of(p)[0], 0, -1)
        p = np.concatenate([p / powers, constants[i : i + 1]])
    return p
