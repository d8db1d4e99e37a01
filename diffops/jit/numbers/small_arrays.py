"""Small arrays taken apart: operations on arrays as operations on their entries.

An array is an array of names of numbers. Functions that only move entries (reshape,
stack, indexing, …) run on the names themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.engines.loading import copy
from diffops.index import getitem
from diffops.jit.numbers.functions import code_of, power_code
from diffops.jit.numbers.tape import Tape
from diffops.native import codes
from diffops.native.codes import Code
from diffops.rules.contractions import _rearrange
from diffops.rules.joining import collected, concatenated, stacked
from diffops.rules.shaping import reshaped
from diffops.rules.sorting import permute

#: So many operations may those on arrays become, and so many entries be moved.
_MOST_OPERATIONS = 100_000
_MOST_ENTRIES = 5_000_000


class NotOfNumbers(Exception):
    """The program computes something else than a few float64 numbers."""


#: Functions that only move entries, and what runs on their names instead.
MOVES: dict[Callable[..., Any], Callable[..., Any]] = {
    **{
        function: function
        for function in (
            getitem,
            collected,
            concatenated,
            stacked,
            permute,
            _rearrange,
            reshaped,
            np.ravel,
            np.transpose,
            np.broadcast_to,
            np.roll,
            np.tile,
            np.repeat,
            np.diagonal,
            copy,
            np.lib.stride_tricks.sliding_window_view,
        )
    },
    np.real: lambda x: x,
    np.conjugate: lambda x: x,
    np.positive: lambda x: x,
}


class Entries:
    """What notes operations on the entries of arrays, within limits."""

    def __init__(self, tape: Tape, exact: bool) -> None:
        self.tape = tape
        self.exact = exact
        self.moved = self.computed = 0

    def constant(self, value: Any) -> int:
        """Return the name of a constant that a double holds."""
        kind = np.asarray(value).dtype
        if kind.kind not in "fiub" or kind.itemsize > 8:
            raise NotOfNumbers
        if float(value) != value and value == value:
            raise NotOfNumbers  # a whole number beyond those that a double holds
        return self.tape.constant(value)

    def count(self, entries: int) -> None:
        """Count entries that are moved."""
        self.moved += entries
        if self.moved > _MOST_ENTRIES:
            raise NotOfNumbers

    def _count_computed(self, operations: int) -> None:
        self.computed += operations
        if self.computed > _MOST_OPERATIONS:
            raise NotOfNumbers

    def names_of(self, value: Any) -> Any:
        """Return the names of a constant array."""
        array = np.asarray(value)
        if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
            raise NotOfNumbers
        self.count(array.size)
        names = [self.constant(v) for v in array.ravel().tolist()]
        return np.array(names, dtype=int).reshape(array.shape)

    def each(self, code: Code, *names: Any) -> Any:
        """Note an operation for each entry."""
        arrays = np.broadcast_arrays(*names)
        results = arrays[0].copy()
        flat = results.reshape(-1)
        rows = np.stack([a.ravel() for a in arrays])
        places = np.arange(flat.size)
        if code is codes.ADD:
            nothing = self.tape.nothing()
            flat[:] = np.where(rows[0] == nothing, rows[1], rows[0])
            places = np.flatnonzero((rows != nothing).all(axis=0))
        self._count_computed(len(places))
        for place, operands in zip(
            places.tolist(), rows[:, places].T.tolist(), strict=True
        ):
            flat[place] = self.tape.note(code, *operands)
        return results

    def power(self, name: Any, n: Any) -> Any:
        """Note a whole power of a number, or of each entry."""
        if n == 0:
            return np.full(np.shape(name), self.tape.constant(1.0))
        if n == 1:
            return name
        whole = isinstance(name, np.ndarray) and n == 2
        code = codes.SQUARE if whole else power_code(n, self.exact)
        if code is not None:
            return self.each(code, name)
        code = code_of(np.power, self.exact) if np.ndim(name) else codes.POWER
        if code is None:
            raise NotOfNumbers
        return self.each(code, name, self.tape.constant(n))

    def scatter(self, names: Any, key: Any, shape: tuple[int, ...]) -> Any:
        """Add entries up at their places in zeros.

        Adding −0 changes no number, so that is what stands elsewhere.
        """
        nothing = self.tape.constant(0.0) if self.exact else self.tape.nothing()
        whole = np.full(math.prod(shape), nothing)
        places = np.arange(whole.size).reshape(shape)[key]
        names = np.broadcast_to(names, np.shape(places))
        taken: set[int] = set()
        for place, name in zip(np.ravel(places).tolist(), np.ravel(names), strict=True):
            if place in taken or self.exact:  # 0 + (-0) is 0
                name = self.tape.note(codes.ADD, int(whole[place]), int(name))
            taken.add(place)
            whole[place] = name
        return whole.reshape(shape)

    def sum(self, names: Any, axis: Any = None, keepdims: bool = False) -> Any:
        """Add entries in the order in which NumPy adds them."""
        names = np.asarray(names)
        if axis is None or not names.ndim:  # NumPy gives numbers an axis
            axes = tuple(range(names.ndim))
        else:
            axes = tuple(np.atleast_1d(axis) % names.ndim)
        rest = [i for i in range(names.ndim) if i not in axes]
        rows = np.transpose(names, (*rest, *axes))
        shape = rows.shape[: len(rest)]
        rows = rows.reshape(math.prod(shape), math.prod(rows.shape[len(rest) :]))
        inner = not axes or axes[-1] == names.ndim - 1
        if self.exact and len(axes) != 1 and rest:
            raise NotOfNumbers  # the order in which NumPy adds here is not known
        add = self._pairwise if inner else self._in_turn
        self._count_computed(rows.size)
        sums = np.array([add(row.tolist()) for row in rows], dtype=int)
        if keepdims:
            shape = tuple(1 if i in axes else n for i, n in enumerate(names.shape))
        return sums.reshape(shape)

    def _in_turn(self, names: list[int]) -> int:
        if not names:
            return self.tape.constant(0.0)
        total = names[0]
        for name in names[1:]:
            total = self.tape.note(codes.ADD, total, name)
        return total

    def _pairwise(self, names: list[int]) -> int:
        """Add as NumPy does along contiguous memory: in eight partial sums."""
        count = len(names)
        if count < 8:
            return self._in_turn(names)
        if count > 128:
            half = count // 2
            half -= half % 8
            parts = self._pairwise(names[:half]), self._pairwise(names[half:])
            return self.tape.note(codes.ADD, *parts)
        sums = names[:8]
        whole = count - count % 8
        for i in range(8, whole, 8):
            for k in range(8):
                sums[k] = self.tape.note(codes.ADD, sums[k], names[i + k])
        while len(sums) > 1:
            sums = [
                self.tape.note(codes.ADD, a, b)
                for a, b in zip(sums[::2], sums[1::2], strict=True)
            ]
        return self._in_turn([*sums, *names[whole:]])
