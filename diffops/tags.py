"""Perturbation tags: which differentiation a tracked value belongs to.

Every differentiation (a `Level`) draws a fresh tag from one process-wide counter.
Tags are never reused or restored, so a larger tag always means a differentiation
that began later, and neither an exception nor an escaped value, a thread or a
generator can confuse two of them. This is the only file that compares tags.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diffops.primitive import Primitive

_tags = itertools.count(1)


class Level:
    """One differentiation: its tag, whether it still runs, what it refused."""

    __slots__ = ("refusal", "running", "tag")

    tag: int
    running: bool
    refusal: Exception | None

    def __init__(self) -> None:
        self.tag = next(_tags)
        self.running = True
        self.refusal = None

    def end(self) -> None:
        """Close the differentiation: its values are constants from now on."""
        self.running = False

    def apply(
        self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Run a primitive on arguments of which this is the newest level."""
        raise NotImplementedError


class Tracked:
    """A value seen by a differentiation: its level and the value it stands for.

    The primal may itself be tracked, by an older level. What the mode adds to it is
    its carry: the tangent of a `Dual`, the place of a `Node` in its trace.
    """

    __slots__ = ("carry", "level", "primal")

    level: Any
    primal: Any
    carry: Any

    def value(self) -> Any:
        """Return the primal with the type that NumPy gives it."""
        return self.primal


def newest(args: Iterable[Any]) -> Level | None:
    """Return the level among the arguments that began last, or None."""
    top: Level | None = None
    for arg in args:
        if isinstance(arg, Tracked):
            level = arg.level
            if top is None or level.tag > top.tag:
                top = level
    return top


def belongs(value: Any, level: Level) -> bool:
    """Tell whether a value is tracked by this very level."""
    return isinstance(value, Tracked) and value.level is level


def lower(value: Any) -> Any:
    """Return the value without the levels that have ended: to those it is constant."""
    while isinstance(value, Tracked) and not value.level.running:
        value = value.value()
    return value


def strip(value: Any) -> Any:
    """Return the plain value under every level."""
    while isinstance(value, Tracked):
        value = value.value()
    return value


def levels(value: Any) -> Iterator[Level]:
    """Yield the levels that a value carries, newest first."""
    while isinstance(value, Tracked):
        yield value.level
        value = value.primal
