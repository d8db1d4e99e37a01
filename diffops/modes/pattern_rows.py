"""Which inputs each entry of an array may depend on: one set of inputs per entry.

All sets of an array together are a boolean matrix with a row per entry, in compressed
form; where entries are read and written one by one they are a list of sets. A set is a
frozenset while it is small, then an int with a bit per input: so sums in a loop cost a
machine word for 64 inputs at each step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from itertools import pairwise
from typing import Any

import numpy as np

Set = frozenset[int] | int

EMPTY: Set = frozenset()

#: The size from which a set is stored as bits.
_LARGE = 32

#: So few sets are not worth a matrix.
_FEW = 16

#: So many entries of a pattern do not fit into memory: the derivative is not sparse.
_TOO_MANY = 100_000_000


def set_of(inputs: Iterable[int]) -> Set:
    """Return inputs as a set."""
    small = frozenset(inputs)
    return small if len(small) <= _LARGE else _as_bits(small)


def _as_bits(inputs: Set) -> int:
    if isinstance(inputs, int):
        return inputs
    if len(inputs) > _LARGE:
        octets = np.zeros(max(inputs) // 8 * 8 + 8, dtype=bool)
        octets[list(inputs)] = True
        packed = np.packbits(octets, bitorder="little")
        return int.from_bytes(packed.tobytes(), "little")
    bits = 0
    for i in inputs:
        bits |= 1 << i
    return bits


def members_of(inputs: Set) -> list[int]:
    """Return the inputs in a set in order."""
    if isinstance(inputs, frozenset):
        return sorted(inputs)
    size = (inputs.bit_length() + 7) // 8
    octets = np.frombuffer(inputs.to_bytes(size, "little"), np.uint8)
    found: list[int] = np.flatnonzero(np.unpackbits(octets, bitorder="little")).tolist()
    return found


def joined(a: Set, b: Set) -> Set:
    """Return the union of two sets.

    >>> sorted(joined(frozenset([1]), frozenset([5])))
    [1, 5]
    """
    if a is b or not b:
        return a
    if not a:
        return b
    if isinstance(a, frozenset) and isinstance(b, frozenset):
        both = a | b
        return both if len(both) <= _LARGE else _as_bits(both)
    return _as_bits(a) | _as_bits(b)


def union_of(sets: Iterable[Set]) -> Set:
    """Return the union of sets."""
    return reduce(joined, sets, EMPTY)


@lru_cache(maxsize=32)
def numbers(shape: tuple[int, ...]) -> np.ndarray:
    """Return the entries of an array of this shape as numbers from 0 on, read-only."""
    count = int(np.prod(shape, dtype=np.int64))
    array = np.arange(count, dtype=np.int32 if count < 2**31 else np.int64)
    array = array.reshape(shape)
    array.flags.writeable = False
    return array


def ragged(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return starts[i], starts[i] + 1, … for lengths[i] places each, end to end."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if ends.size else 0
    if total > _TOO_MANY:
        raise MemoryError(
            f"the sparsity pattern has an intermediate result with {total:.1e} entries:"
            " the derivative is hardly sparse, or f passes through a sum of all inputs;"
            " use jacobian or hessian, or give sparsity="
        )
    starts = (starts - (ends - lengths)).astype(np.int32)
    places = np.repeat(starts, lengths)
    places += np.arange(total, dtype=np.int32)
    return places


class Rows:
    """One set of inputs per entry of an array, its entries numbered in C order.

    ``shared`` says that several arrays may refer to these rows: they must not be
    written into.
    """

    __slots__ = ("_matrix", "_sets", "count", "inputs", "shared")

    _matrix: Any
    _sets: list[Set] | None

    def __init__(
        self,
        count: int,
        inputs: int,
        matrix: Any = None,
        sets: list[Set] | None = None,
    ) -> None:
        self.count = count
        self.inputs = inputs
        self.shared = False
        self._matrix = matrix
        self._sets = sets

    @classmethod
    def empty(cls, count: int, inputs: int) -> Rows:
        """Return rows that depend on nothing."""
        if count <= _FEW:
            return cls(count, inputs, sets=[EMPTY] * count)
        nothing = np.zeros(0, dtype=np.int32)
        return cls.of(np.zeros(count + 1, dtype=np.int32), nothing, inputs)

    @classmethod
    def of(cls, starts: np.ndarray, indices: np.ndarray, inputs: int) -> Rows:
        """Return rows given in compressed form."""
        from scipy.sparse import csr_array

        data = np.ones(indices.size, dtype=bool)
        shape = (starts.size - 1, inputs)
        matrix = csr_array((data, indices, starts), shape=shape)
        return cls(shape[0], inputs, matrix)

    @classmethod
    def one_each(cls, first: int, count: int, inputs: int) -> Rows:
        """Return the rows of an array of inputs, which are numbered from first on."""
        return cls.of(np.arange(count + 1), np.arange(first, first + count), inputs)

    @property
    def matrix(self) -> Any:
        """The rows as a boolean matrix in compressed form."""
        if self._matrix is None:
            assert self._sets is not None
            members = list(map(members_of, self._sets))
            starts = np.zeros(self.count + 1, dtype=np.int64)
            np.cumsum(list(map(len, members)), out=starts[1:])
            indices = np.fromiter(
                (i for row in members for i in row), np.int64, int(starts[-1])
            )
            self._matrix = Rows.of(starts, indices, self.inputs)._matrix
        return self._matrix

    @property
    def sets(self) -> list[Set]:
        """The rows as a list of sets."""
        if self._sets is None:
            starts = self._matrix.indptr.tolist()
            indices = self._matrix.indices.tolist()
            self._sets = [set_of(indices[a:b]) for a, b in pairwise(starts)]
        return self._sets

    def is_empty(self) -> bool:
        """Tell whether no entry depends on anything."""
        if self._matrix is not None:
            return not self._matrix.indptr[-1]
        return not any(self.sets)

    def item(self, i: int) -> Set:
        """Return the set of one entry."""
        if self._sets is not None:
            return self._sets[i]
        a, b = self._matrix.indptr[i : i + 2]
        return set_of(self._matrix.indices[a:b].tolist())

    def total(self) -> Set:
        """Return what any entry depends on."""
        if self._matrix is not None:
            return set_of(np.unique(self._matrix.indices).tolist())
        return union_of(self.sets)

    def take(self, places: np.ndarray) -> Rows:
        """Return the rows at some places, in one dimension; −1 is a row of nothing."""
        places = places.reshape(-1)
        matrix = self.matrix
        starts = matrix.indptr[:-1]
        lengths = np.diff(matrix.indptr)
        if places.size and places.min() < 0:
            starts, lengths = np.append(starts, 0), np.append(lengths, 0)
        lengths = lengths[places]
        indices = matrix.indices[ragged(starts[places], lengths)]
        ends = np.zeros(places.size + 1, dtype=np.int64)
        np.cumsum(lengths, out=ends[1:])
        return Rows.of(ends, indices, self.inputs)

    def grouped(self, groups: np.ndarray, count: int) -> Rows:
        """Return the union of the rows of each group; rows of group −1 are dropped."""
        from scipy.sparse import csr_array

        groups = groups.reshape(-1)
        kept = np.flatnonzero(groups >= 0)
        ones = np.ones(kept.size, dtype=bool)
        return self.through(
            csr_array((ones, (groups[kept], kept)), shape=(count, self.count))
        )

    def through(self, matrix: Any) -> Rows:
        """Return for each row of a boolean matrix the union of the rows it names."""
        product = matrix @ self.matrix
        product.sort_indices()
        return Rows(matrix.shape[0], self.inputs, product)

    def written(self, places: np.ndarray, values: Rows, in_place: bool) -> Rows:
        """Return these rows with those at some places replaced; the last one stays."""
        places = places.reshape(-1)
        if places.size * 16 < self.count or (in_place and self._sets is not None):
            sets = self.sets if in_place and not self.shared else self.sets.copy()
            for place, inputs in zip(places.tolist(), values.sets, strict=True):
                sets[place] = inputs
            if sets is self._sets:
                self._matrix = None
                return self
            return Rows(self.count, self.inputs, sets=sets)
        sources = np.arange(self.count)
        sources[places] = self.count + np.arange(places.size)
        return stacked([self, values]).take(sources)


def stacked(parts: Sequence[Rows]) -> Rows:
    """Return the rows of several arrays, one after the other."""
    starts = [np.zeros(1, dtype=np.int64)]
    end = 0
    for part in parts:
        starts.append(part.matrix.indptr[1:].astype(np.int64) + end)
        end += int(part.matrix.indptr[-1])
    indices = np.concatenate([part.matrix.indices for part in parts])
    return Rows.of(np.concatenate(starts), indices, parts[0].inputs)


def union(parts: Sequence[Rows]) -> Rows:
    """Return the union, row by row, of arrays with equally many entries."""
    different = {id(part): part for part in parts if not part.is_empty()}
    found, *others = list(different.values()) or parts[:1]
    for other in others:
        total = found.matrix + other.matrix
        found = Rows(found.count, found.inputs, total)
    return found
