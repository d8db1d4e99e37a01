"""The product of matrices, vectors and stacks of them, with its transposes.

Each combination has its own, so that no cotangent is reshaped or summed in vain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import keep
from diffops.primitive import Primitive, Pull
from diffops.rules._batch_products import multiplying
from diffops.rules._fitting import fit, is_complex, likeness
from diffops.rules._kinds import add

Map = Callable[[Any], Any]
#: From the other operand, and the shape of its own, to the map of cotangents.
Transpose = Callable[[Any, tuple[int, ...]], Map]


def swap(a: Any) -> Any:
    """Return the transposes of a stack of matrices."""
    return a.T if len(a.shape) == 2 else np.swapaxes(a, -1, -2)


def conj(a: Any) -> Any:
    """Return the complex conjugate; a real value is its own."""
    return np.conjugate(a) if is_complex(a) else a


def sum_to(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum a cotangent over the axes along which its argument was broadcast."""
    return fit(g, (shape, g.dtype)) if g.shape != shape else g


def _rows(a: Any) -> Any:
    """Return a stack of matrices as one tall matrix."""
    count = 1
    for length in a.shape[:-1]:
        count *= length
    return np.reshape(a, (count, a.shape[-1]))


def _by_number(other: Any, shape: tuple[int, ...]) -> Map:
    return lambda g: g * other


def _vector_in_row(b: Any, shape: tuple[int, ...]) -> Map:
    return lambda g: b @ g


def _vector_in_column(a: Any, shape: tuple[int, ...]) -> Map:
    transposed = a.T
    return lambda g: transposed @ g


def _matrix_by_column(b: Any, shape: tuple[int, ...]) -> Map:
    return lambda g: g[..., None] * b


def _matrix_by_row(a: Any, shape: tuple[int, ...]) -> Map:
    column = a[:, None]
    return lambda g: column * g[..., None, :]


def _left_matrix(b: Any, shape: tuple[int, ...]) -> Map:
    transposed = b.T
    return lambda g: g @ transposed


def _right_matrix(a: Any, shape: tuple[int, ...]) -> Map:
    transposed = a.T
    return lambda g: transposed @ g


def _shared_column(a: Any, shape: tuple[int, ...]) -> Map:
    """Sum over a stack by one product, where a vector met every matrix of it."""
    transposed = _rows(a).T
    return lambda g: transposed @ np.reshape(g, (-1,))


def _shared_matrix(a: Any, shape: tuple[int, ...]) -> Map:
    """Sum over a stack by one product, where a matrix met every matrix of it."""
    transposed = _rows(a).T
    return lambda g: transposed @ _rows(g)


def _shared_row(b: Any, shape: tuple[int, ...]) -> Map:
    stack = tuple(range(len(b.shape) - 2))
    return lambda g: np.sum(np.matmul(b, g[..., None])[..., 0], axis=stack)


def _left_stack(b: Any, shape: tuple[int, ...]) -> Map:
    transposed = swap(b)
    return lambda g: sum_to(g @ transposed, shape)


def _right_stack(a: Any, shape: tuple[int, ...]) -> Map:
    transposed = swap(a)
    return lambda g: sum_to(transposed @ g, shape)


def _transposes(left: int, right: int) -> tuple[Transpose, Transpose]:
    """Return the transposes for operands of these numbers of axes."""
    if left == 1:
        if right == 1:
            return _by_number, _by_number
        return (_vector_in_row if right == 2 else _shared_row), _matrix_by_row
    if right == 1:
        return _matrix_by_column, _vector_in_column if left == 2 else _shared_column
    if left == 2 == right:
        return _left_matrix, _right_matrix
    if right == 2:
        return _left_matrix, _shared_matrix
    return _left_stack, _right_stack


#: Those of vectors, matrices and stacks (three axes stand for more).
_TRANSPOSES = {(m, n): _transposes(m, n) for m in (1, 2, 3) for n in (1, 2, 3)}


def _pushforward(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    a, b = args
    da, db = tangents
    if da is None:
        return matmul(a, db)
    term = matmul(da, b)
    return term if db is None else term + matmul(a, db)


def _pullback(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    a, b = args
    ranks = len(a.shape), len(b.shape)
    left, right = (
        _TRANSPOSES.get(ranks) or _TRANSPOSES[min(ranks[0], 3), min(ranks[1], 3)]
    )
    settled = _settled(a, b, ranks)
    if len(wrt) == 2:
        pull_a, pull_b = left(b, a.shape), right(a, b.shape)
        if settled:
            return lambda g: (pull_a(g), pull_b(g))
        like_a, like_b = likeness(a), likeness(b)
        return lambda g: (fit(pull_a(g), like_a), fit(pull_b(g), like_b))
    pull = right(keep(a), b.shape) if wrt[0] else left(keep(b), a.shape)
    if settled:
        return lambda g: (pull(g),)
    like = likeness(args[wrt[0]])
    return lambda g: (fit(pull(g), like),)


def _settled(a: Any, b: Any, ranks: tuple[int, int]) -> bool:
    """Tell whether the transposes yield the right dtypes without a cast.

    The cotangent of a number may be a float64 where the number is a float32.
    """
    dtype = a.dtype
    return dtype is b.dtype and (ranks != (1, 1) or dtype is _FLOAT)


_FLOAT = np.dtype(float)


matmul = add(Primitive(np.matmul, _pushforward, _pullback, batch=multiplying))
