"""Products of vectors and matrices: dot and its kin, outer, kron and cross."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.primitive import Primitive, adopt, implements
from diffops.rules._batches import broadcasting
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import bilinear
from diffops.rules.matmul import conj, matmul


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


cross_: Primitive = bilinear(
    np.cross,
    lambda g, a, b: cross_(b, g),
    lambda g, a, b: cross_(g, a),
    batch=broadcasting,
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
