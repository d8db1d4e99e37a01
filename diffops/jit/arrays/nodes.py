"""What the steps of a program of arrays do: the nodes of a plan, in levels.

Nodes of one level and one shape become one loop nest. A node is a level above those
that it must wait for: what is computed entry by entry, of the same shape, it need not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from diffops.jit.arrays.buffers import Buffer, Gather, Shape, View
from diffops.native.codes import Code


class NotOfArrays(Exception):
    """The program computes something that no nest, move or product does."""


@dataclass(eq=False)
class Each:
    """An operation on each entry; of a number if the shape is empty.

    ``operands`` are values; ``stored`` is where the result is kept, if it must be.
    ``real`` is the type of the result (double or float) and, but for conversions, of
    the operands.
    """

    code: Code
    operands: list[Any]
    shape: Shape
    level: int
    stored: View | None = None
    real: str = "double"
    #: How many operations of its nest wait for each other, this one included.
    depth: int = 0
    #: Of a number: its register.
    register: str = ""


#: Longer chains of operations go on in a nest of the next level, through memory: the
#: steps of a loop become equal nests, and the compiler's work stays in proportion.
MOST_DEPTH = 32


def depth_within(operands: list[Any], shape: Shape, level: int) -> int:
    """Return the depth of an operation on these, in the nest of a shape and level."""
    return 1 + max(
        (
            operand.depth
            for operand in operands
            if isinstance(operand, Each)
            and operand.level == level
            and operand.shape == shape
        ),
        default=0,
    )


@dataclass(eq=False)
class Reduce:
    """A sum (or another reduction) of entries over some axes of their shape."""

    kind: str
    operand: Any
    space: Shape
    axes: tuple[int, ...]
    level: int
    result: View


@dataclass(eq=False)
class Move:
    """Entries copied into a window of a buffer, or to places in it, or added there."""

    operand: Any
    target: View | Gather
    level: int
    adds: bool = False


@dataclass(eq=False)
class Product:
    """A matrix product, or one for each place along leading axes.

    The leading axes of both factors are those of the result, where both have two axes
    or more.
    """

    left: View
    right: View
    result: View
    level: int

    def views(self) -> list[View]:
        """Return the factors and the result."""
        return [self.left, self.right, self.result]


@dataclass(eq=False)
class Running:
    """Entries that follow from the last ones, along an axis: cumsum, cumprod and such.

    Operands and result have one shape; ``kind`` is the name of the function.
    """

    kind: str
    operands: list[View]
    axis: int
    result: View
    level: int

    def views(self) -> list[View]:
        """Return the operands and the result."""
        return [*self.operands, self.result]


@dataclass
class Plan:
    """All nodes of a program in order, with its guards and results."""

    nodes: list[Any] = field(default_factory=list)
    guards: list[Each] = field(default_factory=list)
    #: The workspace, in parts; and buffers of constants.
    buffers: list[Buffer] = field(default_factory=list)
    constants: list[tuple[Buffer, Any]] = field(default_factory=list)
    #: Per output: a View to copy from, or a number.
    outputs: list[Any] = field(default_factory=list)


def groups(nodes: list[Any]) -> list[list[Any]]:
    """Return the nodes of one level and shape in groups that share what they read.

    Loops over what has nothing in common gain nothing, and as functions of their own
    they may be equal.
    """
    heads: dict[Any, Any] = {}

    def head(key: Any) -> Any:
        above = heads.setdefault(key, key)
        while above != key:
            heads[key] = heads[above]  # paths are halved, or long ones stay long
            key, above = above, heads[above]
        return key

    for node in nodes:
        for value in _shared(node):
            heads[head(id(node))] = head(value)
    found: dict[Any, list[Any]] = {}
    for node in nodes:
        found.setdefault(head(id(node)), []).append(node)
    return list(found.values())


def _shared(node: Any) -> list[int]:
    """Return what of a node others of its nest may have too."""
    operands = node.operands if isinstance(node, Each) else [node.operand]
    shared = [id(value) for value in operands if isinstance(value, Each)]
    views = [value for value in operands if isinstance(value, (View, Gather))]
    if isinstance(node, Move):
        views.append(node.target)
    return shared + [id(view.buffer) for view in views]
