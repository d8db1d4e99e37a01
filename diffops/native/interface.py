"""What a native program takes and returns, and the two answers that are no results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np


class Answer:
    """An answer of a native program that is not a result: there is one of each."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> str:
        return self.name


#: The arguments are not those that the program was made for.
MISS: Final = Answer("MISS")

#: A guard of the program does not hold for these values.
MISMATCH: Final = Answer("MISMATCH")


@dataclass(frozen=True, slots=True)
class Float:
    """A Python float, of exactly that type."""

    def fits(self, value: Any) -> bool:
        """Tell whether a program for this takes that."""
        return type(value) is float


@dataclass(frozen=True, slots=True)
class Float64:
    """A NumPy float64 scalar."""

    def fits(self, value: Any) -> bool:
        """Tell whether a program for this takes that."""
        return type(value) is np.float64


@dataclass(frozen=True, slots=True)
class Float32:
    """A NumPy float32 scalar."""

    def fits(self, value: Any) -> bool:
        """Tell whether a program for this takes that."""
        return type(value) is np.float32


@dataclass(frozen=True, slots=True)
class Array:
    """A C-contiguous, aligned array, no subclass, of one shape and one dtype.

    That is float64 or float32, in the order of bytes of this machine.
    """

    shape: tuple[int, ...]
    dtype: type[np.floating[Any]] = np.float64

    def fits(self, value: Any) -> bool:
        """Tell whether a program for this takes that."""
        return (
            type(value) is np.ndarray
            and value.shape == self.shape
            and value.dtype.num == np.dtype(self.dtype).num
            and value.dtype.isnative
            and value.flags.c_contiguous
            and value.flags.aligned
        )


@dataclass(frozen=True, slots=True, eq=False)
class Static:
    """This very object: it is the same in every call, and the program knows it."""

    value: Any

    def fits(self, value: Any) -> bool:
        """Tell whether a program for this takes that."""
        return value is self.value


#: What a program takes, and what it returns.
Input = Float | Float64 | Float32 | Array | Static
Output = Float | Float64 | Float32 | Array


@dataclass(frozen=True, slots=True)
class Signature:
    """The positional arguments of a program and its results.

    The program finds one pointer for each input but the static ones, and one for each
    output. The results come in a container (tuple or list), or without one the only
    result comes alone.
    """

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    container: type[tuple[Any, ...]] | type[list[Any]] | None = None

    def __post_init__(self) -> None:
        if self.container is None and len(self.outputs) != 1:
            raise ValueError(f"{len(self.outputs)} results need a container")
        if self.container not in (None, tuple, list):
            raise ValueError(f"no container of results: {self.container!r}")

    @property
    def statics(self) -> tuple[Any, ...]:
        """The static objects, in order: who keeps a program must keep them."""
        return tuple(i.value for i in self.inputs if isinstance(i, Static))
