"""Whole matrices of derivatives: rows by pullbacks, or columns by forward passes.

A function with outputs of shapes sᵢ and inputs of shapes tⱼ has the blocks
``matrix[i][j]`` of shape sᵢ + tⱼ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from diffops.operators._batch_run import in_chunks
from diffops.operators._passes import Output, Pullback, forward, reverse
from diffops.operators._point import Point
from diffops.operators._vectors import one_like, scalar_output, size, units
from diffops.tags import Tracked, strip
from diffops.values.methods import shape_of as shape
from diffops.values.scalar import is_complex

Blocks = list[list[Any]]
Push = Callable[[Sequence[Any]], list[Any]]

#: So few sweeps over numbers cost less than one over vectors of numbers.
_FEW = 8


class Gradient:
    """The gradient as a function of the leaves; f's own output is kept beside it."""

    def __init__(self, point: Point, name: str, has_aux: bool) -> None:
        self.point = point
        self.name = name
        self.has_aux = has_aux
        self.output: Output | None = None

    def __call__(self, *leaves: Any) -> list[Any]:
        output, pullback = reverse(self.point.at(leaves), self.has_aux, once=True)
        leaf = scalar_output(output, self.point, self.name)
        self.output = output
        return pullback([one_like(leaf)])

    def as_point(self) -> Point:
        """Return the point at which this function of the leaves is differentiated."""
        leaves = self.point.leaves
        return Point(self, tuple(range(len(leaves))), leaves, {})


def by_rows(
    leaves: Sequence[Any], point: Point, pullback: Pullback, chunk_size: int | None
) -> Blocks:
    """Return the matrix whose rows are the pullbacks of the outputs' unit vectors."""
    count = sum(map(size, leaves))
    if count <= _FEW and chunk_size is None and pullback.is_of_numbers():
        chunk_size = 1

    def rows(turn: complex) -> list[Any]:
        def stacked(start: int, stop: int) -> list[Any]:
            return _turned(units(leaves, start, stop), leaves, turn)

        return in_chunks(pullback, stacked, count, chunk_size)

    matrix = rows(1)
    # A cotangent g measures Re(g dy): 1 gives the real part, −i the other.
    turned = rows(-1j) if any(map(is_complex, leaves)) else matrix
    blocks = []
    for leaf, mine in _slices(leaves):
        row = []
        for part, other, into in zip(matrix, turned, point.leaves, strict=True):
            block = part[mine]
            if is_complex(leaf) and is_complex(into):
                block = _holomorphic(block, other[mine], -1j)
            elif is_complex(leaf):
                block = block + 1j * other[mine]
            row.append(_shaped(block, shape(leaf) + shape(into), into))
        blocks.append(row)
    return blocks


def by_columns(
    leaves: Sequence[Any], point: Point, push: Push, chunk_size: int | None
) -> Blocks:
    """Return the matrix whose columns are the pushforwards of x's unit vectors.

    Where x is complex there are two: along 1 and along i. A real function of complex x
    has the derivative that its gradient has.
    """
    count = sum(map(size, point.leaves))

    def columns(turn: complex) -> list[Any]:
        def stacked(start: int, stop: int) -> list[Any]:
            return _turned(units(point.leaves, start, stop), point.leaves, turn)

        return in_chunks(push, stacked, count, chunk_size)

    matrix = columns(1)
    turned = columns(1j) if any(map(is_complex, point.leaves)) else matrix
    blocks: Blocks = []
    for leaf, part, other in zip(leaves, matrix, turned, strict=True):
        row = []
        for into, mine in _slices(point.leaves):
            block = part[mine]
            if is_complex(into) and is_complex(leaf):
                block = _holomorphic(block, other[mine], 1j)
            elif is_complex(into):
                block = block - 1j * other[mine]
            block = np.moveaxis(block, 0, -1)
            row.append(_shaped(block, shape(leaf) + shape(into), leaf))
        blocks.append(row)
    return blocks


def _slices(leaves: Sequence[Any]) -> Iterator[tuple[Any, slice]]:
    """Yield each leaf with its place among all entries."""
    start = 0
    for leaf in leaves:
        yield leaf, slice(start, start + size(leaf))
        start += size(leaf)


def _shaped(block: Any, shape: tuple[int, ...], like: Any) -> Any:
    """Return a block in its shape: a number, where both sides are numbers."""
    if shape:
        return np.reshape(block, shape)
    number = np.reshape(block, (1,))[0]
    plain = type(like) is float and not isinstance(number, Tracked)
    return number.item() if plain else number


def _turned(members: list[Any], leaves: Sequence[Any], turn: complex) -> list[Any]:
    if turn == 1:
        return members
    return [
        part * turn if is_complex(leaf) else part
        for part, leaf in zip(members, leaves, strict=True)
    ]


def _holomorphic(part: Any, turned: Any, turn: complex) -> Any:
    """Return a complex derivative if it turns with what it multiplies, else refuse."""
    precision = 1e-3 if part.dtype.itemsize <= 8 else 1e-8
    bound = precision * np.max(np.abs(strip(part)), initial=1e-300)
    turns = np.isclose(turned, turn * part, rtol=0.0, atol=bound, equal_nan=True)
    if np.all(turns):
        return part
    raise TypeError(
        "f is not holomorphic at x, so it has no matrix of complex derivatives; "
        "differentiate with respect to the real and the imaginary part of x"
    )


def push_forward(point: Point, has_aux: bool) -> Push:
    """Return the pushforward of f at a point, which calls f."""
    return lambda tangents: forward(point, tangents, has_aux)[1]


def nested(blocks: Blocks, output: Output, point: Point) -> Any:
    """Put the blocks into the container of f(x), holding those of x."""
    return output.rebuild([point.rebuild(row) for row in blocks])


def transposed(blocks: Blocks, output: Output, point: Point) -> Any:
    """Put the transposed blocks into the container of x, holding those of f(x)."""
    columns = []
    for j, into in enumerate(point.leaves):
        column = []
        for i, leaf in enumerate(output.leaves):
            rank, extra = len(shape(leaf)), len(shape(into))
            axes = (*range(rank, rank + extra), *range(rank))
            block = blocks[i][j]
            column.append(np.transpose(block, axes) if axes else block)
        columns.append(output.rebuild(column))
    return point.rebuild(columns)
