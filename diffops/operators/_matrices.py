"""Whole matrices of derivatives: rows by pullbacks, or columns by forward passes.

A function with outputs of shapes sᵢ and inputs of shapes tⱼ has the blocks
``matrix[i][j]`` of shape sᵢ + tⱼ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from diffops.operators._passes import Output, forward, reverse
from diffops.operators._point import Point
from diffops.operators._vectors import (
    basis,
    entries,
    one_like,
    scalar_output,
    size,
)
from diffops.tags import strip
from diffops.values.methods import shape_of as shape
from diffops.values.scalar import is_complex, is_number

Blocks = list[list[Any]]
Pullback = Callable[[Sequence[Any]], list[Any]]


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


def by_rows(leaves: Sequence[Any], point: Point, pullback: Pullback) -> Blocks:
    """Return the matrix whose rows are the pullbacks of the outputs' unit vectors."""
    rows = [
        _row(pullback, unit, leaves, i, point)
        for unit, (i, _) in zip(basis(leaves), entries(leaves), strict=True)
    ]
    blocks = []
    start = 0
    for leaf in leaves:
        mine = rows[start : start + size(leaf)]
        start += size(leaf)
        blocks.append(
            [
                _stacked([row[j] for row in mine], 0, shape(leaf) + shape(into), into)
                for j, into in enumerate(point.leaves)
            ]
        )
    return blocks


def _row(
    pullback: Pullback, unit: Sequence[Any], leaves: Sequence[Any], i: int, point: Point
) -> list[Any]:
    """Return the row of one output; of a complex one both its parts.

    A cotangent g measures Re(g dy): 1 gives the real part, −i the other.
    """
    row = pullback(unit)
    if not is_complex(leaves[i]):
        return row
    turned = pullback(_turned(unit, leaves, -1j))
    return [
        _holomorphic(part, other, -1j) if is_complex(leaf) else part + 1j * other
        for part, other, leaf in zip(row, turned, point.leaves, strict=True)
    ]


def _turned(unit: Sequence[Any], leaves: Sequence[Any], turn: complex) -> list[Any]:
    return [
        u * turn if is_complex(leaf) else u
        for u, leaf in zip(unit, leaves, strict=True)
    ]


def _holomorphic(part: Any, turned: Any, turn: complex) -> Any:
    """Return a complex derivative if it turns with what it multiplies, else refuse."""
    precision = 1e-3 if np.asarray(strip(part)).dtype.itemsize <= 8 else 1e-8
    bound = precision * np.max(np.abs(strip(part)), initial=1e-300)
    if np.allclose(turned, turn * part, rtol=0.0, atol=bound, equal_nan=True):
        return part
    raise TypeError(
        "f is not holomorphic at x, so it has no matrix of complex derivatives; "
        "differentiate with respect to the real and the imaginary part of x"
    )


def by_columns(
    point: Point, columns: Iterable[Sequence[Any]], leaves: Sequence[Any]
) -> Blocks:
    """Return the matrix of the given columns, one per entry of the point."""
    cells: list[list[list[Any]]] = [[[] for _ in point.leaves] for _ in leaves]
    owners = [j for j, leaf in enumerate(point.leaves) for _ in range(size(leaf))]
    for j, column in zip(owners, columns, strict=True):
        for i, part in enumerate(column):
            cells[i][j].append(part)
    return [
        [
            _stacked(cells[i][j], -1, shape(leaf) + shape(into), leaf)
            for j, into in enumerate(point.leaves)
        ]
        for i, leaf in enumerate(leaves)
    ]


def _stacked(parts: list[Any], axis: int, shape: tuple[int, ...], like: Any) -> Any:
    if not parts:
        return np.zeros(shape, dtype=getattr(like, "dtype", np.float64))
    if shape == () and is_number(parts[0]):
        return parts[0]
    return np.reshape(np.stack(parts, axis=axis), shape)


def jacobian_columns(point: Point, has_aux: bool) -> Iterator[list[Any]]:
    """Yield ∂f/∂xⱼ for every entry xⱼ, by one forward pass each, two if it is complex.

    A real function of complex x has the derivative that its gradient has.
    """
    for unit, (i, _) in zip(basis(point.leaves), entries(point.leaves), strict=True):
        column = forward(point, unit, has_aux)[1]
        if is_complex(point.leaves[i]):
            others = forward(point, _turned(unit, point.leaves, 1j), has_aux)[1]
            column = [
                _holomorphic(part, other, 1j) if is_complex(part) else part - 1j * other
                for part, other in zip(column, others, strict=True)
            ]
        yield column


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
