"""Arrays in memory: a buffer, and windows on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

Shape = tuple[int, ...]


@dataclass(eq=False)
class Buffer:
    """A stretch of memory: an input, an output, a constant, or part of the workspace.

    ``pointer`` is where the program finds it; those of the workspace are placed late,
    when it is known how long they live. ``real`` is the type of its entries, as LLVM
    names it: double (of the same size are whole numbers) or float.
    """

    size: int
    pointer: str = ""
    real: str = "double"


@dataclass(frozen=True)
class View:
    """A window on a buffer: entry i is at ``offset + Σ iₖ strideₖ``."""

    buffer: Buffer
    shape: Shape
    strides: Shape
    offset: int = 0

    def is_contiguous(self) -> bool:
        """Tell whether the entries lie one after the other, in C order."""
        return all(
            n == 1 or s == t
            for n, s, t in zip(
                self.shape, self.strides, strides_of(self.shape), strict=True
            )
        )

    def broadcast(self, shape: Shape) -> View:
        """Return the window that repeats the entries along new or unit axes."""
        missing = len(shape) - len(self.shape)
        strides = tuple(
            0 if n == 1 and m != 1 else s
            for n, s, m in zip(self.shape, self.strides, shape[missing:], strict=True)
        )
        return View(self.buffer, shape, (0,) * missing + strides, self.offset)


@dataclass(frozen=True)
class Gather:
    """Entries of a buffer at places that another one, of whole numbers, holds."""

    buffer: Buffer
    places: View

    @property
    def shape(self) -> Shape:
        """The shape of what is gathered."""
        return self.places.shape

    def broadcast(self, shape: Shape) -> Gather:
        """Return the entries repeated along new or unit axes."""
        return Gather(self.buffer, self.places.broadcast(shape))


def strides_of(shape: Shape) -> Shape:
    """Return the strides of a contiguous array."""
    return tuple(math.prod(shape[i + 1 :]) for i in range(len(shape)))


def whole(buffer: Buffer, shape: Shape) -> View:
    """Return a buffer as an array."""
    return View(buffer, shape, strides_of(shape))


def merged(shape: Shape, rows: list[Shape], parted: list[bool]) -> list[int]:
    """Return the first axes of runs of axes that are gone through as one.

    ``rows`` are the strides of all that is read and written; ``parted`` says of each
    axis whether a reduction ends before it.
    """
    firsts: list[int] = []
    for axis, n in enumerate(shape):
        joined = (
            axis > 0
            and not parted[axis]
            and all(row[axis - 1] == row[axis] * n for row in rows)
        )
        if not joined:
            firsts.append(axis)
    return firsts


def merged_axes(
    shape: Shape,
    strides: list[Shape],
    reduced: list[tuple[int, ...]],
    order: list[int] | None = None,
) -> list[list[int]]:
    """Return the axes that are gone through as one, leaving out those of size 1.

    ``strides`` are those of all that is read and written, ``reduced`` the axes of each
    reduction, ``order`` that of the loops, if it is not that of the axes.
    """
    axes = range(len(shape)) if order is None else order
    long = [axis for axis in axes if shape[axis] != 1]
    rows = [tuple(row[axis] for axis in long) for row in strides]
    parted = [
        k > 0 and any((axis in axes) != (long[k - 1] in axes) for axes in reduced)
        for k, axis in enumerate(long)
    ]
    firsts = merged(tuple(shape[axis] for axis in long), rows, parted)
    return [long[a:b] for a, b in pairwise([*firsts, len(long)])]
