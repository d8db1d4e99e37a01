"""Linear equations: inv, solve and their kin; powers and chains of matrices."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import keep
from diffops.engines.creating import eye
from diffops.engines.solving import solve as solved
from diffops.primitive import Primitive, Pull, adopt, implements
from diffops.rules._batch_products import solving
from diffops.rules._batches import stacking
from diffops.rules._fitting import fit, likeness, shape_of
from diffops.rules._kinds import add, general
from diffops.rules.matmul import swap


def _pullback_inverse(g: Any, y: Any, a: Any) -> Any:
    transposed = swap(y)
    return -(transposed @ g @ transposed)


inv = general(
    np.linalg.inv,
    lambda y, args, tangents: -(y @ tangents[0] @ y),
    _pullback_inverse,
    batch=stacking,
)


def _pushforward_solution(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    da, db = tangents
    if da is None:
        return solution(args[0], db)
    change = -(da @ y) if db is None else db - da @ y
    return solution(args[0], change)


def _pullback_solution(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    transposed = swap(args[0] if 0 in wrt else keep(args[0]))
    likes = [likeness(args[i]) for i in wrt]

    def pull(g: Any) -> list[Any]:
        to_b = solution(transposed, g)
        cotangents = (_minus_outer(to_b, y) if i == 0 else to_b for i in wrt)
        return [fit(c, like) for c, like in zip(cotangents, likes, strict=True)]

    return pull


def _minus_outer(b: Any, y: Any) -> Any:
    return -b[:, None] * y if len(y.shape) == 1 else -(b @ swap(y))


solution = add(
    Primitive(solved, _pushforward_solution, _pullback_solution, batch=solving)
)


@implements(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    """Solve linear equations; one vector for a stack of matrices becomes a column."""
    a, b = adopt(a), adopt(b)
    if len(shape_of(b)) == 1 and len(shape_of(a)) > 2:
        return solution(a, b[:, None])[..., 0]
    return solution(a, b)


@implements(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    """Invert the matrix that an array is, if its first axes number its rows."""
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    a = adopt(a)
    rows, columns = shape_of(a)[:ind], shape_of(a)[ind:]
    flat = np.reshape(a, (math.prod(rows), math.prod(columns)))
    return np.reshape(inv(flat), columns + rows)


@implements(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """Solve linear equations whose unknowns are numbered by several axes."""
    a, b = adopt(a), adopt(b)
    rank = len(shape_of(a))
    if axes is not None:
        last = [range(rank)[axis] for axis in axes]
        a = np.transpose(a, [axis for axis in range(rank) if axis not in last] + last)
    shape = shape_of(a)[len(shape_of(b)) :]
    count = math.prod(shape)
    if math.prod(shape_of(a)) != count**2:
        raise np.linalg.LinAlgError(
            "Input arrays must satisfy the requirement "
            "prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])"
        )
    flat = solution(np.reshape(a, (count, count)), np.ravel(b))
    return np.reshape(flat, shape)


@implements(np.linalg.matrix_power)
def matrix_power(a: Any, n: Any) -> Any:
    """Multiply by repeated squaring; negative powers are those of the inverse."""
    n = operator.index(n)
    a = adopt(a)
    *_, rows, columns = shape_of(a)
    if rows != columns:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    if n == 0:
        return np.zeros_like(a) + eye(rows, a, a.dtype)
    square = inv(a) if n < 0 else a
    n = abs(n)
    result = None
    while True:
        n, bit = divmod(n, 2)
        if bit:
            result = square if result is None else result @ square
        if not n:
            return result
        square = square @ square


@implements(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Any]) -> Any:
    """Multiply a chain of matrices in the order of least work."""
    if len(arrays) < 2:
        raise ValueError("Expecting at least two arrays.")
    chain = [adopt(array) for array in arrays]
    first, last = len(shape_of(chain[0])), len(shape_of(chain[-1]))
    if first == 1:
        chain[0] = chain[0][None, :]
    if last == 1:
        chain[-1] = chain[-1][:, None]
    for array in chain:
        if len(shape_of(array)) != 2:
            raise np.linalg.LinAlgError(
                f"{len(shape_of(array))}-dimensional array given. Array must be "
                "two-dimensional"
            )
    product = _multiplied(chain, _splits(chain), 0, len(chain) - 1)
    if last == 1:
        product = product[:, 0]
    return product[0] if first == 1 else product


def _splits(chain: Sequence[Any]) -> dict[tuple[int, int], int]:
    """Return where to split each part of a chain: the textbook's dynamic programme."""
    lengths = [array.shape[0] for array in chain] + [chain[-1].shape[1]]
    cost = {(i, i): 0 for i in range(len(chain))}
    split = {}
    for width in range(1, len(chain)):
        for i in range(len(chain) - width):
            j = i + width
            cost[i, j], split[i, j] = min(
                (
                    cost[i, k]
                    + cost[k + 1, j]
                    + lengths[i] * lengths[k + 1] * lengths[j + 1],
                    k,
                )
                for k in range(i, j)
            )
    return split


def _multiplied(
    chain: Sequence[Any], split: dict[tuple[int, int], int], i: int, j: int
) -> Any:
    if i == j:
        return chain[i]
    k = split[i, j]
    return _multiplied(chain, split, i, k) @ _multiplied(chain, split, k + 1, j)
