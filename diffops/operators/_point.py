"""The point of a differentiation: which arguments vary, checked and promoted."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.operators._tree import Rebuild, flatten
from diffops.primitive import adopt, tracked_in
from diffops.tags import Tracked, lower, strip
from diffops.values.array import ArrayValue
from diffops.values.scalar import is_number

Argnums = int | str | tuple[int | str, ...]


class Point:
    """Where f is differentiated: the leaves that vary, and how to call f with others.

    ``rebuild`` makes of one result per leaf the container of the arguments.
    """

    __slots__ = ("_args", "_kwargs", "_numbers", "_rebuilds", "_tuple", "f", "leaves")

    def __init__(
        self,
        f: Callable[..., Any],
        argnums: Argnums,
        args: Sequence[Any],
        kwargs: dict[str, Any],
    ) -> None:
        self.f = f
        self._args = list(args)
        self._kwargs = kwargs
        self._tuple = isinstance(argnums, tuple)
        chosen = argnums if isinstance(argnums, tuple) else (argnums,)
        self._numbers = [locate(f, number, args, kwargs) for number in chosen]
        if len(set(self._numbers)) != len(self._numbers):
            raise ValueError(f"argnums={argnums!r} names an argument twice")
        self.leaves: list[Any] = []
        self._rebuilds: list[tuple[int, Rebuild]] = []
        for number in self._numbers:
            value = kwargs[number] if isinstance(number, str) else args[number]
            leaves, rebuild = flatten(value)
            self._rebuilds.append((len(leaves), rebuild))
            self.leaves += [promote(leaf, name_of(f, number)) for leaf in leaves]

    def call(self, leaves: Sequence[Any]) -> Any:
        """Call f with these leaves in the place of its varying arguments."""
        args = list(self._args)
        kwargs = dict(self._kwargs)
        for number, value in zip(self._numbers, self._split(leaves), strict=True):
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
        parts = self._split(results)
        return tuple(parts) if self._tuple else parts[0]

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


def name_of(f: Callable[..., Any], number: int | str) -> str:
    """Say in words which argument of which function is meant."""
    where = f"{number!r}" if isinstance(number, str) else f"{number}"
    return f"argument {where} of {getattr(f, '__name__', repr(f))}"


def promote(leaf: Any, where: str) -> Any:
    """Return a value that can vary: a float for an int, a private copy of an array."""
    if type(leaf) is float:
        return leaf
    if isinstance(leaf, np.ndarray):
        return _promote_array(leaf, where)
    if isinstance(leaf, ArrayValue):
        return lower(leaf)
    if isinstance(leaf, (bool, np.bool_)):
        raise TypeError(f"{where} is a bool, which cannot vary; pass a float")
    if isinstance(leaf, (int, np.integer)):
        return float(leaf) if type(leaf) is int else np.float64(leaf)
    if is_number(leaf):
        if isinstance(leaf, np.generic) and leaf.dtype.kind not in "fc":
            raise TypeError(f"{where} is a {leaf.dtype} number, which cannot vary")
        return lower(leaf)
    module = type(leaf).__module__.partition(".")[0]
    if module in ("cupy", "dask"):
        return leaf.copy()
    raise TypeError(f"{where} {_why_not(leaf, module)}")


def _promote_array(array: np.ndarray, where: str) -> Any:
    if isinstance(array, (np.ma.MaskedArray, np.matrix)):
        raise TypeError(
            f"{where} is a {type(array).__name__}, whose arithmetic differs from "
            "ndarray's; pass np.asarray(x)"
        )
    kind = array.dtype.kind
    if kind in "fc":
        return np.array(array)
    if kind in "iu":
        return array.astype(np.float64)
    if kind == "O" and tracked_in([array]):
        return adopt(array)
    if kind == "O":
        raise TypeError(f"{where} is an object array; pass x.astype(float)")
    raise TypeError(f"{where} is an array of {array.dtype}, which cannot vary")


def _why_not(leaf: Any, module: str) -> str:
    kind = f"{module}.{type(leaf).__name__}"
    if module == "pandas":
        return f"is a {kind}; pass x.to_numpy()"
    if module == "scipy" and hasattr(leaf, "toarray"):
        return f"is sparse ({kind}); pass x.toarray(), or vary x.data"
    if callable(leaf):
        return "is a function: only numbers, arrays and containers of them can vary"
    return f"is a {kind}: only numbers, arrays and containers of them can vary"


def is_function(leaf: Any) -> bool:
    """Tell whether a result is itself a function, to be differentiated when called."""
    return callable(leaf) and not isinstance(leaf, (Tracked, type))


def shape(value: Any) -> tuple[int, ...]:
    """Return the shape of a number or array, tracked or not."""
    return getattr(strip(value), "shape", ())
