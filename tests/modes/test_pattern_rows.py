"""Sets of inputs per entry, against Python's sets."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from diffops.modes import pattern_rows
from diffops.modes.pattern_rows import (
    Rows,
    joined,
    members_of,
    numbers,
    ragged,
    set_of,
    stacked,
    union,
    union_of,
)

INPUTS = 200

subsets = st.frozensets(st.integers(0, INPUTS - 1), max_size=60)
lists = st.lists(subsets, min_size=1, max_size=8)


def rows_of(sets, compressed):
    rows = Rows(len(sets), INPUTS, sets=[set_of(members) for members in sets])
    return Rows(len(sets), INPUTS, matrix=rows.matrix) if compressed else rows


def as_sets(rows):
    """Return the rows as Python's sets, read from both representations."""
    dense = rows.matrix.toarray()
    assert dense.shape == (rows.count, INPUTS)
    found = [frozenset(np.flatnonzero(row).tolist()) for row in dense]
    assert [frozenset(members_of(s)) for s in rows.sets] == found
    assert [frozenset(members_of(rows.item(i))) for i in range(rows.count)] == found
    return found


@given(subsets, subsets)
def test_union_of_two(a, b):
    assert members_of(joined(set_of(a), set_of(b))) == sorted(a | b)


@given(lists)
def test_union_of_many(sets):
    everything = sorted(frozenset().union(*sets))
    assert members_of(union_of(map(set_of, sets))) == everything


@given(lists, st.booleans())
def test_both_representations(sets, compressed):
    rows = rows_of(sets, compressed)
    assert as_sets(rows) == sets
    assert rows.is_empty() == (not any(sets))
    assert members_of(rows.total()) == sorted(frozenset().union(*sets))


@given(lists, st.booleans(), st.data())
def test_take(sets, compressed, data):
    places = data.draw(st.lists(st.integers(-1, len(sets) - 1), max_size=9))
    taken = rows_of(sets, compressed).take(np.array(places, dtype=int))
    assert as_sets(taken) == [frozenset() if i < 0 else sets[i] for i in places]


@given(lists, st.booleans(), st.data())
def test_grouped(sets, compressed, data):
    groups = data.draw(
        st.lists(st.integers(-1, 3), min_size=len(sets), max_size=len(sets))
    )
    found = as_sets(rows_of(sets, compressed).grouped(np.array(groups), 4))
    wanted = [
        frozenset().union(*(s for s, g in zip(sets, groups, strict=True) if g == k))
        for k in range(4)
    ]
    assert found == wanted


@given(lists, lists)
def test_stacked_and_union(first, second):
    parts = rows_of(first, True), rows_of(second, False)
    assert as_sets(stacked(parts)) == first + second
    n = min(len(first), len(second))
    both = union([rows_of(first[:n], False), rows_of(second[:n], True)])
    assert as_sets(both) == [a | b for a, b in zip(first, second, strict=False)]


def test_union_of_the_same_rows_is_themselves():
    rows = Rows.one_each(0, 5, INPUTS)
    assert union([rows, Rows.empty(5, INPUTS), rows]) is rows


@pytest.mark.parametrize("count", [2, 100])  # beside few entries, and as a matrix
@pytest.mark.parametrize("in_place", [False, True])
def test_written(count, in_place):
    rows = Rows.one_each(0, count, INPUTS)
    values = rows_of([frozenset([7, 8]), frozenset([9])], False)
    written = rows.written(np.array([1, 1]), values, in_place)
    wanted = [frozenset([i]) for i in range(count)]
    wanted[1] = frozenset([9])
    assert as_sets(written) == wanted


def test_writing_reaches_only_rows_that_nobody_shares():
    rows = Rows.one_each(0, 100, INPUTS).written(
        np.array([3]), rows_of([frozenset([5])], False), False
    )
    again = rows.written(np.array([4]), rows_of([frozenset([6])], False), True)
    assert again is rows
    rows.shared = True
    other = rows.written(np.array([4]), rows_of([frozenset()], False), True)
    assert members_of(rows.item(4)) == [6] and members_of(other.item(4)) == []


def test_empty_rows():
    for count in (0, 3, 100):
        rows = Rows.empty(count, INPUTS)
        assert rows.is_empty() and rows.matrix.shape == (count, INPUTS)
        assert rows.matrix.nnz == 0


def test_numbers_cannot_be_written_into():
    assert numbers((2, 2)).tolist() == [[0, 1], [2, 3]]
    with pytest.raises(ValueError):
        numbers((2, 2))[0, 0] = 1


def test_ragged():
    assert ragged(np.array([5, 0]), np.array([2, 3])).tolist() == [5, 6, 0, 1, 2]


def test_a_pattern_that_is_hardly_sparse_says_so(monkeypatch):
    monkeypatch.setattr(pattern_rows, "_TOO_MANY", 10)
    with pytest.raises(MemoryError, match="hardly sparse"):
        Rows.one_each(0, 11, INPUTS).take(np.arange(11))
