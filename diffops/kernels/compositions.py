"""Functions that kernels compute by others, which vectorise."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def _tanh(x: Any) -> Any:
    """Return (e − 1) / (e + 1) for e = exp(2|x|), with the sign of x."""
    grown = np.expm1(2.0 * np.minimum(np.absolute(x), 20.0))
    return np.copysign(grown / (grown + 2.0), x)


def _logaddexp(a: Any, b: Any) -> Any:
    """Return log(exp a + exp b)."""
    gap = a - b
    higher = np.where(gap > 0, a, b)
    y = higher + np.log1p(np.exp(-np.absolute(gap)))
    return np.where(a == b, a + math.log(2), y)


def _expit(x: Any) -> Any:
    """Return 1 / (1 + exp(−x)), in which nothing overflows."""
    decay = np.exp(-np.absolute(x))
    return np.where(x >= 0, 1.0, decay) / (1.0 + decay)


#: By ufunc.
COMPOSED: dict[Any, Callable[..., Any]] = {
    np.tanh: _tanh,
    np.logaddexp: _logaddexp,
}


def of_special(special: Any) -> None:
    """Enter the functions of `scipy.special`."""
    COMPOSED[special.expit] = _expit
