"""The point of a differentiation: which arguments vary, and how f is called there."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.cupy import check_together
from diffops.operators._promotion import promote
from diffops.operators._tree import LEAVES, Rebuild, flatten
from diffops.tags import Tracked

Argnums = int | str | tuple[int | str, ...]


class Point:
    """Where f is differentiated: the leaves that vary, and how to call f with others.

    ``rebuild`` puts one result per leaf into the container that the arguments had.
    """

    __slots__ = ("_args", "_kwargs", "_numbers", "_rebuilds", "_single", "f", "leaves")

    def __init__(
        self,
        f: Callable[..., Any],
        argnums: Argnums,
        args: Sequence[Any],
        kwargs: dict[str, Any],
    ) -> None:
        self.f = f
        self._args = args
        self._kwargs = kwargs
        self._single: int | None = None
        if type(argnums) is int and 0 <= argnums < len(args):
            value = args[argnums]
            if type(value) in LEAVES or isinstance(value, Tracked):
                self._single = argnums
                self.leaves = [promote(value, f, argnums)]
                return
        self._bind(argnums)

    def _bind(self, argnums: Argnums) -> None:
        chosen = argnums if isinstance(argnums, tuple) else (argnums,)
        numbers = [locate(self.f, n, self._args, self._kwargs) for n in chosen]
        if len(set(numbers)) != len(numbers):
            raise ValueError(f"argnums={argnums!r} names an argument twice")
        self._numbers = (numbers, isinstance(argnums, tuple))
        self._rebuilds: list[tuple[int, Rebuild]] = []
        found: list[tuple[Any, int | str]] = []
        for number in numbers:
            source: Any = self._kwargs if isinstance(number, str) else self._args
            leaves, rebuild = flatten(source[number])
            self._rebuilds.append((len(leaves), rebuild))
            found += [(leaf, number) for leaf in leaves]
        if not all(type(leaf) in LEAVES for leaf, _ in found):
            name = getattr(self.f, "__name__", repr(self.f))
            check_together([leaf for leaf, _ in found], f"what varies of {name}")
        self.leaves = [promote(leaf, self.f, number) for leaf, number in found]

    def call(self, leaves: Sequence[Any]) -> Any:
        """Call f with these leaves in the place of its varying arguments."""
        args = list(self._args)
        if self._single is not None:
            args[self._single] = leaves[0]
            return self.f(*args, **self._kwargs)
        kwargs = dict(self._kwargs)
        for number, value in zip(self._numbers[0], self._split(leaves), strict=True):
            if isinstance(number, str):
                kwargs[number] = value
            else:
                args[number] = value
        return self.f(*args, **kwargs)

    def at(self, leaves: Sequence[Any]) -> Point:
        """Return the same point with other values for the leaves."""
        other = copy.copy(self)
        other.leaves = list(leaves)
        return other

    def rebuild(self, results: Sequence[Any]) -> Any:
        """Put one result per leaf into the container that the arguments had."""
        if self._single is not None:
            return results[0]
        parts = self._split(results)
        return tuple(parts) if self._numbers[1] else parts[0]

    def _split(self, leaves: Sequence[Any]) -> list[Any]:
        parts = []
        start = 0
        for count, rebuild in self._rebuilds:
            parts.append(rebuild(leaves[start : start + count]))
            start += count
        return parts


def locate(
    f: Callable[..., Any], number: int | str, args: Sequence[Any], kwargs: Any
) -> int | str:
    """Return the position, or keyword, of the argument that argnums speaks of."""
    if isinstance(number, str):
        if number in kwargs:
            return number
        try:
            names = list(inspect.signature(f).parameters)
        except (TypeError, ValueError):
            names = []
        if number not in names or names.index(number) >= len(args):
            raise ValueError(f"argnums names {number!r}, which the call does not pass")
        return names.index(number)
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)):
        raise TypeError(f"argnums must be ints or names, not {number!r}")
    position = number + len(args) if number < 0 else number
    if not 0 <= position < len(args):
        raise ValueError(
            f"argnums={number} but the call passes {len(args)} positional arguments"
        )
    return int(position)


def is_function(leaf: Any) -> bool:
    """Tell whether a result is itself a function, to be differentiated when called."""
    return callable(leaf) and not isinstance(leaf, (Tracked, type))
