"""Norms of vectors and matrices, and the condition number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import is_at_hand
from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt, implements
from diffops.rules._batches import reducing_flat
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import general
from diffops.rules._kinks import knowing_square
from diffops.rules.matmul import conj
from diffops.rules.reductions import restore
from diffops.tags import Tracked, strip


def _euclidean(x: Any, axis: Any, keepdims: bool) -> Any:
    return np.linalg.norm(x, axis=axis, keepdims=keepdims)


def _direction(x: Any, y: Any, axis: Any, keepdims: bool) -> Any:
    """Return x / y, and 0 where the norm y is 0: there the gradient is 0 by choice."""
    y = restore(y, shape_of(x), axis, keepdims)
    zero = np.equal(y, 0)
    if is_at_hand(zero) and not np.any(zero):
        return x / y
    return np.where(zero, 0.0, x / np.where(zero, 1.0, y))


def _pushforward(
    y: Any, args: Sequence[Any], tangents: Sequence[Any], axis: Any, keepdims: bool
) -> Any:
    slope = conj(_direction(args[0], y, axis, keepdims))
    return np.sum(np.real(slope * tangents[0]), axis=axis, keepdims=keepdims)


def _pullback(g: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    g = restore(g, shape_of(x), axis, keepdims)
    return g * conj(_direction(x, y, axis, keepdims))


euclidean_ = general(_euclidean, _pushforward, _pullback, batch=reducing_flat)


def euclidean(x: Any, axis: Any, keepdims: bool) -> Any:
    """Return the root of a sum of squares; where it is 0 its own square is smooth."""
    y = euclidean_(x, axis=axis, keepdims=keepdims)
    return knowing_square(
        y,
        lambda: np.sum(np.real(x * conj(x)), axis=axis, keepdims=keepdims),
        "euclidean",
        x,
        axis,
        keepdims,
    )


@implements(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Return a norm of vectors or matrices; without arguments that of all entries."""
    x = adopt(x)
    rank = len(shape_of(x))
    if axis is None:
        if ord is None:
            return euclidean(x, axis=None, keepdims=keepdims)
        axis = tuple(range(rank))
    axes = tuple(range(rank)[i] for i in (axis if isinstance(axis, tuple) else (axis,)))
    if len(axes) == 1:
        return _of_vectors(x, ord, axes[0], keepdims)
    if len(axes) != 2:
        raise ValueError("Improper number of dimensions to norm.")
    if axes[0] == axes[1]:
        raise ValueError("Duplicate axes given.")
    if isinstance(ord, Tracked):
        raise NoDerivativeError(
            "the norm of a matrix has no derivative with respect to its order, which "
            f"is tracked{at_user_line()}; pass a plain number"
        )
    if ord in (None, "fro", "f"):
        return euclidean(x, axis=None if rank == 2 else axes, keepdims=keepdims)
    y = _of_matrices(x, ord, *axes)
    if not keepdims:
        return y
    return np.reshape(
        y, tuple(1 if i in axes else n for i, n in enumerate(shape_of(x)))
    )


def _of_vectors(x: Any, ord: Any, axis: int, keepdims: bool) -> Any:
    if isinstance(ord, Tracked):
        return _of_powers(np.abs(x), ord, axis, keepdims)
    if ord is None or ord == 2:
        whole = len(shape_of(x)) == 1
        return euclidean(x, axis=None if whole else axis, keepdims=keepdims)
    if isinstance(ord, str):
        raise ValueError(f"Invalid norm order '{ord}' for vectors")
    if ord == 0:
        count = np.not_equal(x, 0).astype(np.real(strip(x)).dtype)
        return np.sum(count, axis=axis, keepdims=keepdims)
    size = np.abs(x)
    if ord == math.inf:
        return np.max(size, axis=axis, keepdims=keepdims, **_at_least_zero(x))
    if ord == -math.inf:
        return np.min(size, axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(size, axis=axis, keepdims=keepdims)
    return _of_powers(size, ord, axis, keepdims)


def _of_powers(size: Any, ord: Any, axis: int, keepdims: bool) -> Any:
    total = np.sum(size**ord, axis=axis, keepdims=keepdims)
    zero = np.equal(total, 0)
    kind = total.dtype.type
    power = kind(1) / (ord if isinstance(ord, Tracked) else kind(ord))
    if is_at_hand(zero) and not np.any(zero):
        return total**power
    return np.where(zero, strip(total), np.where(zero, 1.0, total) ** power)[()]


def _at_least_zero(x: Any) -> dict[str, Any]:
    """Return the option that lets a maximum over nothing be 0."""
    return {} if math.prod(shape_of(x)) else {"initial": 0}


def _of_matrices(x: Any, ord: Any, row: int, column: int) -> Any:
    if ord in (2, -2, "nuc"):
        s = np.linalg.svdvals(np.moveaxis(x, (row, column), (-2, -1)))
        if ord == "nuc":
            return np.sum(s, axis=-1)
        if ord == -2:
            return np.min(s, axis=-1)
        return np.max(s, axis=-1, **_at_least_zero(s))
    if ord not in (1, -1, math.inf, -math.inf):
        raise ValueError("Invalid norm order for matrices.")
    first, then = (row, column) if abs(ord) == 1 else (column, row)
    sums = np.sum(np.abs(x), axis=first)
    then -= then > first
    if ord > 0:
        return np.max(sums, axis=then, **_at_least_zero(sums))
    return np.min(sums, axis=then)


@implements(np.linalg.matrix_norm)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Return a norm of each matrix of a stack."""
    return norm(x, ord, (-2, -1), keepdims)


@implements(np.linalg.vector_norm)
def vector_norm(
    x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2
) -> Any:
    """Return a norm of the entries along one axis, or several as if they were one."""
    x = adopt(x)
    shape = shape_of(x)
    rank = len(shape)
    chosen = axis if isinstance(axis, tuple) else (axis,)
    axes = [range(rank)[i] for i in (range(rank) if axis is None else chosen)]
    rest = [i for i in range(rank) if i not in axes]
    if rest:
        x = np.transpose(x, axes + rest)
    flat = (math.prod(shape[i] for i in axes), *(shape[i] for i in rest))
    y = _of_vectors(np.reshape(x, flat), ord, 0, False)
    if not keepdims:
        return y
    return np.reshape(y, tuple(1 if i in axes else n for i, n in enumerate(shape)))


@implements(np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    """Return the condition number, from singular values or as norms of x and inv(x)."""
    x = adopt(x)
    if 0 in shape_of(x)[-2:]:
        raise np.linalg.LinAlgError("cond is not defined on empty arrays")
    if p is None or (not isinstance(p, Tracked) and p in (2, -2)):
        s = np.linalg.svdvals(x)
        with np.errstate(all="ignore"):
            return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return norm(x, p, (-2, -1)) * norm(np.linalg.inv(x), p, (-2, -1))
