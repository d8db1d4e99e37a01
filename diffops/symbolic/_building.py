"""Derivatives of arrays of expressions, put together as the operators want them."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.symbolic._formula import Build, Traced
from diffops.symbolic._lazy import sympy


def order(n: Any) -> int:
    """Return the order of a derivative, or say what it must be."""
    try:
        n = operator.index(n)
    except TypeError:
        raise TypeError(
            f"the order comes first: diffn(n, f), with an int n, not {n!r}"
        ) from None
    if n < 0:
        raise ValueError(f"the order of a derivative is at least 0, not {n}")
    return n


def derivatives(*orders: int) -> Build:
    """Build derivatives of some orders with respect to a number."""

    def build(traced: Traced) -> Sequence[Any]:
        if traced.shape:
            raise TypeError(
                "symbolic.diff differentiates with respect to a number, but x has "
                f"shape {traced.shape}; use grad or jacobian"
            )
        (x,) = traced.symbols
        return [_mapped(lambda y, n=n: y.diff(x, n), traced.value) for n in orders]

    return build


def gradient(traced: Traced) -> Sequence[Any]:
    """Build ∇f."""
    y = _number(traced)
    return [_over(traced, lambda x: y.diff(x))]


def hessian(traced: Traced) -> Sequence[Any]:
    """Build H."""
    (slopes,) = gradient(traced)
    return [_jacobian_of(slopes, traced)]


def gradhessian(traced: Traced) -> Sequence[Any]:
    """Build ∇f and H."""
    return [*gradient(traced), *hessian(traced)]


def laplacian(traced: Traced) -> Sequence[Any]:
    """Build Δf."""
    y = _number(traced)
    return [_scalar(sympy().Add(*[y.diff(x, 2) for x in traced.symbols]))]


def jacobian(traced: Traced) -> Sequence[Any]:
    """Build J."""
    return [_jacobian_of(traced.value, traced)]


def jacobianT(traced: Traced) -> Sequence[Any]:
    """Build Jᵀ."""
    (matrix,) = jacobian(traced)
    rank = traced.value.ndim
    return [np.transpose(matrix, (*range(rank, matrix.ndim), *range(rank)))]


def div(traced: Traced) -> Sequence[Any]:
    """Build ∇·f."""
    _check_extents(traced, "div", None)
    pairs = zip(traced.value, traced.symbols, strict=True)
    return [_scalar(sympy().Add(*[y.diff(x) for y, x in pairs]))]


def curl(traced: Traced) -> Sequence[Any]:
    """Build ∇×f."""
    _check_extents(traced, "curl", 3)
    f, x = traced.value, traced.symbols
    turns = [(2, 1), (0, 2), (1, 0)]
    entries = [f[i].diff(x[j]) - f[j].diff(x[i]) for i, j in turns]
    return [np.array(entries, dtype=object)]


def curldiv(traced: Traced) -> Sequence[Any]:
    """Build ∇×f and ∇·f."""
    return [*curl(traced), *div(traced)]


def _mapped(rule: Any, entries: Any) -> Any:
    return np.asarray(np.frompyfunc(rule, 1, 1)(entries), dtype=object)


def _over(traced: Traced, rule: Any) -> Any:
    """Return an array like x of what a rule makes of its symbols."""
    result = np.empty(traced.shape, dtype=object)
    for place, symbol in zip(np.ndindex(traced.shape), traced.symbols, strict=True):
        result[place] = rule(symbol)
    return result


def _jacobian_of(value: Any, traced: Traced) -> Any:
    result = np.empty(value.shape + traced.shape, dtype=object)
    for place in np.ndindex(value.shape):
        result[place] = _over(traced, value[place].diff)
    return result


def _scalar(expression: Any) -> Any:
    return np.array(expression, dtype=object)


def _number(traced: Traced) -> Any:
    if traced.value.size != 1:
        raise TypeError(
            "f must return one number, but it returned an array of shape "
            f"{traced.value.shape}; use symbolic.jacobian, or reduce it with np.sum"
        )
    return traced.value.item()


def _check_extents(traced: Traced, name: str, size: int | None) -> None:
    point, value = traced.shape, traced.value.shape
    if len(point) != 1 or point != value or (size is not None and point != (size,)):
        wanted = "shape (3,)" if size else "the same shape (n,)"
        raise ValueError(
            f"{name} wants x and f(x) of {wanted}, but x has shape {point} and f(x) "
            f"shape {value}"
        )
