"""Perturbation tags: which differentiation a tracked value belongs to.

Every differentiation (a `Level`) draws a fresh tag from one process-wide counter.
Tags are never reused or restored, so a larger tag always means a differentiation
that began later, and neither an exception nor an escaped value, a thread or a
generator can confuse two of them. This is the only file that compares tags.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diffops.primitive import Primitive

_tags = itertools.count(1)
#: The tags of the differentiations that run, in whichever thread.
running: set[int] = set()


class Level:
    """One differentiation: its tag, whether it still runs, what it refused.

    Modes that do not differentiate, such as the batch mode, are levels too. ``keeps``
    says that their values are more than what they were made from, so that `strip`
    leaves them; ``fleeting`` that they leave the level with each differentiation.
    """

    __slots__ = ("refusal", "running", "tag")

    keeps = False
    fleeting = False
    tag: int
    running: bool
    refusal: Exception | None

    def __init__(self) -> None:
        self.tag = next(_tags)
        self.running = True
        self.refusal = None
        running.add(self.tag)

    def end(self) -> None:
        """Close the differentiation: its values are constants from now on."""
        self.running = False
        running.discard(self.tag)

    def apply(
        self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Run a primitive on arguments of which this is the newest level."""
        raise NotImplementedError

    def lowered(self, value: Any) -> Any:
        """Return what a value is when the level has ended, or lets it go."""
        return value.left()

    def twins(self, a: Any, b: Any, same: Callable[[Any, Any], bool]) -> bool:
        """Tell whether two carries were computed alike, of what is the ``same``."""
        return False

    def stripped(self, value: Any) -> Any:
        """Return a value of a level that keeps, without differentiations inside it."""
        raise NotImplementedError

    def example(self, value: Any) -> Any:
        """Return a plain value that one of a level that keeps resembles."""
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

    def left(self) -> Any:
        """Return the value as it leaves its level, with all that is known of it."""
        return self.value()


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
    while isinstance(value, Tracked):
        level = value.level
        if level.running and not level.fleeting:
            break
        value = level.lowered(value)
    return value


def strip(value: Any) -> Any:
    """Return the value without differentiations: plain, or under vmap a batched one."""
    while isinstance(value, Tracked):
        level = value.level
        if level.keeps:
            return level.stripped(value)
        value = value.value()
    return value


def example(value: Any) -> Any:
    """Return a plain value of the same shape, dtype, library and memory layout."""
    while isinstance(value, Tracked):
        level = value.level
        value = level.example(value) if level.keeps else value.value()
    return value


def levels(value: Any) -> Iterator[Level]:
    """Yield the levels that a value carries, newest first."""
    while isinstance(value, Tracked):
        yield value.level
        value = value.primal


def orders_of(value: Any) -> int:
    """Return how often a value is being differentiated."""
    return sum(
        getattr(level, "order", 1)
        for level in levels(value)
        if level.running and not level.keeps
    )
