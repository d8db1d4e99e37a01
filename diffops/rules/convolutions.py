"""Convolution and correlation of sequences."""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.engines.creating import zeros
from diffops.primitive import adopt, implements
from diffops.rules._batch_products import convolving
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import bilinear
from diffops.rules.matmul import conj


def _whole(g: Any, n: int, m: int, mode: str) -> Any:
    """Put the cotangent of a part of the convolution at its place in the whole."""
    if mode == "full":
        return g
    short = min(n, m) - 1
    before = short if mode == "valid" else short // 2
    after = n + m - 1 - before - g.shape[0]
    return np.concatenate([zeros((before,), g), g, zeros((after,), g)])


def _left(g: Any, a: Any, b: Any, mode: str) -> Any:
    return convolve_(_whole(g, a.shape[0], b.shape[0], mode), b[::-1], mode="valid")


convolve_ = bilinear(
    np.convolve,
    _left,
    lambda g, a, b, mode: _left(g, b, a, mode),
    batch=convolving,
)


@implements(np.convolve)
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """Convolve two sequences."""
    _check(mode)
    return convolve_(np.atleast_1d(adopt(a)), np.atleast_1d(adopt(v)), mode=mode)


@implements(np.correlate)
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """Correlate two sequences: convolve with the second, conjugated and reversed."""
    _check(mode)
    a, v = np.atleast_1d(adopt(a)), np.atleast_1d(adopt(v))
    if shape_of(v)[0] > shape_of(a)[0]:
        return conj(correlate(v, a, mode))[::-1]
    return convolve_(a, conj(v)[::-1], mode=mode)


def _check(mode: str) -> None:
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"mode must be 'full', 'same' or 'valid', not {mode!r}")
