"""Calls of f near a point: its varying leaves shifted, its outputs in one vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.operators._passes import Output, run
from diffops.operators._point import Point
from diffops.operators._vectors import size
from diffops.tags import Tracked
from diffops.values.methods import shape_of as shape

#: A change of each leaf, as arrays of the leaves' shapes.
Shift = Sequence[Any]


class Samples:
    """f around a point. ``output`` is what it returned there, ``unit`` its rounding."""

    __slots__ = ("_failure", "has_aux", "name", "output", "point", "unit")

    def __init__(self, point: Point, has_aux: bool, name: str) -> None:
        self.point = point
        self.has_aux = has_aux
        self.name = name
        _refuse_tracked(point.leaves, name)
        self.output = self._run([np.zeros(shape(leaf)) for leaf in point.leaves])
        _refuse_tracked(self.output.leaves, name)
        self.unit = max(map(rounding_of, [*point.leaves, *self.output.leaves]))
        self._failure: Exception | None = None

    @property
    def count(self) -> int:
        """The number of entries of f(x)."""
        return sum(map(size, self.output.leaves))

    @property
    def dtype(self) -> Any:
        """The dtype that holds differences of f(x): no shorter than a float64."""
        kinds = [dtype_of(leaf) for leaf in self.output.leaves]
        return np.result_type(np.float64, *kinds)

    def value(self) -> Any:
        """Return f(x) in its container."""
        return self.output.rebuild(self.output.leaves)

    def at(self, shift: Shift) -> Any:
        """Return the entries of f(x + shift), all nan where f is not defined there.

        An ArithmeticError or ValueError of f says so, as those of the math module.
        """
        try:
            output = self._run(shift)
        except (ArithmeticError, ValueError) as error:
            self._failure = error
            return np.full(self.count, np.nan, dtype=self.dtype)
        shapes = [list(map(shape, o.leaves)) for o in (output, self.output)]
        if shapes[0] != shapes[1]:
            raise TypeError(
                f"{self.name} wants results of the same shapes around x, but those "
                f"of f are {shapes[1]} at x and {shapes[0]} near it"
            )
        return self.joined(output.leaves)

    def joined(self, leaves: Sequence[Any]) -> Any:
        """Return the entries of some leaves like those of f(x), as one vector."""
        flat = [np.ravel(leaf) for leaf in leaves]
        return np.concatenate([np.zeros(0), *flat]).astype(self.dtype)

    def check_defined(self, found: Any) -> None:
        """Raise what f raised, where it was defined at no step that was tried."""
        if self._failure is not None and found.size and np.all(np.isnan(found)):
            raise self._failure

    def _run(self, shift: Shift) -> Output:
        pairs = zip(self.point.leaves, shift, strict=True)
        return run(None, self.point, [_shifted(*pair) for pair in pairs], self.has_aux)


def _refuse_tracked(leaves: Sequence[Any], name: str) -> None:
    if any(isinstance(leaf, Tracked) for leaf in leaves):
        raise NoDerivativeError(
            f"numerical.{name} computes differences of plain numbers, which are not "
            f"differentiable{at_user_line()}; use diffops.{name} inside another "
            "derivative, vmap or jit"
        )


def _shifted(leaf: Any, change: Any) -> Any:
    """Return a leaf plus a change: a new value of its own type."""
    if isinstance(leaf, np.ndarray):
        return np.asarray(leaf + change).astype(leaf.dtype)
    moved = leaf + np.asarray(change)[()]
    return leaf.dtype.type(moved) if isinstance(leaf, np.generic) else type(leaf)(moved)


def dtype_of(leaf: Any) -> Any:
    """Return the dtype of a number's or an array's derivatives."""
    return np.result_type(getattr(leaf, "dtype", type(leaf)), np.float16)


def rounding_of(leaf: Any) -> float:
    """Return the distance of 1 to the next number of a leaf's precision."""
    return float(np.finfo(dtype_of(leaf)).eps)
