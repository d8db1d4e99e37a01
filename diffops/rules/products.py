"""Products of vectors and matrices: matmul and its kin, dot, outer, kron and cross."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from diffops.engines.arrays import keep
from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import Primitive, Pull, adopt, implements
from diffops.rules._kinds import add, bilinear, fit, is_complex, likeness, shape_of

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
    if params:
        _refuse_options(params)
    a, b = args
    da, db = tangents
    if da is None:
        return matmul(a, db)
    term = matmul(da, b)
    return term if db is None else term + matmul(a, db)


def _pullback(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    if params:
        _refuse_options(params)
    a, b = args
    ranks = len(a.shape), len(b.shape)
    left, right = _TRANSPOSES.get(ranks) or _TRANSPOSES[min(ranks[0], 3), min(ranks[1], 3)]
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


def _refuse_options(params: dict[str, Any]) -> NoReturn:
    raise NoDerivativeError(
        f"np.matmul({', '.join(params)}=) of a tracked value has no derivative rule"
        f"{at_user_line()}; move the axes with np.moveaxis before and after"
    )


matmul = add(Primitive(np.matmul, _pushforward, _pullback))


@implements(np.linalg.matmul)
def matmul_(x1: Any, x2: Any, /) -> Any:
    """Same as ``np.matmul``."""
    return matmul(x1, x2)


@implements(np.dot)
def dot(a: Any, b: Any) -> Any:
    """Sum over the last axis of a and the last but one of b."""
    a, b = adopt(a), adopt(b)
    left, right = len(shape_of(a)), len(shape_of(b))
    if not left or not right:
        return np.multiply(a, b)
    if right <= 2:
        return matmul(a, b)
    return np.tensordot(a, b, (-1, -2))


@implements(np.inner)
def inner(a: Any, b: Any) -> Any:
    """Sum over the last axes of a and b."""
    a, b = adopt(a), adopt(b)
    left, right = len(shape_of(a)), len(shape_of(b))
    if not left or not right:
        return np.multiply(a, b)
    if right <= 2:
        return matmul(a, b.T)
    return np.tensordot(a, b, (-1, -1))


@implements(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    """Sum the products of all entries of b with the conjugates of those of a."""
    return matmul(np.ravel(conj(adopt(a))), np.ravel(adopt(b)))


@implements(np.outer)
def outer(a: Any, b: Any) -> Any:
    """Multiply every entry of a with every entry of b."""
    return np.reshape(adopt(a), (-1, 1)) * np.reshape(adopt(b), (1, -1))


@implements(np.linalg.outer)
def outer_of_vectors(x1: Any, x2: Any, /) -> Any:
    """Same as ``np.outer``, of vectors alone."""
    x1, x2 = adopt(x1), adopt(x2)
    if len(shape_of(x1)) != 1 or len(shape_of(x2)) != 1:
        raise ValueError(
            "Input arrays must be one-dimensional, but they are "
            f"x1.ndim={np.ndim(x1)} and x2.ndim={np.ndim(x2)}."
        )
    return outer(x1, x2)


@implements(np.vecdot, np.linalg.vecdot)
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """Sum products along an axis, conjugating the first factor."""
    x1, x2 = adopt(x1), adopt(x2)
    if shape_of(x1)[axis] != shape_of(x2)[axis]:
        raise ValueError(
            f"vecdot: the axes that are summed over have lengths {shape_of(x1)[axis]} "
            f"and {shape_of(x2)[axis]}"
        )
    if axis != -1:
        x1, x2 = np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1)
    return np.sum(conj(x1) * x2, axis=-1)


@implements(np.matvec)
def matvec(x1: Any, x2: Any, /) -> Any:
    """Multiply stacks of matrices and vectors."""
    x1, x2 = adopt(x1), adopt(x2)
    if len(shape_of(x2)) == 1:
        return matmul(x1, x2)
    return matmul(x1, x2[..., None])[..., 0]


@implements(np.vecmat)
def vecmat(x1: Any, x2: Any, /) -> Any:
    """Multiply stacks of vectors, conjugated, and matrices."""
    x1, x2 = conj(adopt(x1)), adopt(x2)
    if len(shape_of(x1)) == 1:
        return matmul(x1, x2)
    return matmul(x1[..., None, :], x2)[..., 0, :]


@implements(np.kron)
def kron(a: Any, b: Any) -> Any:
    """Put a times b in the place of every entry of a."""
    a, b = adopt(a), adopt(b)
    p, q = shape_of(a), shape_of(b)
    rank = max(len(p), len(q))
    p, q = (1,) * (rank - len(p)) + p, (1,) * (rank - len(q)) + q
    blocks = np.reshape(a, _interleaved(p, (1,) * rank))
    product = blocks * np.reshape(b, _interleaved((1,) * rank, q))
    return np.reshape(product, tuple(m * n for m, n in zip(p, q, strict=True)))


def _interleaved(p: Sequence[int], q: Sequence[int]) -> tuple[int, ...]:
    return tuple(length for pair in zip(p, q, strict=True) for length in pair)


cross_ = bilinear(
    np.cross,
    lambda g, a, b: cross_(b, g),
    lambda g, a, b: cross_(g, a),
)


@implements(np.cross)
def cross(
    a: Any,
    b: Any,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Any:
    """Return the vector product; vectors in the plane are taken into space."""
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = adopt(a), adopt(b)
    if axisa != -1:
        a = np.moveaxis(a, axisa, -1)
    if axisb != -1:
        b = np.moveaxis(b, axisb, -1)
    planes = [shape_of(vector)[-1] == 2 for vector in (a, b)]
    if all(planes):
        return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    y = cross_(*(_in_space(v) if p else v for v, p in zip((a, b), planes, strict=True)))
    return y if axisc == -1 else np.moveaxis(y, -1, axisc)


def _in_space(a: Any) -> Any:
    return np.concatenate([a, np.zeros_like(a[..., :1])], axis=-1)


@implements(np.linalg.cross)
def cross_in_space(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """Return the vector product of vectors in space."""
    x1, x2 = adopt(x1), adopt(x2)
    if shape_of(x1)[axis] != 3 or shape_of(x2)[axis] != 3:
        raise ValueError(
            "Both input arrays must be (arrays of) 3-dimensional vectors, but they are "
            f"{shape_of(x1)[axis]} and {shape_of(x2)[axis]} dimensional instead."
        )
    return cross(x1, x2, axis=axis)
